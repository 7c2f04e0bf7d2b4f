"""Function URLs: a plain HTTP request runs a function and gets what it returns.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html

A URL is reached by path, ``/_lambda/url/<url-id>/…``, which every client can, and by host name,
``<url-id>.lambda-url.<region>.localhost``, which browsers and curl resolve by themselves. With
``RESPONSE_STREAM`` the answer comes in one piece, too.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.function_urls import FUNCTION_URL_PATH
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import LATEST, FunctionUrl, InvokeTarget
from lab_helpers.emulator.front_doors.url_answer import (
    answer_of,
    failed,
    forbidden,
    not_there,
    told,
)
from lab_helpers.emulator.front_doors.url_cors import allow, preflight
from lab_helpers.emulator.front_doors.url_event import UrlRequest, event_of
from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invoker import Invoker, RecursiveInvocationError
from lab_helpers.emulator.runtime.spec import Invocation

SOURCE = "function-url"
LARGEST_REQUEST_BYTES = 6 * 1024 * 1024
_HOST = re.compile(r"([a-z2-7]{32})\.lambda-url\.([a-z0-9-]+)\.localhost(:\d+)?", re.IGNORECASE)
_BY_PATH = re.compile(re.escape(FUNCTION_URL_PATH) + r"([a-z2-7]{32})(/.*)?")


class UrlAccess(Protocol):
    """Who may use a URL."""

    def signer(self, request: Request) -> Caller:
        """Raises AwsError where it is not signed, or wrongly."""

    def refuses(
        self, caller: Caller | None, auth_type: str, function_arn: str, request_id: str
    ) -> bool:
        """Whether policies do not let the caller in; None is anybody."""


@dataclass(frozen=True)
class _Url:
    region: str
    function: str
    qualifier: str
    config: FunctionUrl


class FunctionUrls:
    """Answers requests to function URLs.

    Args:
        now: seconds since the epoch.
    """

    def __init__(
        self,
        control_plane: LambdaControlPlane,
        invoker: Invoker,
        access: UrlAccess,
        now: Callable[[], float],
    ) -> None:
        self._control_plane = control_plane
        self._invoker = invoker
        self._access = access
        self._now = now
        self._found: dict[str, tuple[str, str, str]] = {}

    async def answer(self, request: Request) -> Response | None:
        """None where the request is not for a function URL. Never raises for what is asked."""
        address = address_of(request)
        if address is None:
            return None
        url_id, path = address
        request_id = str(uuid.uuid4())
        url = self._url(url_id)
        response = not_there() if url is None else await self._asked(url, path, request, request_id)
        response.headers.set("x-amzn-RequestId", request_id)
        return response

    async def _asked(self, url: _Url, path: str, request: Request, request_id: str) -> Response:
        cors = url.config.cors
        if (first := preflight(cors, request)) is not None:
            return first
        try:
            response = await self._admitted(url, path, request, request_id)
        except AwsError as error:
            response = forbidden(error.message)
        allow(cors, request, response)
        return response

    async def _admitted(self, url: _Url, path: str, request: Request, request_id: str) -> Response:
        """Raises AwsError."""
        signed = url.config.auth_type == "AWS_IAM"
        if signed and not _is_signed(request):
            return forbidden()
        caller = self._access.signer(request) if signed else None
        qualifier = None if url.qualifier == LATEST else url.qualifier
        arn = self._control_plane.state.arn(url.region, url.function, qualifier)
        if self._access.refuses(caller, url.config.auth_type, arn, request_id):
            return forbidden()
        if len(request.body) > LARGEST_REQUEST_BYTES:
            return told(413, {"Message": "Request Entity Too Large"})
        try:
            target = self._control_plane.resolve(url.region, url.function, qualifier)
        except LambdaError:
            return failed()
        asked = UrlRequest(
            url.config.url_id,
            url.region,
            path,
            request,
            request_id,
            target.account_id,
            caller,
            self._now(),
        )
        return await self._run(target, asked)

    async def _run(self, target: InvokeTarget, asked: UrlRequest) -> Response:
        invocation = Invocation(
            asked.request_id,
            json.dumps(event_of(asked)).encode(),
            target.invoked_arn,
            trace_id=asked.request.headers.get("x-amzn-trace-id"),
        )
        try:
            run = await self._invoker.run(target, invocation, SOURCE)
        except RecursiveInvocationError:
            return failed()
        except ThrottledError as error:
            reason = {"Reason": error.reason, "Type": "User", "message": "Rate Exceeded."}
            return told(429, reason)
        if run.outcome.function_error is not None:
            return failed()
        response = answer_of(run.outcome.payload)
        response.headers.set("X-Amzn-Trace-Id", run.trace_header)
        return response

    def _url(self, url_id: str) -> _Url | None:
        """Looked for once; a URL that was deleted is looked for again."""
        with self._control_plane.state.lock:
            regions = self._control_plane.state.regions
            if url_id in self._found:
                region, name, qualifier = self._found[url_id]
                function = regions[region].functions.get(name) if region in regions else None
                config = function.urls.get(qualifier) if function else None
                if config is not None and config.url_id == url_id:
                    return _Url(region, name, qualifier, config)
                del self._found[url_id]
            for region, state in regions.items():
                for name, function in state.functions.items():
                    for qualifier, config in function.urls.items():
                        if config.url_id == url_id:
                            self._found[url_id] = region, name, qualifier
                            return _Url(region, name, qualifier, config)
        return None


def address_of(request: Request) -> tuple[str, str] | None:
    """``(url id, path)`` of a request to a function URL; None of any other."""
    host = request.headers.get("host")
    if ".lambda-url." in host and (named := _HOST.fullmatch(host)):
        return named[1].lower(), request.raw_path
    if not request.raw_path.startswith(FUNCTION_URL_PATH):
        return None
    asked = _BY_PATH.fullmatch(request.raw_path)
    return (asked[1], asked[2] or "/") if asked else ("", request.raw_path)


def _is_signed(request: Request) -> bool:
    return "authorization" in request.headers or "X-Amz-Signature" in request.query
