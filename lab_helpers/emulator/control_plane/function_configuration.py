"""A function's configuration as AWS answers it (FunctionConfiguration), from its records."""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.control_plane.records import Function, FunctionVersion
from lab_helpers.emulator.control_plane.state import LambdaState

_NOT_IN_LISTS = (
    "State",
    "StateReason",
    "StateReasonCode",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RuntimeVersionConfig",
)


def configuration(
    state: LambdaState, function: Function, version: FunctionVersion, qualifier: str | None = None
) -> dict[str, Any]:
    """FunctionConfiguration; its FunctionArn carries ``qualifier`` where one is given."""
    state.settle(function, version)
    body: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": state.arn(function.region, function.name, qualifier),
        "Runtime": version.runtime,
        "Role": version.role,
        "Handler": version.handler,
        "CodeSize": version.code_size,
        "Description": version.description,
        "Timeout": version.timeout_s,
        "MemorySize": version.memory_size_mb,
        "LastModified": version.last_modified,
        "CodeSha256": version.code_sha256,
        "Version": version.version,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": version.revision_id,
        "PackageType": version.package_type,
        "Architectures": [version.architecture],
        "EphemeralStorage": {"Size": version.ephemeral_storage_mb},
        "SnapStart": _snap_start(version),
        "RuntimeVersionConfig": {
            "RuntimeVersionArn": runtime_version_arn(function.region, version.runtime)
        },
        "LoggingConfig": _logging_config(version),
        **_state_members(version),
    }
    if version.environment_given:
        body["Environment"] = {"Variables": dict(version.environment)}
    if version.dead_letter_target_arn:
        body["DeadLetterConfig"] = {"TargetArn": version.dead_letter_target_arn}
    if version.layers:
        store = state.code_store
        body["Layers"] = [
            {"Arn": arn, "CodeSize": store.zipped_size(sha256)}
            for arn, sha256 in zip(version.layers, version.layer_sha256s, strict=True)
        ]
    body.update({name: value for name, value in version.extra.items() if name != "SnapStart"})
    return body


def listed_configuration(
    state: LambdaState, function: Function, version: FunctionVersion, qualifier: str | None
) -> dict[str, Any]:
    """As the List operations show it: without the members that tell its state."""
    body = configuration(state, function, version, qualifier)
    return {name: value for name, value in body.items() if name not in _NOT_IN_LISTS}


def runtime_version_arn(region: str, runtime: str) -> str:
    """AWS has an opaque hash behind ``runtime:``; ours names the runtime."""
    partition = "aws-cn" if region.startswith("cn-") else "aws"
    return f"arn:{partition}:lambda:{region}::runtime:lambda-dojo-{runtime}"


def _state_members(version: FunctionVersion) -> dict[str, str]:
    if version.failure:
        code = {"StateReasonCode": "FunctionError"}
        return {"State": "Failed", "StateReason": version.failure, **code}
    reason = "The function is being created."
    if version.change == "create":
        return {"State": "Pending", "StateReason": reason, "StateReasonCode": "Creating"}
    if version.change == "update":
        return {
            "State": "Active",
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": reason,
            "LastUpdateStatusReasonCode": "Creating",
        }
    return {"State": "Active", "LastUpdateStatus": "Successful"}


def _snap_start(version: FunctionVersion) -> dict[str, str]:
    apply_on = version.extra.get("SnapStart", {}).get("ApplyOn", "None")
    optimised = version.has_snap_start and not version.change and not version.failure
    return {"ApplyOn": apply_on, "OptimizationStatus": "On" if optimised else "Off"}


def _logging_config(version: FunctionVersion) -> dict[str, str]:
    config = {"LogFormat": version.log_format}
    if version.application_log_level:
        config["ApplicationLogLevel"] = version.application_log_level
    if version.system_log_level:
        config["SystemLogLevel"] = version.system_log_level
    config["LogGroup"] = version.log_group
    return config
