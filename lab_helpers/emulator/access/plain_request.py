"""One reading of a request, so that what is allowed is what is done.

A query or JSON request could name its operation and its members in several places: the form, the
URL, headers. AWS reads one of them by the service's protocol; here the others are taken away
before anybody reads.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from lab_helpers.emulator.access.errors import (
    QUERY_SERVICES,
    REST_JSON_SERVICES,
    AwsError,
)
from lab_helpers.emulator.http import Headers, Request

FORM = "application/x-www-form-urlencoded"
_QUERY_AND_JSON = frozenset({"cloudwatch", "monitoring"})
_ROUTED_BY_PATH = REST_JSON_SERVICES | {"s3"}


def mimetype(request: Request) -> str:
    return request.headers.get("content-type").partition(";")[0].strip().lower()


def form_fields(request: Request) -> dict[str, str]:
    """The form's fields, or the URL's where there is no form; of a repeated one the first."""
    text = request.body.decode("utf-8", "replace") if mimetype(request) == FORM else ""
    found = parse_qs(text or request.raw_query, keep_blank_values=True)
    return {name: values[0] for name, values in found.items()}


def is_json_request(service: str, request: Request) -> bool:
    """Whether the operation is named by ``x-amz-target`` and its input is a JSON body."""
    if service in _ROUTED_BY_PATH or service in QUERY_SERVICES - _QUERY_AND_JSON:
        return False
    kind = mimetype(request)
    is_json = kind == "application/json" or kind.startswith("application/x-amz-json-")
    return is_json and "x-amz-target" in request.headers


def plain_request(service: str, request: Request) -> Request:
    """The request without what its protocol does not read.

    Raises:
        AwsError: a form in a coding that no AWS service reads.
    """
    if service in _ROUTED_BY_PATH:
        return request
    if mimetype(request).startswith("multipart/"):
        raise AwsError("SerializationException", "AWS takes no multipart forms here.", 400)
    if is_json_request(service, request):
        return Request(request.method, request.raw_path, "", request.headers, request.body)
    headers = request.headers
    if "x-amz-target" in headers:
        headers = Headers(item for item in headers if item[0].lower() != "x-amz-target")
    has_form = bool(request.body) and mimetype(request) == FORM
    query = "" if has_form else request.raw_query
    return Request(request.method, request.raw_path, query, headers, request.body)
