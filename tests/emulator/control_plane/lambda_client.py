"""A boto3-shaped client whose requests go straight into ``handle()``: botocore serialises them
and parses the answers, so every shape is checked by AWS's own model; there is no HTTP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.state import S3ObjectError
from lab_helpers.emulator.http import Headers, Request, Response

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/lambda-role"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function"
ENDPOINT = "http://127.0.0.1:4599"


class SteppedClock:
    """Time moves only when a test moves it; the control plane never waits."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the control plane must not wait")

    def advance(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Cloud:
    """What the control plane sees of the rest of the cloud."""

    clock: SteppedClock = field(default_factory=SteppedClock)
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    buckets: set[str] = field(default_factory=set)
    unusable_roles: set[str] = field(default_factory=set)
    queues: dict[str, int] = field(default_factory=dict)
    streams: set[str] = field(default_factory=set)
    subnets: dict[str, str] = field(default_factory=dict)
    security_groups: set[str] = field(default_factory=set)

    def read_object(self, bucket: str, key: str, version_id: str | None) -> bytes:
        if bucket not in self.buckets:
            raise S3ObjectError("NoSuchBucket", "The specified bucket does not exist")
        if (bucket, key) not in self.objects:
            raise S3ObjectError("NoSuchKey", "The specified key does not exist.")
        return self.objects[bucket, key]

    def role_is_assumable(self, arn: str) -> bool:
        return arn not in self.unusable_roles

    def queue_visibility_timeout_s(self, arn: str) -> int | None:
        return self.queues.get(arn)

    def vpc_of_subnet(self, region: str, subnet_id: str) -> str | None:
        return self.subnets.get(subnet_id)

    def security_group_exists(self, region: str, group_id: str) -> bool:
        return group_id in self.security_groups

    def stream_exists(self, arn: str) -> bool:
        return arn in self.streams


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def to_request(prepared: AWSPreparedRequest) -> Request:
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    if isinstance(body, str):
        body = body.encode()
    return Request(
        prepared.method,
        url.path,
        url.query,
        Headers((name, _text(value)) for name, value in prepared.headers.items()),
        bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


_SESSION = botocore.session.Session()
_SESSION.set_credentials("AKIDEXAMPLE", "secret")


def connect(plane: LambdaControlPlane, region: str = REGION, *, validate: bool = True) -> Any:
    """A client of ``plane``; ``validate=False`` lets through what botocore itself refuses."""
    client = _SESSION.create_client(
        "lambda",
        region_name=region,
        endpoint_url=ENDPOINT,
        config=Config(parameter_validation=validate, retries={"total_max_attempts": 1}),
    )

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        response: Response = plane.handle(to_request(request), region, "request-id")
        headers = {name.lower(): value for name, value in response.headers}
        return AWSResponse(request.url, response.status, headers, _Body(response.body))

    client.meta.events.register("before-send.lambda.*", answer)
    return client


def zipped(files: dict[str, str | bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (files or {"lambda_function.py": "def handler(e, c): pass"}).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def create(client: Any, name: str = "fn", **settings: Any) -> Any:
    given: dict[str, Any] = {
        "FunctionName": name,
        "Runtime": "python3.13",
        "Handler": "lambda_function.handler",
        "Role": ROLE,
        "Code": {"ZipFile": zipped()},
    }
    return client.create_function(**{**given, **settings})


@dataclass
class Refusal:
    """An error as boto3's users see it."""

    status: int = 0
    code: str = ""
    message: str = ""


def refused(operation: Callable[..., Any], **params: Any) -> Refusal:
    """Call ``operation``; the error that it must raise."""
    with pytest.raises(ClientError) as caught:
        operation(**params)
    error = caught.value.response
    return Refusal(
        error["ResponseMetadata"]["HTTPStatusCode"],
        error["Error"]["Code"],
        error["Error"].get("Message", ""),
    )
