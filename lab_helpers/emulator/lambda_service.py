"""Lambda as the cloud serves it: the control plane's operations and Invoke under one roof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.service_model import route
from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.invocation.invoke_api import InvokeApi

INVOKE_OPERATIONS = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})


class InThread(Protocol):
    """Runs blocking work beside the event loop."""

    def __call__(self, work: Callable[[], Response], /) -> Awaitable[Response]: ...


class LambdaService:
    """Routes a Lambda request: invocations stay on the loop, the rest may take its time."""

    def __init__(self, control_plane: LambdaControlPlane, invoke_api: InvokeApi) -> None:
        self._control_plane = control_plane
        self._invoke_api = invoke_api

    async def handle(
        self, request: Request, region: str, request_id: str, in_thread: InThread
    ) -> Response:
        """Raises LambdaError."""
        routed = route(request.method, request.raw_path, request.raw_query)
        if routed is not None and routed.name in INVOKE_OPERATIONS:
            return await self._invoke_api.handle(
                routed.name, routed.uri_params["FunctionName"], request, region, request_id
            )
        return await in_thread(partial(self._control_plane.handle, request, region, request_id))
