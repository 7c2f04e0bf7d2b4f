"""The API's own name for what a request asks: ``PutObject``, ``SendMessage`` …"""

from __future__ import annotations

import re

from botocore.exceptions import UnknownServiceError
from moto.core.routing import NotFound, get_service_router

from lab_helpers.emulator.access.errors import Protocol, protocol_of
from lab_helpers.emulator.access.plain_request import form_fields, is_json_request
from lab_helpers.emulator.control_plane.service_model import route
from lab_helpers.emulator.http import Request
from lab_helpers.emulator.moto_bridge.moto_request import moto_request

_OBJECT = re.compile(r"/[a-z0-9.-]+/[A-Za-z0-9_.-][^?#]*")
_BUCKET = re.compile(r"/[a-z0-9.-]+")
_OF_BUCKETS = {
    "DELETE": "DeleteBucket",
    "GET": "ListObjects",
    "HEAD": "HeadBucket",
    "PUT": "CreateBucket",
}
_OF_OBJECTS = {
    "DELETE": "DeleteObject",
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "PUT": "PutObject",
}


def operation_name(service: str, request: Request) -> str:
    """An empty string where it cannot be told. Permissions depend on it: moto does what this says.

    Args:
        request: as ``plain_request`` left it.
    """
    if service == "lambda":
        routed = route(request.method, request.raw_path, request.raw_query)
        return routed.name if routed else ""
    if is_json_request(service, request):
        return request.headers.get("x-amz-target").rsplit(".", 1)[-1]
    if protocol_of(service, request.headers.get("content-type")) is Protocol.QUERY:
        return form_fields(request).get("Action", "")
    if "/operation/" in request.raw_path and "cbor" in request.headers.get("content-type"):
        return request.raw_path.rsplit("/", 1)[-1]
    return _plain_s3_operation(service, request) or _rest_operation(service, request)


def _plain_s3_operation(service: str, request: Request) -> str:
    """Of a request that says nothing but bucket, key and method; else an empty string.

    The router needs botocore's model of S3, which takes 50 ms to load.
    """
    if service != "s3" or request.raw_query or "x-amz-copy-source" in request.headers:
        return ""
    if _OBJECT.fullmatch(request.raw_path):
        return _OF_OBJECTS.get(request.method, "")
    return _OF_BUCKETS.get(request.method, "") if _BUCKET.fullmatch(request.raw_path) else ""


def _rest_operation(service: str, request: Request) -> str:
    host = request.headers.get("host", service)
    made = moto_request(request.method, host, request.raw_path, request.raw_query, request.headers)
    try:
        operation, _ = get_service_router(service).match(made)
    except (NotFound, NotImplementedError, UnknownServiceError, KeyError, ValueError):
        return ""
    return str(operation.name)
