"""The two calls that labs make most, in their plain form: one step into moto's models.

moto reads a request with several parsers and writes its answer with a serialiser that asks for each
member by four names: a millisecond for a message of five letters. Whatever is not plain here
(attributes, tags, locks, a queue that is not there) is None, and goes moto's own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import moto.backends
from moto.core.exceptions import ServiceException
from moto.utilities.utils import get_partition

from lab_helpers.emulator.access.content_checks import CHECKSUM
from lab_helpers.emulator.http import Headers, Request, Response

_REGION = re.compile(r"Credential=[^/]+/\d{8}/([^/,]+)/")
_PLAIN_OBJECT = re.compile(r"/([a-z0-9.-]+)/([A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*)")
"""A path that reads the same for everybody, without encoded characters and empty parts."""

_OF_A_PLAIN_UPLOAD = frozenset(
    {
        *("accept", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request"),
        *("authorization", "connection", "content-length", "content-md5", "content-type"),
        *("date", "expect"),
        *(
            "host",
            "user-agent",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-sdk-checksum-algorithm",
        ),
        *("x-amz-security-token", "x-amzn-trace-id"),
        *("x-amz-checksum-crc32", "x-amz-checksum-sha1", "x-amz-checksum-sha256"),
    }
)
"""Headers that say nothing of the object but its type and its checksum."""


def direct_answer(
    account_id: str, module: str, operation: str, request: Request
) -> Response | None:
    """Args: module: moto's; operation: in the API's words."""
    direct = _DIRECT.get((module, operation))
    found = _REGION.search(request.headers.get("authorization"))
    if direct is None or found is None:
        return None
    return direct(account_id, found[1], request)


def _send_message(account_id: str, region: str, request: Request) -> Response | None:
    content_type = request.headers.get("content-type")
    if not content_type.startswith("application/x-amz-json"):
        return None
    try:
        asked = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(asked, dict) or set(asked) != {"QueueUrl", "MessageBody"}:
        return None
    url, body = asked["QueueUrl"], asked["MessageBody"]
    backend = _backend("sqs", account_id, region)
    if not isinstance(url, str) or not isinstance(body, str) or backend is None:
        return None
    name = url.rsplit("/", 1)[-1]
    queue = backend.queues.get(name)
    if queue is None or queue.fifo_queue:
        return None
    try:
        message = backend.send_message(name, body, message_attributes={})
    except ServiceException:
        return None  # refused before anything was changed: moto says it again, in SQS's form
    told = {"MD5OfMessageBody": message.body_md5, "MessageId": message.id}
    headers = Headers([("Content-Type", "application/x-amz-json-1.0"), ("server", "amazon.com")])
    return Response(200, headers, json.dumps(told).encode())


def _put_object(account_id: str, region: str, request: Request) -> Response | None:
    path = _PLAIN_OBJECT.fullmatch(request.raw_path)
    if path is None or request.raw_query or _says_more(request.headers):
        return None
    bucket_name, key_name = path.groups()
    backend = _backend("s3", account_id, get_partition(region))
    bucket = None if backend is None else backend.buckets.get(bucket_name)
    if bucket is None or bucket.policy or bucket.object_lock_enabled or bucket.logging:
        return None
    algorithm = request.headers.get("x-amz-sdk-checksum-algorithm")
    checksum_header = CHECKSUM + algorithm.lower()
    claimed = [name for name, _ in request.headers if name.lower().startswith(CHECKSUM)]
    if [name.lower() for name in claimed] != ([checksum_header] if algorithm else []):
        return None
    checksum = request.headers.get(checksum_header)
    key = backend.put_object(
        bucket_name, key_name, request.body, storage="STANDARD", checksum_value=checksum or None
    )
    key.set_acl(bucket.acl)
    if "content-type" in request.headers:
        key.set_metadata({"Content-Type": request.headers.get("content-type")})
    headers = Headers([(checksum_header, checksum)] if algorithm else [])
    if algorithm:
        key.checksum_algorithm = algorithm
    backend.tagger.delete_all_tags_for_resource(key.arn)
    for name, value in key.response_dict.items():
        if name != "content-length":  # the object's, and not the answer's
            headers.set(name, str(value))
    return Response(200, headers)


def _says_more(headers: Headers) -> bool:
    return any(name.lower() not in _OF_A_PLAIN_UPLOAD for name, _ in headers)


def _backend(service: str, account_id: str, region: str) -> Any:
    """None where the account has none: moto says what is wrong with the Region."""
    backends: Any = moto.backends.get_backend(service)
    regions = backends[account_id]
    return regions[region] if region in regions else None  # noqa: SIM401 # get() makes none


_DIRECT: dict[tuple[str, str], Callable[[str, str, Request], Response | None]] = {
    ("s3", "PutObject"): _put_object,
    ("sqs", "SendMessage"): _send_message,
}
