"""AWS::Lambda::Function.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from moto.utilities.utils import load_resource_as_str

from lab_helpers.emulator.moto_bridge.stacks.resource import StackResource

LONGEST_NAME = 64
_INLINE_FILES = {"python": "index.py", "nodejs": "index.js"}
_OF_CODE = frozenset({"Code", "Architectures"})
_AT_FIRST: dict[str, Any] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Environment": {"Variables": {}},
    "Layers": [],
    "DeadLetterConfig": {"TargetArn": ""},
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
"""What a property is again once the template does not have it any more."""


class StackFunction(StackResource):
    type_name = "AWS::Lambda::Function"
    known = frozenset(
        {
            *("Architectures", "Code", "CodeSigningConfigArn", "DeadLetterConfig", "Description"),
            *("Environment", "EphemeralStorage", "FileSystemConfigs", "FunctionName", "Handler"),
            *("ImageConfig", "KmsKeyArn", "Layers", "LoggingConfig", "MemorySize", "PackageType"),
            *("RecursiveLoop", "ReservedConcurrentExecutions", "Role", "Runtime", "SnapStart"),
            *("RuntimeManagementConfig", "Tags", "Timeout", "TracingConfig", "VpcConfig"),
        }
    )
    has = frozenset({"Arn"})
    replaced_by = frozenset({"FunctionName", "PackageType"})

    @staticmethod
    def cloudformation_name_type() -> str:
        return "FunctionName"

    def make(self) -> None:
        name = self.properties.get("FunctionName") or shortened(self.name)
        made = self.api.call(
            "lambda",
            "CreateFunction",
            **self.parameters("lambda", "CreateFunction", FunctionName=name, Code=self._code()),
        )
        self.physical_resource_id = str(made["FunctionName"])
        self.attributes = {"Arn": made["FunctionArn"]}
        self.api.wait_for(self.physical_resource_id)
        self._set_apart({})

    def change(self, before: dict[str, Any]) -> None:
        if any(self.properties.get(name) != before.get(name) for name in _OF_CODE):
            code = {name: one for name, one in self._code().items() if name != "ImageUri"}
            asked = self.parameters("lambda", "UpdateFunctionCode", **code)
            self._call("UpdateFunctionCode", **asked)
            self.api.wait_for(self.physical_resource_id)
        again = {
            name: value
            for name, value in _AT_FIRST.items()
            if name in before and name not in self.properties
        }
        asked = self.parameters("lambda", "UpdateFunctionConfiguration", **again)
        asked.pop("FunctionName", None)
        self._call("UpdateFunctionConfiguration", **asked)
        self.api.wait_for(self.physical_resource_id)
        self._set_apart(before)

    def remove(self) -> None:
        self._call("DeleteFunction")

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        name = self.physical_resource_id
        return self.api.call("lambda", operation, FunctionName=name, **parameters)

    def _set_apart(self, before: dict[str, Any]) -> None:
        """What the API has calls of their own for."""
        reserved = "ReservedConcurrentExecutions"
        if self.properties.get(reserved) != before.get(reserved):
            if reserved in self.properties:
                self._call("PutFunctionConcurrency", **{reserved: int(self.properties[reserved])})
            else:
                self._call("DeleteFunctionConcurrency")
        if self.properties.get("RecursiveLoop") != before.get("RecursiveLoop"):
            wanted = self.properties.get("RecursiveLoop", "Terminate")
            self._call("PutFunctionRecursionConfig", RecursiveLoop=wanted)
        managed = self.properties.get("RuntimeManagementConfig")
        if managed and managed != before.get("RuntimeManagementConfig"):
            self._call("PutRuntimeManagementConfig", **managed)
        if before:
            self._tag(tags_of(before), tags_of(self.properties))

    def _tag(self, before: dict[str, str], tags: dict[str, str]) -> None:
        arn, gone = self.attributes["Arn"], sorted(set(before) - set(tags))
        if gone:
            self.api.call("lambda", "UntagResource", Resource=arn, TagKeys=gone)
        if tags and tags != before:
            self.api.call("lambda", "TagResource", Resource=arn, Tags=tags)

    def _code(self) -> dict[str, Any]:
        code = dict(self.properties.get("Code", {}))
        if "ZipFile" in code:
            code["ZipFile"] = inline_package(code["ZipFile"], self.properties.get("Runtime", ""))
        return code


def tags_of(properties: dict[str, Any]) -> dict[str, str]:
    return {str(one["Key"]): str(one["Value"]) for one in properties.get("Tags", ())}


def inline_package(source: str, runtime: str) -> bytes:
    """A template's own lines of code, as a deployment package with AWS's ``cfnresponse``."""
    family = next((name for name in _INLINE_FILES if runtime.startswith(name)), "python")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed time, so that the same lines have the same hash.
        archive.writestr(zipfile.ZipInfo(_INLINE_FILES[family]), source)
        if family == "python":
            helper = load_resource_as_str("awslambda/resources/cfnresponse.py.txt")
            archive.writestr(zipfile.ZipInfo("cfnresponse.py"), helper)
    return content.getvalue()


def shortened(name: str) -> str:
    """A made-up name within Lambda's limit; the random end is kept."""
    if len(name) <= LONGEST_NAME:
        return name
    head, _, tail = name.rpartition("-")
    return f"{head[: LONGEST_NAME - len(tail) - 1].rstrip('-')}-{tail}"
