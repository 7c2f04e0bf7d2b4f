"""boto3 clients whose requests go straight to the bridge: no server, no signature, no network."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from lab_helpers.emulator.http import Headers, Request
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices

ACCOUNT = "123456789012"
ENDPOINT = "http://127.0.0.1:4599"


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_args: Any, **_kwargs: Any) -> Any:
        yield self._content

    def read(self, *_args: Any, **_kwargs: Any) -> bytes:
        content, self._content = self._content, b""
        return content


def client(services: MotoServices, service: str) -> Any:
    """A client whose calls are handled by ``services``."""
    made = boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=Config(
            s3={"addressing_style": "path"}, request_checksum_calculation="when_required"
        ),
    )

    def send(request: AWSPreparedRequest, event_name: str, **_kwargs: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = Headers([(name, _text(value)) for name, value in request.headers.items()])
        service = headers.get("authorization").split("/")[3]
        token = current_call.set(CurrentCall("request-id", operation=event_name.split(".")[-1]))
        try:
            answer = services.handle(
                service,
                Request(request.method, url.path, url.query, headers, _content(request.body)),
                ENDPOINT,
            )
        finally:
            current_call.reset(token)
        return AWSResponse(request.url, answer.status, dict(answer.headers), _Body(answer.body))

    service_id = made.meta.service_model.service_id.hyphenize()
    made.meta.events.register(f"before-send.{service_id}", send)
    return made


def _content(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b"" if body is None else bytes(body.read())


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
