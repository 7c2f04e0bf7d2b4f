"""Versions, aliases, permissions, mappings, URLs and layers of a stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.moto_bridge.stacks.resource import StackResource


class StackVersion(StackResource):
    """Published once: a change of its properties publishes anew."""

    type_name = "AWS::Lambda::Version"
    known = frozenset(
        {
            *("CodeSha256", "Description", "FunctionName", "ProvisionedConcurrencyConfig"),
            "RuntimePolicy",
        }
    )
    has = frozenset({"Version", "FunctionArn"})
    replaced_by = frozenset({"CodeSha256", "Description", "FunctionName"})

    def make(self) -> None:
        asked = self.parameters("lambda", "PublishVersion")
        made = self.api.call("lambda", "PublishVersion", **asked)
        self.physical_resource_id = str(made["FunctionArn"])
        self.attributes = {"Version": made["Version"], "FunctionArn": made["FunctionArn"]}
        self.change({})

    def change(self, before: dict[str, Any]) -> None:
        name, version = self.properties["FunctionName"], self.attributes["Version"]
        _provision(self, name, version, before)

    def remove(self) -> None:
        name, version = self.properties["FunctionName"], self.attributes["Version"]
        self.api.call("lambda", "DeleteFunction", FunctionName=name, Qualifier=version)


class StackAlias(StackResource):
    type_name = "AWS::Lambda::Alias"
    known = frozenset(
        {
            *("Description", "FunctionName", "FunctionVersion", "Name"),
            *("ProvisionedConcurrencyConfig", "RoutingConfig"),
        }
    )
    has = frozenset({"AliasArn"})
    replaced_by = frozenset({"FunctionName", "Name"})

    def make(self) -> None:
        made = self.api.call("lambda", "CreateAlias", **self._asked("CreateAlias"))
        self.physical_resource_id = str(made["AliasArn"])
        self.attributes = {"AliasArn": made["AliasArn"]}
        _provision(self, self.properties["FunctionName"], self.properties["Name"], {})

    def change(self, before: dict[str, Any]) -> None:
        asked = {"RoutingConfig": {"AdditionalVersionWeights": {}}} | self._asked("UpdateAlias")
        self.api.call("lambda", "UpdateAlias", **asked)
        _provision(self, self.properties["FunctionName"], self.properties["Name"], before)

    def remove(self) -> None:
        name = {key: self.properties[key] for key in ("FunctionName", "Name")}
        self.api.call("lambda", "DeleteAlias", **name)

    def _asked(self, operation: str) -> dict[str, Any]:
        """A template lists the weights, the API maps them."""
        listed = (self.properties.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        if not listed:
            plain = {k: v for k, v in self.properties.items() if k != "RoutingConfig"}
            asked = self.parameters("lambda", operation, RoutingConfig=None)
            return {key: value for key, value in asked.items() if key in plain}
        weights = {one["FunctionVersion"]: float(one["FunctionWeight"]) for one in listed}
        routing = {"AdditionalVersionWeights": weights}
        return self.parameters("lambda", operation, RoutingConfig=routing)


class StackPermission(StackResource):
    type_name = "AWS::Lambda::Permission"
    known = frozenset(
        {
            *("Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType", "Principal"),
            *("InvokedViaFunctionUrl", "PrincipalOrgID", "SourceAccount", "SourceArn"),
        }
    )
    has = frozenset({"Id"})
    replaced_by = known

    def make(self) -> None:
        asked = self.parameters("lambda", "AddPermission", StatementId=self.name)
        self.api.call("lambda", "AddPermission", **asked)
        self.attributes = {"Id": self.name}

    def remove(self) -> None:
        function = self.properties["FunctionName"]
        self.api.call("lambda", "RemovePermission", FunctionName=function, StatementId=self.name)


class StackMapping(StackResource):
    type_name = "AWS::Lambda::EventSourceMapping"
    known = frozenset(
        {
            *("AmazonManagedKafkaEventSourceConfig", "BatchSize", "BisectBatchOnFunctionError"),
            *("DestinationConfig", "DocumentDBEventSourceConfig", "Enabled", "EventSourceArn"),
            *("FilterCriteria", "FunctionName", "FunctionResponseTypes", "KmsKeyArn"),
            *("LoggingConfig", "MaximumBatchingWindowInSeconds", "MaximumRecordAgeInSeconds"),
            *("MaximumRetryAttempts", "MetricsConfig", "ParallelizationFactor"),
            *("ProvisionedPollerConfig", "Queues", "ScalingConfig", "SelfManagedEventSource"),
            *("SelfManagedKafkaEventSourceConfig", "SourceAccessConfigurations"),
            *("StartingPosition", "StartingPositionTimestamp", "Tags", "Topics"),
            "TumblingWindowInSeconds",
        }
    )
    has = frozenset({"Id", "EventSourceMappingArn"})
    replaced_by = frozenset({"EventSourceArn", "StartingPosition", "StartingPositionTimestamp"})

    def make(self) -> None:
        asked = self.parameters("lambda", "CreateEventSourceMapping")
        made = self.api.call("lambda", "CreateEventSourceMapping", **asked)
        self.physical_resource_id = str(made["UUID"])
        self.attributes = {
            "Id": made["UUID"],
            "EventSourceMappingArn": made.get("EventSourceMappingArn", ""),
        }

    def change(self, before: dict[str, Any]) -> None:
        asked = self.parameters("lambda", "UpdateEventSourceMapping")
        uuid = self.physical_resource_id
        self.api.call("lambda", "UpdateEventSourceMapping", **asked | {"UUID": uuid})

    def remove(self) -> None:
        uuid = self.physical_resource_id
        self.api.call("lambda", "DeleteEventSourceMapping", UUID=uuid)


class StackUrl(StackResource):
    type_name = "AWS::Lambda::Url"
    known = frozenset({"AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"})
    has = frozenset({"FunctionArn", "FunctionUrl"})
    replaced_by = frozenset({"Qualifier", "TargetFunctionArn"})

    def make(self) -> None:
        self._ask("CreateFunctionUrlConfig")

    def change(self, before: dict[str, Any]) -> None:
        self._ask("UpdateFunctionUrlConfig")

    def remove(self) -> None:
        self.api.call("lambda", "DeleteFunctionUrlConfig", **self._whose())

    def _ask(self, operation: str) -> None:
        asked = self.parameters("lambda", operation) | self._whose()
        answer = self.api.call("lambda", operation, **asked)
        self.physical_resource_id = str(answer["FunctionArn"])
        self.attributes = {name: answer[name] for name in self.has}

    def _whose(self) -> dict[str, Any]:
        whose = {"FunctionName": self.properties["TargetFunctionArn"]}
        if "Qualifier" in self.properties:
            whose["Qualifier"] = self.properties["Qualifier"]
        return whose


class StackEventInvokeConfig(StackResource):
    type_name = "AWS::Lambda::EventInvokeConfig"
    known = frozenset(
        {
            *("DestinationConfig", "FunctionName", "MaximumEventAgeInSeconds"),
            *("MaximumRetryAttempts", "Qualifier"),
        }
    )
    replaced_by = frozenset({"FunctionName", "Qualifier"})

    def make(self) -> None:
        asked = self.parameters("lambda", "PutFunctionEventInvokeConfig")
        self.api.call("lambda", "PutFunctionEventInvokeConfig", **asked)

    def change(self, before: dict[str, Any]) -> None:
        self.make()

    def remove(self) -> None:
        whose = {name: self.properties[name] for name in ("FunctionName", "Qualifier")}
        self.api.call("lambda", "DeleteFunctionEventInvokeConfig", **whose)


class StackLayer(StackResource):
    type_name = "AWS::Lambda::LayerVersion"
    known = frozenset(
        {
            *("CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description"),
            *("LayerName", "LicenseInfo"),
        }
    )
    has = frozenset({"LayerVersionArn"})
    replaced_by = known

    def make(self) -> None:
        name = self.properties.get("LayerName") or self.name
        asked = self.parameters("lambda", "PublishLayerVersion", LayerName=name)
        made = self.api.call("lambda", "PublishLayerVersion", **asked)
        self.physical_resource_id = str(made["LayerVersionArn"])
        self.attributes = {"LayerVersionArn": made["LayerVersionArn"]}

    def remove(self) -> None:
        layer, _, version = self.physical_resource_id.rpartition(":")
        self.api.call("lambda", "DeleteLayerVersion", LayerName=layer, VersionNumber=int(version))


def _provision(
    resource: StackResource, function: str, qualifier: str, before: dict[str, Any]
) -> None:
    wanted = resource.properties.get("ProvisionedConcurrencyConfig")
    if wanted == before.get("ProvisionedConcurrencyConfig"):
        return
    whose = {"FunctionName": function, "Qualifier": qualifier}
    if wanted:
        number = int(wanted["ProvisionedConcurrentExecutions"])
        resource.api.call(
            "lambda",
            "PutProvisionedConcurrencyConfig",
            ProvisionedConcurrentExecutions=number,
            **whose,
        )
    else:
        resource.api.call("lambda", "DeleteProvisionedConcurrencyConfig", **whose)


LAMBDA_RESOURCES: tuple[type[StackResource], ...] = (
    StackVersion,
    StackAlias,
    StackPermission,
    StackMapping,
    StackUrl,
    StackEventInvokeConfig,
    StackLayer,
)
