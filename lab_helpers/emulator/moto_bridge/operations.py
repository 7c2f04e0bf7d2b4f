"""The API's own name for what a request asks: ``PutObject``, ``SendMessage`` …"""

from __future__ import annotations

from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request as MotoRequest
from moto.core.routing import NotFound, get_service_router

from lab_helpers.emulator.access.errors import Protocol, protocol_of
from lab_helpers.emulator.control_plane.service_model import route
from lab_helpers.emulator.http import Request


def operation_name(service: str, request: Request) -> str:
    """An empty string where it cannot be told; nothing depends on it but records."""
    target = request.headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    if service == "lambda":
        routed = route(request.method, request.raw_path, request.raw_query)
        return routed.name if routed else ""
    content_type = request.headers.get("content-type")
    if protocol_of(service, content_type) is Protocol.QUERY:
        fields = parse_qs(request.body[:8192].decode("utf-8", "replace"))
        return fields.get("Action", parse_qs(request.raw_query).get("Action", [""]))[0]
    return _rest_operation(service, request)


def _rest_operation(service: str, request: Request) -> str:
    query = f"?{request.raw_query}" if request.raw_query else ""
    made = MotoRequest.from_primitives(
        request.method, f"http://{service}{request.raw_path}{query}", dict(request.headers)
    )
    try:
        operation, _ = get_service_router(service).match(made)
    except (NotFound, NotImplementedError, UnknownServiceError, KeyError, ValueError):
        return ""
    return str(operation.name)
