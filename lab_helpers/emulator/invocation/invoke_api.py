"""The API operation Invoke: headers in, headers out.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.records import InvokeTarget
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.invocation.async_queue import AsyncQueue
from lab_helpers.emulator.invocation.concurrency import RETRY_AFTER_S, ThrottledError
from lab_helpers.emulator.invocation.invoker import Invoker, RecursiveInvocationError, Run
from lab_helpers.emulator.runtime.spec import Invocation

SYNC_PAYLOAD_BYTES = 6_291_456
ASYNC_PAYLOAD_BYTES = 1_048_576
LEGACY_PAYLOAD_BYTES = 262_144
"""Of InvokeAsync, which did not grow with Invoke."""
CLIENT_CONTEXT_BYTES = 3583
LOOP_STOPPED = (
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web "
    "Services resources and stopped your function's invocation."
)
PAYLOAD_BYTES = {
    "RequestResponse": SYNC_PAYLOAD_BYTES,
    "Event": ASYNC_PAYLOAD_BYTES,
    "DryRun": SYNC_PAYLOAD_BYTES,
}

Resolve = Callable[[str, str, str | None], InvokeTarget]
"""(Region, function reference, qualifier) → target; raises LambdaError."""


class InvokeApi:
    """Answers Invoke and InvokeAsync."""

    def __init__(self, resolve: Resolve, invoker: Invoker, queue: AsyncQueue) -> None:
        self._resolve = resolve
        self._invoker = invoker
        self._queue = queue

    async def handle(
        self, operation: str, function: str, request: Request, region: str, request_id: str
    ) -> Response:
        """Raises LambdaError."""
        if operation == "InvokeWithResponseStream":
            raise LambdaError(
                "NotImplemented",
                "InvokeWithResponseStream is not implemented in Lambda Dojo's embedded cloud. "
                "Use Invoke.",
            )
        legacy = operation == "InvokeAsync"
        kind = "Event" if legacy else request.headers.get("x-amz-invocation-type")
        kind = kind or "RequestResponse"
        if kind not in PAYLOAD_BYTES:
            raise LambdaError(
                "InvalidParameterValueException",
                f"Value '{kind}' at 'invocationType' failed to satisfy constraint: Member must "
                "satisfy enum value set: [Event, RequestResponse, DryRun]",
            )
        target = self._resolve(region, function, request.query.get("Qualifier"))
        payload = _checked_payload(
            request.body, kind, LEGACY_PAYLOAD_BYTES if legacy else PAYLOAD_BYTES[kind]
        )
        if kind == "DryRun":
            return _answer(204, target.version.version, request_id, b"")
        if kind == "Event":
            self._queue.put(
                region,
                target.invoked_arn,
                payload,
                "api",
                cause_id=request_id,
                request_id=request_id,
                trace_header=request.headers.get("x-amzn-trace-id"),
            )
            status = Response(202, Headers([("x-amzn-RequestId", request_id)]))
            return status if legacy else _answer(202, None, request_id, b"")
        return await self._run(target, payload, request, request_id)

    async def _run(
        self, target: InvokeTarget, payload: bytes, request: Request, request_id: str
    ) -> Response:
        invocation = Invocation(
            request_id,
            payload,
            target.invoked_arn,
            client_context=_client_context(request.headers.get("x-amz-client-context")),
            trace_id=request.headers.get("x-amzn-trace-id"),
        )
        try:
            run = await self._invoker.run(target, invocation, "api")
        except ThrottledError as error:
            return _throttled(error, request_id)
        except RecursiveInvocationError as error:
            raise LambdaError("RecursiveInvocationException", LOOP_STOPPED) from error
        return _result(run, invocation, wants_tail=request.headers.get("x-amz-log-type") == "Tail")


def _throttled(error: ThrottledError, request_id: str) -> Response:
    refusal = LambdaError(
        "TooManyRequestsException", "Rate Exceeded.", extra={"Reason": error.reason}
    )
    response = refusal.response(request_id)
    response.headers.set("Retry-After", str(RETRY_AFTER_S))
    return response


def _result(run: Run, invocation: Invocation, *, wants_tail: bool) -> Response:
    response = _answer(200, run.executed_version, invocation.request_id, run.outcome.payload)
    response.headers.set("X-Amzn-Trace-Id", run.trace_header)
    if run.outcome.function_error is not None:
        response.headers.set("X-Amz-Function-Error", run.outcome.function_error)
    if wants_tail:
        response.headers.set("X-Amz-Log-Result", run.log_tail)
    return response


def _answer(status: int, version: str | None, request_id: str, body: bytes) -> Response:
    headers = Headers(
        [
            ("Content-Type", "application/json"),
            ("x-amzn-RequestId", request_id),
            ("x-amzn-Remapped-Content-Length", "0"),
        ]
    )
    if version is not None:
        headers.set("X-Amz-Executed-Version", version)
    return Response(status, headers, body)


def _checked_payload(body: bytes, kind: str, limit: int) -> bytes:
    """The event, ``{}`` where none was sent; refused when too large or not JSON."""
    if len(body) > limit:
        raise LambdaError(
            "RequestEntityTooLargeException",
            f"{len(body)} byte payload is too large for the {kind} invocation type "
            f"(limit {limit} bytes)",
        )
    if not body.strip():
        return b"{}"
    try:
        json.loads(body, parse_constant=_refused_constant)
    except (ValueError, RecursionError) as error:
        raise LambdaError(
            "InvalidRequestContentException", _jackson_message(body, error)
        ) from error
    return body


def _refused_constant(name: str) -> None:
    """NaN and the infinities, which Python's reader would take."""
    raise ValueError(name)


def _jackson_message(body: bytes, error: Exception) -> str:
    """As the service's JSON parser words it; exact for a payload that is wrong at its start."""
    text = body.decode("utf-8", "replace")
    position = getattr(error, "pos", 0)
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    character = text[position] if position < len(text) else ""
    what = (
        f"Unexpected character ('{character}' (code {ord(character)})): expected a valid value "
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        if character
        else "Unexpected end-of-input"
    )
    return (
        "Could not parse request body into json: Could not parse payload into json: "
        f"{what}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` "
        f"disabled); line: {line}, column: {column}]"
    )


def _client_context(header: str) -> str | None:
    if not header:
        return None
    if len(header) > CLIENT_CONTEXT_BYTES:
        raise LambdaError(
            "InvalidRequestContentException",
            f"Client context must be no more than {CLIENT_CONTEXT_BYTES} bytes when base64-encoded",
        )
    try:
        decoded = base64.b64decode(header, validate=True).decode()
        json.loads(decoded)
    except (binascii.Error, ValueError) as error:
        raise LambdaError(
            "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON."
        ) from error
    return decoded
