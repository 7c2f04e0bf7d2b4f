"""What Lambda keeps of a function: versions, aliases and their settings. Values and ids only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LATEST = "$LATEST"


@dataclass
class FunctionVersion:
    """The configuration and code of ``$LATEST`` or of one published version.

    Attributes:
        code_sha256: base64 of the deployment package's SHA-256, as AWS shows it.
        dead_letter_target_arn: SQS queue or SNS topic, or None.
        extra: members of the configuration that the emulator only hands back
            (VpcConfig, TracingConfig, SnapStart, FileSystemConfigs …), in AWS's names.
    """

    function_name: str
    version: str
    role: str
    handler: str
    runtime: str
    code_sha256: str
    code_size: int
    last_modified: str
    revision_id: str
    description: str = ""
    timeout_s: int = 3
    memory_size_mb: int = 128
    ephemeral_storage_mb: int = 512
    architecture: str = "x86_64"
    package_type: str = "Zip"
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    dead_letter_target_arn: str | None = None
    log_format: str = "Text"
    application_log_level: str | None = None
    system_log_level: str | None = None
    log_group: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Alias:
    """A name for one version, or with ``weights`` for two.

    Attributes:
        weights: additional version → share between 0.0 and 1.0; at most one entry.
    """

    name: str
    function_version: str
    revision_id: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class AsyncSettings:
    """Event invoke config of a function, version or alias; the defaults are AWS's.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """

    maximum_retry_attempts: int = 2
    maximum_event_age_s: int = 21_600
    on_success_arn: str | None = None
    on_failure_arn: str | None = None


@dataclass(frozen=True)
class InvokeTarget:
    """A function reference, resolved: what an invocation needs to know before it starts.

    Attributes:
        version: the version that will run (an alias's weights are already drawn).
        qualifier: what the caller named (``prod``, ``3``, ``$LATEST``) or None.
        invoked_arn: for the context object; carries the qualifier that the caller used.
        reserved_concurrency: of the function, None where it is unreserved.
    """

    version: FunctionVersion
    qualifier: str | None
    invoked_arn: str
    function_arn: str
    region: str
    account_id: str
    reserved_concurrency: int | None = None
    async_settings: AsyncSettings = AsyncSettings()
