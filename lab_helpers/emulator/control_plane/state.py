"""All that Lambda remembers, per Region, and what it needs of the rest of the cloud."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from lab_helpers.arns import function_arn, partition_of
from lab_helpers.clock import Clock, iso_milliseconds
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.errors import LambdaError, conflict, not_found
from lab_helpers.emulator.control_plane.event_source_settings import has_pattern_shape
from lab_helpers.emulator.control_plane.functions_by_name import FunctionsByName
from lab_helpers.emulator.control_plane.records import (
    LATEST,
    EventSourceMapping,
    Function,
    FunctionVersion,
    LayerVersion,
)

_ALIAS_NAME = re.compile(r"[a-zA-Z0-9-_]+")

ReadObject = Callable[[str, str, str | None], bytes]
"""``(bucket, key, version_id) → bytes``; raises ``S3ObjectError`` where S3 would."""

StaleListener = Callable[[str, str, str], None]
"""``(region, function_name, version)``: running environments of that version must go."""


class S3ObjectError(Exception):
    """S3's refusal of a GetObject. Args: code such as ``NoSuchKey``; S3's message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


MappingListener = Callable[[EventSourceMapping], None]
"""Called with an event source mapping that was created, changed or is going away."""


class EventSourceLookup(Protocol):
    """What creating an event source mapping needs to know of the source."""

    def queue_visibility_timeout_s(self, arn: str) -> int | None:
        """Of an SQS queue; None where there is no such queue."""

    def stream_exists(self, arn: str) -> bool:
        """Is there a Kinesis or DynamoDB stream with this ARN?"""


class NetworkLookup(Protocol):
    """What a function's VpcConfig is checked against."""

    def vpc_of_subnet(self, region: str, subnet_id: str) -> str | None:
        """The subnet's VPC id; None where there is no such subnet."""

    def security_group_exists(self, region: str, group_id: str) -> bool: ...


@dataclass
class RegionState:
    """Lambda in one Region.

    Attributes:
        last_version_numbers, last_layer_numbers: outlive what they count, so that a number is
            never given twice: not after a delete, not even after a re-creation.
    """

    functions: FunctionsByName = field(default_factory=FunctionsByName)
    last_version_numbers: dict[str, int] = field(default_factory=dict)
    layers: dict[str, dict[int, LayerVersion]] = field(default_factory=dict)
    last_layer_numbers: dict[str, int] = field(default_factory=dict)
    event_source_mappings: dict[str, EventSourceMapping] = field(default_factory=dict)


