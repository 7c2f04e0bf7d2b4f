"""Lambda's control plane: HTTP requests in, AWS's answers out; and what other rooms ask of it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane import downloads
from lab_helpers.emulator.control_plane.calls import Answer, Call
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.constraints import validate
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.event_source_mappings import settle_mapping
from lab_helpers.emulator.control_plane.function_references import resolve_reference
from lab_helpers.emulator.control_plane.operations import INVOCATIONS, OPERATIONS
from lab_helpers.emulator.control_plane.records import (
    LATEST,
    EventSourceMapping,
    FunctionVersion,
    InvokeTarget,
)
from lab_helpers.emulator.control_plane.request_parsing import parse_request
from lab_helpers.emulator.control_plane.resolution import resolve_target
from lab_helpers.emulator.control_plane.service_model import (
    RoutedOperation,
    route,
    success_status,
)
from lab_helpers.emulator.control_plane.state import (
    EventSourceLookup,
    LambdaState,
    MappingListener,
    NetworkLookup,
    ReadObject,
    StaleListener,
)
from lab_helpers.emulator.http import Headers, Request, Response

MAXIMUM_REQUEST_BYTES = 70_167_211

_CHECKED_BY_LAMBDA = {
    "CreateFunction": frozenset({"Runtime"}),
    "UpdateFunctionConfiguration": frozenset({"Runtime"}),
}
"""Members whose failures Lambda words itself."""


class LambdaControlPlane:
    """Lambda's control plane of one account, in all Regions.

    Safe to call from several threads: records change under one lock; packages are unpacked
    outside of it.

    Args:
        read_object: ``(bucket, key, version_id) → bytes``, for code in S3; raises
            ``state.S3ObjectError``. Called without the lock.
        role_is_assumable: may Lambda assume the role with this ARN? Called with the lock held:
            it must not wait for a thread that calls the control plane.
        endpoint_url: where this cloud answers, for links to deployment packages.
        event_sources: where event source mappings' sources are looked up; None: unchecked.
        network: where a VpcConfig's subnets and security groups are looked up; None: unchecked.
        state_delay_s: how long a function stays Pending, or an update InProgress.
        new_id: where revision ids and UUIDs come from.
    """

    def __init__(
        self,
        account_id: str,
        clock: Clock,
        code_store: CodeStore,
        read_object: ReadObject,
        role_is_assumable: Callable[[str], bool],
        endpoint_url: str,
        *,
        event_sources: EventSourceLookup | None = None,
        network: NetworkLookup | None = None,
        state_delay_s: float = 0.0,
        concurrency_limit: int = 1000,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self.state = LambdaState(
            account_id,
            clock,
            code_store,
            read_object,
            role_is_assumable,
            endpoint_url,
            state_delay_s,
            concurrency_limit,
            event_sources,
            network,
        )
        if new_id is not None:
            self.state.new_id = new_id

    @staticmethod
    def route(method: str, raw_path: str, raw_query: str = "") -> RoutedOperation | None:
        """Which operation a request asks for; None where Lambda has no such operation."""
        return route(method, raw_path, raw_query)

    def handles(self, request: Request) -> bool:
        """Is the request one for ``handle``? All of Lambda's are, but for invocations."""
        routed = route(request.method, request.raw_path, request.raw_query)
        return routed is not None and routed.name not in INVOCATIONS

    def handle(self, request: Request, region: str, request_id: str) -> Response:
        """Answer a request; errors are answered as AWS words them, never raised."""
        try:
            return self._answer(request, region, request_id)
        except LambdaError as error:
            return error.response(request_id)

    def _answer(self, request: Request, region: str, request_id: str) -> Response:
        routed = route(request.method, request.raw_path, request.raw_query)
        if routed is None or routed.name in INVOCATIONS:
            raise LambdaError(
                "UnknownOperationException",
                f"Lambda's control plane has no operation {request.method} {request.raw_path}.",
            )
        operation = OPERATIONS.get(routed.name)
        if operation is None:
            raise LambdaError(
                "NotImplemented",
                f"{routed.name} is not implemented in Lambda Dojo's embedded cloud. "
                "Use another backend for it.",
            )
        if len(request.body) > MAXIMUM_REQUEST_BYTES:
            raise LambdaError(
                "RequestEntityTooLargeException",
                f"Request must be smaller than {MAXIMUM_REQUEST_BYTES} bytes for the "
                f"{routed.name} operation",
            )
        params = parse_request(request, routed)
        validate(routed.name, params, _CHECKED_BY_LAMBDA.get(routed.name, frozenset()))
        call = Call(self.state, region, routed.name, params)
        if operation.store_package is not None:
            package = operation.store_package(call)
            call = Call(self.state, region, routed.name, params, package)
        with self.state.lock:
            answer = operation.run(call)
            return _response(routed.name, answer, request_id)

    def resolve(
        self,
        region: str,
        function_ref: str,
        qualifier: str | None = None,
        draw: Callable[[], float] = random.random,
        *,
        pending_too: bool = False,
    ) -> InvokeTarget:
        """What an invocation of ``function_ref`` runs.

        Args:
            function_ref: name, ``name:qualifier``, partial or full ARN, percent-decoded.
            qualifier: the ``Qualifier`` parameter.
            draw: a number in [0, 1) that decides between the versions of a weighted alias.
            pending_too: for what Lambda itself runs before a version is Active.

        Raises:
            LambdaError: as AWS refuses it: not found, another Region's, qualifiers that differ,
                still Pending …
        """
        with self.state.lock:
            state = self.state
            return resolve_target(state, region, function_ref, qualifier, draw, pending_too)

    def change_left_s(self, region: str, function_name: str) -> float:
        """Seconds until a function's creation or update is over; 0 where none is in progress."""
        with self.state.lock:
            function = self.state.region(region).functions.get(function_name)
            if function is None:
                return 0.0
            self.state.settle(function, function.latest)
            latest = function.latest
            return latest.ready_at - self.state.clock.now() if latest.change else 0.0

    def code_dir(self, region: str, version: FunctionVersion) -> Path:
        """The unpacked deployment package of a version."""
        return self.state.code_store.directory(version.code_sha256)

    def layer_dirs(self, region: str, version: FunctionVersion) -> tuple[Path, ...]:
        """The unpacked layers of a version, in the order of its configuration.

        A layer version that was deleted since goes on working, as at AWS.
        """
        return tuple(self.state.code_store.directory(sha256) for sha256 in version.layer_sha256s)

    def policy_document(
        self, region: str, function_ref: str, qualifier: str | None = None
    ) -> dict[str, Any] | None:
        """The resource-based policy behind a reference, to be read; None where there is none.

        Raises:
            LambdaError: no such function.
        """
        with self.state.lock:
            name, wanted = resolve_reference(function_ref, qualifier, region, self.state.account_id)
            function = self.state.function(region, name, wanted)
            policy = function.policies.get(wanted or LATEST)
            return policy.document() if policy else None

    def on_environment_stale(self, listener: StaleListener) -> None:
        """``listener(region, function_name, version)`` is called when running environments of a
        version must be discarded: its code or configuration changed, or it was deleted.

        Called with the lock held; it must be quick and must not wait for other threads.
        """
        self.state.stale_listeners.append(listener)

    def on_event_source_mapping_changed(self, listener: MappingListener) -> None:
        """``listener(mapping)`` is called when an event source mapping was created or updated,
        or is going away. Called with the lock held, as ``on_environment_stale``'s listeners."""
        self.state.mapping_listeners.append(listener)

    def event_source_mappings(self, region: str) -> list[EventSourceMapping]:
        """All mappings of a Region in their present state, as copies."""
        with self.state.lock:
            mappings = self.state.region(region).event_source_mappings
            for mapping in list(mappings.values()):
                settle_mapping(self.state, mapping)
            return copy.deepcopy(list(mappings.values()))

    def mapping_processed(self, region: str, uuid: str, result: str) -> None:
        """A poller says how its last batch went: ``OK``, ``PROBLEM: …``: LastProcessingResult."""
        with self.state.lock:
            mapping = self.state.region(region).event_source_mappings.get(uuid)
            if mapping is not None:
                mapping.last_processing_result = result

    def download(self, token: str) -> bytes:
        """The zip file behind ``GET /_lambda/code/<token>``; LambdaError (404) if there is none."""
        return downloads.download(self.state, token)


def _response(operation: str, answer: Answer, request_id: str) -> Response:
    status = success_status(operation) if answer.status is None else answer.status
    headers = Headers([("x-amzn-RequestId", request_id)])
    if answer.body is None:
        return Response(status, headers)
    headers.set("Content-Type", "application/json")
    # AWS writes its JSON as UTF-8, without escapes
    body = json.dumps(answer.body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(status, headers, body)
