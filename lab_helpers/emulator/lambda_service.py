"""Lambda as the cloud serves it: the control plane's operations and Invoke under one roof."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.service_model import RoutedOperation, route
from lab_helpers.emulator.durability.lambda_records import FUNCTION, LAYER, MAPPING
from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.invocation.invoke_api import InvokeApi
from lab_helpers.emulator.provisioner import CHANGING_OPERATIONS, Provisioner

INVOKE_OPERATIONS = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})
PUBLISHING = frozenset({"CreateFunction", "PublishVersion", "UpdateFunctionCode"})
LOOKS = frozenset({"GetFunction", "GetFunctionConfiguration"})
HELD_S = 0.1
"""A look at a function whose change is over so soon is answered then. boto3's waiters look at
once and then only a second later, sixty times as long as the change takes here."""


Keep = Callable[[str, str, str], None]
"""(Region, kind of record, its name); a kind "" stands for whatever it was."""


class InThread(Protocol):
    """Runs blocking work beside the event loop."""

    def __call__(self, work: Callable[[], Response], /) -> Awaitable[Response]: ...


class LambdaService:
    """Routes a Lambda request: invocations stay on the loop, the rest may take its time."""

    def __init__(
        self,
        control_plane: LambdaControlPlane,
        invoke_api: InvokeApi,
        provisioner: Provisioner,
        keep: Keep,
    ) -> None:
        """
        Args:
            keep: writes down what has changed; raises where it cannot.
        """
        self._control_plane = control_plane
        self._invoke_api = invoke_api
        self._provisioner = provisioner
        self._keep = keep

    async def handle(
        self, request: Request, region: str, request_id: str, in_thread: InThread
    ) -> Response:
        """Raises LambdaError."""
        routed = route(request.method, request.raw_path, request.raw_query)
        if routed is not None and routed.name in INVOKE_OPERATIONS:
            return await self._invoke_api.handle(
                routed.name, routed.uri_params["FunctionName"], request, region, request_id
            )
        named = routed.uri_params.get("FunctionName", "") if routed is not None else ""
        name = function_name(named)
        if routed is not None and routed.name in LOOKS:
            await self._see_out_change(region, name)
        if request.method == "GET":
            return await self._looked_up(request, region, request_id, in_thread)
        response = await in_thread(partial(self._handle, routed, request, region, request_id))
        self._provision(routed, region, name, response)
        return response

    async def _looked_up(
        self, request: Request, region: str, request_id: str, in_thread: InThread
    ) -> Response:
        """A page of records at most: a thread and back takes longer, unless somebody has them."""
        lock = self._control_plane.state.lock
        if not lock.acquire(blocking=False):
            look = partial(self._control_plane.handle, request, region, request_id)
            return await in_thread(look)
        try:
            return self._control_plane.handle(request, region, request_id)
        finally:
            lock.release()

    def handle_in_thread(
        self,
        request: Request,
        region: str,
        request_id: str,
        on_loop: Callable[[Callable[[], object]], None],
    ) -> Response:
        """As ``handle``, for the control plane only and from a thread: it blocks.

        Errors are answers too; ``on_loop`` has the event loop do what belongs to it.
        """
        routed = route(request.method, request.raw_path, request.raw_query)
        name = function_name(routed.uri_params.get("FunctionName", "") if routed else "")
        response = self._handle(routed, request, region, request_id)
        on_loop(lambda: self._provision(routed, region, name, response))
        return response

    def _provision(
        self, routed: RoutedOperation | None, region: str, name: str, response: Response
    ) -> None:
        """Environments that are initialised ahead follow a change. Belongs to the event loop."""
        if routed is None or response.status >= 300:
            return
        if routed.name in CHANGING_OPERATIONS:
            self._provisioner.follow(region, name)
        if routed.name in PUBLISHING:
            published = json.loads(response.body)
            if str(published.get("Version")).isdigit():
                self._provisioner.snapshot(region, published["FunctionName"], published["Version"])

    def change_left_s(self, region: str, name: str) -> float:
        """Seconds until a function's creation or update is over."""
        return self._control_plane.change_left_s(region, name)

    async def _see_out_change(self, region: str, name: str) -> None:
        left_s = self._control_plane.change_left_s(region, name)
        if 0 < left_s <= HELD_S:
            await self._control_plane.state.clock.sleep(left_s)

    def _handle(
        self, routed: RoutedOperation | None, request: Request, region: str, request_id: str
    ) -> Response:
        response = self._control_plane.handle(request, region, request_id)
        if request.method != "GET" and response.status < 400 and routed is not None:
            self._keep(region, *changed_record(routed, response.body))
        return response


def changed_record(routed: RoutedOperation, answer: bytes) -> tuple[str, str]:
    """Kind and name of the one record that an operation has changed; ("", "") for any other."""
    labels = routed.uri_params
    if "FunctionName" in labels:
        return FUNCTION, function_name(labels["FunctionName"])
    if "LayerName" in labels:
        return LAYER, labels["LayerName"].split(":layer:")[-1].split(":")[0]
    if "UUID" in labels:
        return MAPPING, labels["UUID"]
    if routed.name == "CreateFunction":
        return FUNCTION, str(json.loads(answer)["FunctionName"])
    if routed.name == "CreateEventSourceMapping":
        return MAPPING, str(json.loads(answer)["UUID"])
    return "", ""


def function_name(reference: str) -> str:
    """Of a name, a partial or a full ARN, each with or without a qualifier."""
    return reference.split(":function:")[-1].split(":")[0]
