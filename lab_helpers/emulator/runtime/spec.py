"""What an execution environment is told, and what it answers. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True)
class RoleCredentials:
    """Temporary credentials of the function's execution role."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)


class InitializationType(StrEnum):
    """Values of ``AWS_LAMBDA_INITIALIZATION_TYPE``."""

    ON_DEMAND = "on-demand"
    PROVISIONED_CONCURRENCY = "provisioned-concurrency"
    SNAP_START = "snap-start"


@dataclass(frozen=True)
class EnvironmentSpec:
    """All that one execution environment needs to know of its function version.

    Attributes:
        version: ``$LATEST`` or a number as text.
        code_dir: the unpacked deployment package; read-only for the environment.
        layer_dirs: unpacked layers, in the order of the function's configuration.
        endpoint_url: where AWS calls of the function go.
    """

    function_name: str
    function_arn: str
    version: str
    handler: str
    runtime: str
    memory_size_mb: int
    timeout_s: int
    code_dir: Path
    log_group: str
    log_stream: str
    region: str
    credentials: RoleCredentials
    endpoint_url: str | None = None
    layer_dirs: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ephemeral_storage_mb: int = 512
    architecture: str = "x86_64"
    log_format: str = "Text"
    application_log_level: str | None = None
    system_log_level: str | None = None
    initialization_type: InitializationType = InitializationType.ON_DEMAND


@dataclass(frozen=True)
class Invocation:
    """One event on its way into an environment.

    Attributes:
        client_context: the JSON text behind ``X-Amz-Client-Context``, decoded.
        trace_id: value for the ``Lambda-Runtime-Trace-Id`` header.
    """

    request_id: str
    payload: bytes
    invoked_function_arn: str
    client_context: str | None = None
    cognito_identity: str | None = None
    trace_id: str = ""


class InvocationStatus(StrEnum):
    SUCCESS = "success"
    ERROR = "error"
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class InvocationOutcome:
    """What an invocation came to.

    Attributes:
        payload: the handler's result as JSON, or AWS's error payload.
        function_error: value of ``X-Amz-Function-Error`` (``Unhandled``), None on success.
        error_type: of a failure, such as ``KeyError`` or ``Runtime.ExitError``.
        duration_ms: of the INVOKE phase.
        init_duration_ms: of the INIT phase where this invocation paid for it, else None.
        billed_duration_ms: whole milliseconds, INIT included (billed since 2025-08-01).
        max_memory_used_mb: measured peak of the environment's processes.
        environment_reusable: False once the environment is shut down. True after a time-out or a
            crash as well: the environment keeps its log stream and ``/tmp``, and its next
            invocation begins with an INIT of its own (a "suppressed INIT", as at AWS).
    """

    status: InvocationStatus
    payload: bytes
    function_error: str | None
    error_type: str | None
    duration_ms: float
    billed_duration_ms: int
    max_memory_used_mb: int
    init_duration_ms: float | None = None
    environment_reusable: bool = True