@dataclass
class LambdaState:
    """Lambda of one account.

    Attributes:
        role_is_assumable: does a role exist and does it trust ``lambda.amazonaws.com``?
        endpoint_url: where this cloud answers; download links start with it.
        state_delay_s: how long creations and updates take; 0: over at the next look.
        function_change_s: how long those of functions take, where it is not ``state_delay_s``.
        concurrency_limit: concurrent executions of the account in each Region.
        provisioner_tells: whether somebody initialises provisioned environments and says when
            they are ready; else they are ready when ``state_delay_s`` is over.
        new_id: where UUIDs come from; a recorded run is replayed with recorded ids.
        event_sources: where sources of event source mappings are looked up; None: not at all.
        network: where subnets and security groups are looked up; None: not at all.
        is_filter_pattern: judges the patterns of filter criteria; without the room that knows
            the language, by their shape alone.
        role_may: (execution role's ARN, action, resource ARN) → do policies allow it?
        principal_exists: (ARN of a user, a role …) → does IAM know it?
        why_not_run: (runtime) → why this machine cannot run it and what to do; empty where it can.
        snapshots_under_way: (Region, function, version) of SnapStart, which are Pending so long;
            after a restart of the cloud none is.
        lock: held for every change and every look at the records.
    """

    account_id: str
    clock: Clock
    code_store: CodeStore
    read_object: ReadObject
    role_is_assumable: Callable[[str], bool]
    endpoint_url: str
    state_delay_s: float = 0.0
    function_change_s: float | None = field(default=None, kw_only=True)
    concurrency_limit: int = 1000
    event_sources: EventSourceLookup | None = None
    network: NetworkLookup | None = None
    is_filter_pattern: Callable[[str], bool] = has_pattern_shape
    role_may: Callable[[str, str, str], bool] = field(default=lambda *_: True)
    principal_exists: Callable[[str], bool] = field(default=lambda arn: True)
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))
    regions: dict[str, RegionState] = field(default_factory=dict)
    stale_listeners: list[StaleListener] = field(default_factory=list)
    mapping_listeners: list[MappingListener] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    provisioner_tells: bool = False
    why_not_run: Callable[[str], str] = field(default=lambda runtime: "")
    snapshots_under_way: set[tuple[str, str, str]] = field(default_factory=set)

    def region(self, name: str) -> RegionState:
        return self.regions.setdefault(name, RegionState())

    def arn(self, region: str, name: str, qualifier: str | None = None) -> str:
        return function_arn(region, self.account_id, name, qualifier)

    def layer_arn(self, region: str, name: str) -> str:
        return f"arn:{partition_of(region)}:lambda:{region}:{self.account_id}:layer:{name}"

    def function(self, region: str, name: str, qualifier: str | None = None) -> Function:
        """Raises LambdaError (404) with the ARN that was asked for."""
        found = self.region(region).functions.get(name)
        if found is None:
            raise not_found(f"Function not found: {self.arn(region, name, qualifier)}")
        return found

    def version(self, function: Function, qualifier: str | None) -> FunctionVersion:
        """The version behind a qualifier; of an alias the main one, weights left aside."""
        wanted = qualifier or LATEST
        alias = function.aliases.get(wanted)
        version = function.version(alias.function_version if alias else wanted)
        if version is None:
            raise not_found(
                f"Function not found: {self.arn(function.region, function.name, qualifier)}"
            )
        self.settle(function, version)
        return version

    def running_version(self, function: Function, qualifier: str | None) -> FunctionVersion:
        """The version that an invocation runs: while an update is in progress, the one before.

        https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
        """
        version = self.version(function, qualifier)
        if version is function.latest and function.replaced is not None:
            return function.replaced
        return version

    def check_qualifier(self, function: Function, qualifier: str) -> None:
        """Raises LambdaError (404) where ``qualifier`` names no version or alias."""
        if qualifier in function.aliases or function.version(qualifier) is not None:
            return
        raise self.no_such_qualifier(function.region, function.name, qualifier)

    def no_such_qualifier(self, region: str, name: str, qualifier: str) -> LambdaError:
        """AWS names a missing alias as such, and anything else a function."""
        arn = self.arn(region, name, qualifier)
        if _ALIAS_NAME.fullmatch(qualifier) and not qualifier.isdigit():
            return not_found(f"Cannot find alias arn: {arn}")
        return not_found(f"Function not found: {arn}")

    def settle(self, function: Function, version: FunctionVersion) -> None:
        """End a creation or an update whose time has come."""
        if not version.change or self.clock.now() < version.ready_at:
            return
        if (function.region, function.name, version.version) in self.snapshots_under_way:
            return
        version.change = ""
        version.revision_id = version.settled_revision_id
        if version is function.latest and function.replaced is not None:
            function.replaced = None
            self.discard_environments(function, LATEST)

    def begin_change(self, version: FunctionVersion, change: str) -> None:
        """``create`` or ``update``; over after a while."""
        takes_s = self.function_change_s
        version.change = change
        version.revision_id = self.new_id()
        version.settled_revision_id = self.new_id()
        version.ready_at = self.clock.now() + (self.state_delay_s if takes_s is None else takes_s)
        version.last_modified = self.last_modified()

    def refuse_while_changing(self, function: Function) -> None:
        """409 while ``$LATEST`` is being created or updated."""
        self.settle(function, function.latest)
        if function.latest.change:
            raise conflict(
                "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {function.arn}"
            )

    def discard_environments(self, function: Function, version: str) -> None:
        for listener in self.stale_listeners:
            listener(function.region, function.name, version)

    def touch(self, function: Function) -> None:
        """A new revision id for ``$LATEST``, for changes that are not its configuration's."""
        self.settle(function, function.latest)
        function.latest.revision_id = function.latest.settled_revision_id = self.new_id()

    def last_modified(self) -> str:
        """Now, as a function's LastModified: ``2026-11-22T01:02:03.456+0000``."""
        return iso_milliseconds(self.clock.now()).removesuffix("Z") + "+0000"

    def last_modified_seconds(self) -> str:
        """Now, as provisioned concurrency shows it: ``2026-11-22T01:02:03+0000``."""
        return datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")

    def last_modified_microseconds(self) -> str:
        """Now, as function URLs show it: ``2026-11-22T01:02:03.456789Z``."""
        return datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
