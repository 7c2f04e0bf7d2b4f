"""One signed request to one moto service: find the handler by path, call it, take its answer.

moto's own server walks its package folder and goes through Flask at every call; here the
service is known from the credential scope and the routes are compiled once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import moto.backends
from moto.core.base_backend import BackendDict
from moto.core.request import Request as MotoRequest
from werkzeug.exceptions import HTTPException

from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.direct_operations import direct_answer
from lab_helpers.emulator.moto_bridge.iam.remembered_policies import POLICY_CHANGES
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.moto_bridge.moto_request import moto_request
from lab_helpers.emulator.moto_bridge.quick_operations import is_quick
from lab_helpers.emulator.moto_bridge.reading_operations import changes_something, found_nothing

Handler = Callable[[Any, str, Any], Any]

# The credential scope's service name, where moto's folder is called differently.
# https://docs.aws.amazon.com/service-authorization/latest/reference/ lists the signing names.
MODULE_OF_SIGNING_NAME = {
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "email": "ses",
    "eventbridge": "events",
    "elasticloadbalancing": "elbv2",
    "tagging": "resourcegroupstaggingapi",
    "application-autoscaling": "applicationautoscaling",
    "cognito-idp": "cognitoidp",
    "cognito-identity": "cognitoidentity",
    "lambda": "awslambda",
}


_CREDENTIAL = re.compile(r"Credential=([^/]+)/")
_SIGNATURE = re.compile(r",\s*Signature=[0-9a-f]+")
_NOT_KEPT = frozenset({"x-amz-security-token", "x-moto-account-id", "user-agent"})
_SET_HERE = frozenset({"authorization", "host", "x-moto-account-id"})


class UnknownServiceError(Exception):
    """moto has no service of that name."""


class MotoServices:
    """Calls moto's handlers; services and their routes are loaded when first asked for.

    Args:
        known_as: access key id of the caller → the id by which moto knows it.
    """

    def __init__(self, account_id: str, known_as: Callable[[str], str]) -> None:
        self._account_id = account_id
        self._known_as = known_as
        self._routes: dict[str, list[tuple[re.Pattern[str], Handler]]] = {}
        self._known = frozenset(moto.backends.list_of_moto_modules())
        self._change = CHANGES.repeatable("request", self._asked_again, counts=_took_effect)

    def handle(self, signing_name: str, request: Request, endpoint_url: str) -> Response:
        """The service's answer; blocks while moto works.

        Args:
            endpoint_url: base of URLs that moto puts into answers (an SQS queue's URL).

        Raises:
            UnknownServiceError: moto has no such service.
            NotImplementedError: moto knows the service, not this operation.
        """
        module = self._module(signing_name, request)
        operation = current_call.get().operation
        if changes_something(module, operation, request.method):
            try:
                return self._change(
                    module,
                    request.method,
                    request.raw_path,
                    request.raw_query,
                    _worth_keeping(request.headers),
                    request.body,
                    endpoint_url,
                )
            finally:
                POLICY_CHANGES.note(module, operation)
        with MOTO_LOCK:
            return self._ask(module, request, endpoint_url)

    def at_once(
        self, signing_name: str, operation: str, request: Request, endpoint_url: str
    ) -> Response | None:
        """The answer of a quick operation, for the event loop; None where a thread must wait.

        Raises: as ``handle``.
        """
        if not is_quick(self._account_id, signing_name, operation, request):
            return None
        if self._module(signing_name, request) not in self._routes:
            return None  # the service is not imported yet
        if not MOTO_LOCK.acquire(blocking=False):
            return None
        try:
            return self.handle(signing_name, request, endpoint_url)
        finally:
            MOTO_LOCK.release()

    def _asked_again(
        self,
        module: str,
        method: str,
        raw_path: str,
        raw_query: str,
        headers: list[tuple[str, str]],
        body: bytes,
        endpoint_url: str,
    ) -> Response:
        """A request, in values that can be kept and asked again."""
        request = Request(method, raw_path, raw_query, Headers(headers), body)
        return self._ask(module, request, endpoint_url)

    def _ask(self, module: str, request: Request, endpoint_url: str) -> Response:
        direct = direct_answer(self._account_id, module, current_call.get().operation, request)
        if direct is not None:
            return direct
        handler = self._find_handler(module, request.raw_path)
        if handler is None:
            raise NotImplementedError(f"no route for {request.method} {request.raw_path}")
        moto_request = self._moto_request(request, endpoint_url)
        try:
            answer = handler(moto_request, moto_request.raw_url, moto_request.headers)
        except HTTPException as error:
            answer = error.code or 500, dict(error.get_headers()), error.get_body()
        return _response(answer, request.method)

    def _module(self, signing_name: str, request: Request) -> str:
        name = MODULE_OF_SIGNING_NAME.get(signing_name, signing_name)
        if name == "dynamodb" and "DynamoDBStreams" in request.headers.get("x-amz-target"):
            name = "dynamodbstreams"
        name = name.replace("-", "") if name.replace("-", "") in self._known else name
        if name not in self._known:
            raise UnknownServiceError(signing_name)
        return name

    def _moto_request(self, request: Request, endpoint_url: str) -> MotoRequest:
        headers = [
            (name, value) for name, value in request.headers if name.lower() not in _SET_HERE
        ]
        # Else moto looks the caller up in six partitions and builds an IAM for each of them.
        headers.append(("x-moto-account-id", self._account_id))
        authorization = request.headers.get("authorization")
        if authorization:
            known = _CREDENTIAL.sub(
                lambda match: f"Credential={self._known_as(match[1])}/", authorization
            )
            headers.append(("Authorization", known))
        host = endpoint_url.split("://", 1)[1]
        return moto_request(
            request.method, host, request.raw_path, request.raw_query, headers, request.body
        )

    def _find_handler(self, module: str, raw_path: str) -> Handler | None:
        routes = self._routes.get(module)
        if routes is None:
            routes = self._routes[module] = self._load_routes(module)
        for pattern, handler in routes:
            if pattern.match(raw_path):
                return handler
        return None

    def _load_routes(self, module: str) -> list[tuple[re.Pattern[str], Handler]]:
        backends: Any = moto.backends.get_backend(module)
        if isinstance(backends, BackendDict):
            regions = backends[self._account_id]
            backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
        else:
            backend = backends["global"]
        # A pattern's first "{0}" stands for the service's host, which is ours here. moto
        # matches from the start and lets some patterns end early, as "{0}/" for DynamoDB.
        return [(re.compile(path), handler) for path, handler in backend.url_paths.items()]


def _worth_keeping(headers: Headers) -> list[tuple[str, str]]:
    """Without what proves who sent them: nothing secret goes to the disk."""
    return [
        (name, _SIGNATURE.sub("", value) if name.lower() == "authorization" else value)
        for name, value in headers
        if name.lower() not in _NOT_KEPT
    ]


def _took_effect(response: Response) -> bool:
    return response.status < 400 and not found_nothing(current_call.get().operation, response.body)


def _response(answer: Any, method: str) -> Response:
    if isinstance(answer, str | bytes):
        status, headers, body = 200, {}, answer
    else:
        status, headers, body = answer
    content = body.encode() if isinstance(body, str) else _joined(body)
    dropped = {"status", "date", "connection"}
    if method != "HEAD":  # whose length is that of a body which is not sent
        dropped.add("content-length")
    kept = [
        (str(name), str(value))
        for name, value in dict(headers or {}).items()
        if str(name).lower() not in dropped
    ]
    return Response(int(status), Headers(kept), content)


def _joined(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    return b"".join(part.encode() if isinstance(part, str) else part for part in body)
