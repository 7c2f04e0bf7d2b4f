"""Runtime management: when a function moves to a new runtime version.

https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
The emulator keeps and answers the settings; there is one version of each runtime here.
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.records import Function, FunctionVersion


def _body(call: Call, function: Function, version: FunctionVersion) -> dict[str, Any]:
    settings = function.runtime_management.get(version.version, {"UpdateRuntimeOn": "Auto"})
    arn = call.state.arn(call.region, function.name, version.version)
    return {"FunctionArn": arn, **settings}


def put_runtime_management_config(call: Call) -> Answer:
    function, _, version = call.target()
    mode = call.params["UpdateRuntimeOn"]
    arn = call.params.get("RuntimeVersionArn")
    if mode == "Manual" and arn is None:
        raise invalid_parameter("RuntimeVersionArn must be given when UpdateRuntimeOn is Manual.")
    if mode != "Manual" and arn is not None:
        raise invalid_parameter(
            f"RuntimeVersionArn can be given only when UpdateRuntimeOn is Manual, not {mode}."
        )
    settings = {"UpdateRuntimeOn": mode}
    if arn is not None:
        settings["RuntimeVersionArn"] = arn
    function.runtime_management[version.version] = settings
    return Answer(_body(call, function, version))


def get_runtime_management_config(call: Call) -> Answer:
    function, _, version = call.target()
    return Answer(_body(call, function, version))


OPERATIONS = {
    "PutRuntimeManagementConfig": Operation(put_runtime_management_config),
    "GetRuntimeManagementConfig": Operation(get_runtime_management_config),
}
