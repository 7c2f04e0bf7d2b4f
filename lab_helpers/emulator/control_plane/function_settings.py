"""From CreateFunction's and UpdateFunctionConfiguration's parameters to a FunctionVersion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lab_helpers.emulator.control_plane.calls import Call
from lab_helpers.emulator.control_plane.code_package import check_unzipped_size
from lab_helpers.emulator.control_plane.code_signing import no_such_config
from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.layer_references import resolve_layers
from lab_helpers.emulator.control_plane.records import FunctionVersion
from lab_helpers.emulator.control_plane.role_permissions import check_may_send_dead_letters
from lab_helpers.emulator.control_plane.runtimes import check_runtime
from lab_helpers.emulator.control_plane.vpc_config import vpc_config

MAXIMUM_ENVIRONMENT_BYTES = 4096

RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_METADATA_API",
        "AWS_LAMBDA_METADATA_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

_HANDED_BACK = ("KMSKeyArn", "TracingConfig", "FileSystemConfigs", "SnapStart")

_NOT_PROVIDED = {
    "AcceleratorConfig": "accelerators",
    "CapacityProviderConfig": "Lambda Managed Instances",
    "DurableConfig": "durable functions",
    "ImageConfig": "container images",
    "PublishTo": "Lambda Managed Instances",
    "RuntimeConfig": "runtime aliases",
    "TenancyConfig": "tenant isolation",
}


def refuse_what_is_not_provided(params: Mapping[str, Any]) -> None:
    """Settings that the embedded cloud cannot keep are refused, not swallowed."""
    if params.get("PackageType") == "Image":
        raise invalid_parameter(
            "Functions from container images (PackageType Image) do not run in Lambda Dojo's "
            "embedded cloud: it runs zip packages. Use PackageType Zip, or another backend."
        )
    for name, what in _NOT_PROVIDED.items():
        if name in params:
            raise invalid_parameter(
                f"{name} is not provided by Lambda Dojo's embedded cloud: it has no {what}. "
                "Leave it out, or use another backend."
            )
    if arn := params.get("CodeSigningConfigArn"):
        raise no_such_config(arn)


def changed_version(call: Call, current: FunctionVersion) -> FunctionVersion:
    """``current`` with the call's settings; what the call does not name stays.

    Raises:
        LambdaError: a setting that AWS refuses.
    """
    params = call.params
    _check_role(call)
    if "Runtime" in params:
        check_runtime(params["Runtime"], call.state.why_not_run)
    changes: dict[str, Any] = {
        field: params[name]
        for name, field in (
            ("Role", "role"),
            ("Runtime", "runtime"),
            ("Handler", "handler"),
            ("Description", "description"),
            ("Timeout", "timeout_s"),
            ("MemorySize", "memory_size_mb"),
        )
        if name in params
    }
    if "Architectures" in params:
        changes["architecture"] = params["Architectures"][0]
    if "EphemeralStorage" in params:
        changes["ephemeral_storage_mb"] = params["EphemeralStorage"]["Size"]
    if "Environment" in params:
        changes["environment"] = _environment(params["Environment"].get("Variables", {}))
        changes["environment_given"] = True
    if "DeadLetterConfig" in params:
        changes["dead_letter_target_arn"] = _dead_letter_target(params["DeadLetterConfig"])
    if "Layers" in params:
        kept = dict(zip(current.layers, current.layer_sha256s, strict=True))
        pairs = resolve_layers(call, params["Layers"], kept)
        changes["layers"] = tuple(arn for arn, _ in pairs)
        changes["layer_sha256s"] = tuple(sha256 for _, sha256 in pairs)
    changes["extra"] = _extra(call, current.extra)
    changed = replace(_with_logging(current, params.get("LoggingConfig", {})), **changes)
    if changes.get("dead_letter_target_arn"):
        check_may_send_dead_letters(call.state, changed.role, changed.dead_letter_target_arn or "")
    _check_snap_start(changed)
    check_total_size(call, changed)
    return changed


def check_total_size(call: Call, version: FunctionVersion) -> None:
    """The package and all layers together, unpacked."""
    store = call.state.code_store
    packages = (version.code_sha256, *version.layer_sha256s)
    check_unzipped_size(sum(store.unzipped_size(sha256) for sha256 in packages))


def _check_role(call: Call) -> None:
    role = call.params.get("Role")
    if role is not None and not call.state.role_is_assumable(role):
        raise invalid_parameter("The role defined for the function cannot be assumed by Lambda.")


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    reserved = sorted(RESERVED_VARIABLES & variables.keys())
    if reserved:
        raise invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode("utf-8", "surrogatepass")) > MAXIMUM_ENVIRONMENT_BYTES:
        raise invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit. "
            f"String measured: {measured}"
        )
    return dict(variables)


def _dead_letter_target(config: Mapping[str, str]) -> str | None:
    arn = config.get("TargetArn") or None
    if arn is None:
        return None
    service = arn.split(":")[2]
    if service not in ("sqs", "sns"):
        raise invalid_parameter(
            f"The dead-letter queue {arn} is neither an SQS queue nor an SNS topic. "
            "Give TargetArn the ARN of a standard queue or topic."
        )
    if arn.endswith(".fifo"):
        raise invalid_parameter(
            f"The dead-letter queue {arn} is a FIFO resource. Lambda takes standard queues and "
            "topics only."
        )
    return arn


def _with_logging(current: FunctionVersion, config: Mapping[str, str]) -> FunctionVersion:
    if not config:
        return current
    log_format = config.get("LogFormat", current.log_format)
    levels = {"ApplicationLogLevel", "SystemLogLevel"} & config.keys()
    if log_format == "Text" and levels:
        raise invalid_parameter(
            f"{' and '.join(sorted(levels))} can be set only when LogFormat is JSON."
        )
    group = config.get("LogGroup", current.log_group)
    if log_format == "Text":
        return replace(
            current,
            log_format=log_format,
            application_log_level=None,
            system_log_level=None,
            log_group=group,
        )
    application = config.get("ApplicationLogLevel", current.application_log_level)
    system = config.get("SystemLogLevel", current.system_log_level)
    return replace(
        current,
        log_format=log_format,
        application_log_level=application or "INFO",
        system_log_level=system or "INFO",
        log_group=group,
    )


def _extra(call: Call, current: Mapping[str, Any]) -> dict[str, Any]:
    params = call.params
    extra = dict(current)
    extra.update({name: params[name] for name in _HANDED_BACK if params.get(name)})
    if params.get("KMSKeyArn") == "":
        extra.pop("KMSKeyArn", None)
    if params.get("FileSystemConfigs") == []:
        extra.pop("FileSystemConfigs", None)
    if "VpcConfig" in params:
        extra["VpcConfig"] = vpc_config(call, params["VpcConfig"])
    return extra


_SNAP_START_RUNTIMES = ("java", "python", "dotnet")
_BEFORE_SNAP_START = frozenset(
    {"python3.8", "python3.9", "python3.10", "python3.11", "java8.al2", "dotnet6"}
)


def _check_snap_start(version: FunctionVersion) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    if version.extra.get("SnapStart", {}).get("ApplyOn") != "PublishedVersions":
        return
    runtime = version.runtime
    if not runtime.startswith(_SNAP_START_RUNTIMES) or runtime in _BEFORE_SNAP_START:
        raise invalid_parameter(f"{runtime} is not supported for SnapStart enabled functions.")
    if version.ephemeral_storage_mb > 512:
        raise invalid_parameter(
            "SnapStart supports 512 MB of ephemeral storage only, and the function has "
            f"{version.ephemeral_storage_mb} MB."
        )
