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
        layers: ARNs of layer versions; ``layer_sha256s`` their packages, in the same order:
            a layer version that is deleted goes on working in functions that use it.
        dead_letter_target_arn: SQS queue or SNS topic, or None.
        environment_given: AWS hands ``Environment`` back only once it was set, even to nothing.
        extra: members of the configuration that the emulator only hands back
            (VpcConfig, TracingConfig, SnapStart, FileSystemConfigs …), in AWS's names.
        change: what Lambda is at, if anything: ``create`` (State Pending) or ``update``
            (LastUpdateStatus InProgress).
        ready_at: seconds since the epoch when that change is over.
        settled_revision_id: AWS changes the revision id once more when the change is over.
        failure: why the creation failed (State Failed), empty where it did not.
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
    layer_sha256s: tuple[str, ...] = ()
    dead_letter_target_arn: str | None = None
    log_format: str = "Text"
    application_log_level: str | None = None
    system_log_level: str | None = None
    log_group: str = ""
    environment_given: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    change: str = ""
    ready_at: float = 0.0
    settled_revision_id: str = ""
    failure: str = ""

    @property
    def has_snap_start(self) -> bool:
        """SnapStart works on published versions only."""
        apply_on = self.extra.get("SnapStart", {}).get("ApplyOn")
        return apply_on == "PublishedVersions" and self.version != LATEST


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
        provisioned_concurrency: of all the function's versions and aliases together.
        dead_letter_target_arn: of the function; versions share that of ``$LATEST``.
        recursive_loop: ``Terminate`` or ``Allow``.
    """

    version: FunctionVersion
    qualifier: str | None
    invoked_arn: str
    function_arn: str
    region: str
    account_id: str
    reserved_concurrency: int | None = None
    async_settings: AsyncSettings = AsyncSettings()
    dead_letter_target_arn: str | None = None
    recursive_loop: str = "Terminate"
    provisioned_concurrency: int = 0


@dataclass
class ResourcePolicy:
    """A resource-based policy.

    Attributes:
        statements: in the order added; those of AddPermission always have a ``Sid``.
        policy_id: ``default`` where Lambda wrote the policy; None in one that has no Id.
    """

    revision_id: str
    statements: list[dict[str, Any]] = field(default_factory=list)
    policy_id: str | None = "default"
    version: str = "2012-10-17"

    def document(self) -> dict[str, Any]:
        """The policy as JSON: Version, Id, Statement."""
        document: dict[str, Any] = {"Version": self.version}
        if self.policy_id is not None:
            document["Id"] = self.policy_id
        document["Statement"] = [dict(statement) for statement in self.statements]
        return document

    def statement(self, sid: str) -> dict[str, Any] | None:
        return next((s for s in self.statements if s.get("Sid") == sid), None)


@dataclass
class ProvisionedConcurrency:
    """Provisioned concurrency of a version or alias.

    Attributes:
        last_modified: as AWS shows it: ``2026-11-22T01:02:03+0000``.
        ready_at: seconds since the epoch when Status goes from IN_PROGRESS to READY.
        failure_reason: StatusReason of a FAILED one, such as FUNCTION_ERROR_INIT_FAILURE.
    """

    requested: int
    last_modified: str
    ready_at: float = 0.0
    failure_reason: str | None = None


@dataclass
class EventInvokeConfig:
    """What PutFunctionEventInvokeConfig was given; None where AWS's default holds.

    Attributes:
        last_modified: seconds since the epoch.
        destination_config: in AWS's names: ``{"OnSuccess": {…}, "OnFailure": {…}}``.
    """

    last_modified: float
    maximum_retry_attempts: int | None = None
    maximum_event_age_s: int | None = None
    destination_config: dict[str, Any] = field(default_factory=dict)


@dataclass
class FunctionUrl:
    """A function URL of ``$LATEST`` or of an alias.

    Attributes:
        url_id: first label of AWS's host name ``<url-id>.lambda-url.<region>.on.aws``.
        url: what FunctionUrl answers.
    """

    url_id: str
    url: str
    auth_type: str
    invoke_mode: str
    creation_time: str
    last_modified_time: str
    cors: dict[str, Any] | None = None


@dataclass
class Function:
    """A function with all its versions, aliases and settings.

    Attributes:
        versions: published ones by number as text, in the order of publication.
        policies, event_invoke_configs, urls: by qualifier; ``$LATEST`` is the function itself.
        provisioned: by qualifier, a number or an alias's name.
        replaced: what runs while an update of ``$LATEST`` is in progress.
        last_published, last_published_content: number and content of the youngest version:
            without a change since, there is nothing to publish.
    """

    name: str
    region: str
    arn: str
    latest: FunctionVersion
    versions: dict[str, FunctionVersion] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    policies: dict[str, ResourcePolicy] = field(default_factory=dict)
    event_invoke_configs: dict[str, EventInvokeConfig] = field(default_factory=dict)
    urls: dict[str, FunctionUrl] = field(default_factory=dict)
    provisioned: dict[str, ProvisionedConcurrency] = field(default_factory=dict)
    runtime_management: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    recursive_loop: str = "Terminate"
    last_published: str = ""
    last_published_content: dict[str, Any] = field(default_factory=dict)
    replaced: FunctionVersion | None = None

    def version(self, number: str) -> FunctionVersion | None:
        return self.latest if number == LATEST else self.versions.get(number)


@dataclass
class LayerVersion:
    """One version of a layer.

    Attributes:
        code_sha256: base64 of the zip file's SHA-256.
        code_size: of the zip file, bytes; ``unzipped_size`` of what is in it.
    """

    name: str
    version: int
    arn: str
    code_sha256: str
    code_size: int
    unzipped_size: int
    created_date: str
    description: str | None = None
    compatible_runtimes: tuple[str, ...] | None = None
    compatible_architectures: tuple[str, ...] | None = None
    license_info: str | None = None
    policy: ResourcePolicy | None = None


@dataclass
class EventSourceMapping:
    """An event source mapping; pollers read it, the control plane changes it.

    Attributes:
        settings: members of EventSourceMappingConfiguration with AWS's defaults filled in
            (BatchSize, FilterCriteria, StartingPosition …), in AWS's names.
        state: ``Creating``, ``Enabled``, ``Disabling``, ``Disabled``, ``Updating``, ``Deleting``.
        next_state: what ``state`` becomes at ``ready_at``; ``Deleted`` takes the mapping away.
        created_at, last_modified, ready_at: seconds since the epoch.
    """

    uuid: str
    arn: str
    region: str
    function_arn: str
    event_source_arn: str | None
    state: str
    last_modified: float
    settings: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    next_state: str = ""
    ready_at: float = 0.0
    created_at: float = 0.0
    last_processing_result: str | None = None
    state_transition_reason: str = "USER_INITIATED"
