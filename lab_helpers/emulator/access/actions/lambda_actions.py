"""Lambda's actions, resources and condition keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.function_references import parse_reference
from lab_helpers.emulator.control_plane.service_model import route

LAMBDA_PRINCIPAL = "lambda.amazonaws.com"
_PERMISSION_OF = {
    "Invoke": "InvokeFunction",
    "InvokeAsync": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
    "GetLayerVersionByArn": "GetLayerVersion",
}
_PASSES_A_ROLE = frozenset({"CreateFunction", "UpdateFunctionConfiguration"})
_ABOUT_NO_RESOURCE = frozenset(
    {
        "CreateEventSourceMapping",
        "GetAccountSettings",
        "ListEventSourceMappings",
        "ListFunctions",
        "ListLayers",
    }
)


def lambda_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """Creating a function and giving it another role also ask for ``iam:PassRole``."""
    action = f"lambda:{_PERMISSION_OF.get(call.operation, call.operation)}"
    routed = route(call.request.method, call.request.raw_path, call.request.raw_query)
    labels = routed.uri_params if routed else {}
    resource = _resource(call, labels)
    asked = Asked(action, resource, context=_context(call))
    role = call.text("Role") if call.operation in _PASSES_A_ROLE else ""
    return (asked, _pass_role(role, resource)) if role else (asked,)


def _pass_role(role_arn: str, function_arn: str) -> Asked:
    context = present(
        {"iam:passedtoservice": LAMBDA_PRINCIPAL, "iam:associatedresourcearn": function_arn}
    )
    return Asked("iam:PassRole", role_arn, context=context)


def _resource(call: ApiRequest, labels: Mapping[str, str]) -> str:
    if call.operation in _ABOUT_NO_RESOURCE:
        return "*"
    if call.operation == "CreateFunction":
        return _function(call, call.text("FunctionName"), "")
    if "FunctionName" in labels:
        return _function(call, labels["FunctionName"], call.request.query.get("Qualifier", ""))
    if "LayerName" in labels:
        layer = call.arn_or(labels["LayerName"], "layer:")
        version = labels.get("VersionNumber")
        return f"{layer}:{version}" if version else layer
    for label in ("ResourceArn", "Resource", "CodeSigningConfigArn"):
        if label in labels:
            return labels[label]
    if "UUID" in labels:
        return call.arn(f"event-source-mapping:{labels['UUID']}")
    return call.request.query.get("Arn", "*")


def _function(call: ApiRequest, reference: str, qualifier: str) -> str:
    """The function's ARN, with the qualifier where the request has one."""
    try:
        parsed = parse_reference(reference)
    except LambdaError:
        return "*"  # Lambda itself says what is wrong with it
    named = parsed.qualifier or qualifier
    arn = call.arn(f"function:{parsed.name}")
    if parsed.account_id and parsed.account_id != call.account_id:
        arn = arn.replace(f":{call.account_id}:", f":{parsed.account_id}:")
    return f"{arn}:{named}" if named else arn


_BODY_KEYS = {
    "AddPermission": {
        "lambda:Principal": "Principal",
        "lambda:FunctionUrlAuthType": "FunctionUrlAuthType",
    },
    "CreateFunctionUrlConfig": {"lambda:FunctionUrlAuthType": "AuthType"},
    "UpdateFunctionUrlConfig": {"lambda:FunctionUrlAuthType": "AuthType"},
}


def _context(call: ApiRequest) -> dict[str, tuple[str, ...]]:
    if call.operation.endswith("EventSourceMapping"):
        reference = call.text("FunctionName") if call.request.method != "GET" else ""
        function = _function(call, reference, "") if reference else ""
        return present({"lambda:functionarn": function})
    if call.operation in _PASSES_A_ROLE:
        vpc: Any = call.parameters.get("VpcConfig")
        vpc = vpc if isinstance(vpc, Mapping) else {}
        return present(
            {
                "lambda:layer": _texts(call.parameters.get("Layers")),
                "lambda:subnetids": _texts(vpc.get("SubnetIds")),
                "lambda:securitygroupids": _texts(vpc.get("SecurityGroupIds")),
            }
        )
    members = _BODY_KEYS.get(call.operation, {})
    return present({key.lower(): call.text(member) for key, member in members.items()})


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
