"""The Runtime API of one execution environment: what each call means, free of sockets.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
Error bodies and state names are those of AWS's runtime interface emulator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from lab_helpers.emulator.runtime.faults import MAX_RESPONSE_BYTES
from lab_helpers.emulator.runtime.spec import Invocation

API_ROOT = "/2018-06-01/runtime/"
ERROR_TYPE_HEADER = "lambda-runtime-function-error-type"


@dataclass(frozen=True)
class ApiRequest:
    """One call; header names in lower case.

    Attributes:
        oversize: the body went beyond ``MAX_RESPONSE_BYTES`` and was dropped.
    """

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    oversize: bool = False


@dataclass(frozen=True)
class ApiReply:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class RuntimeState(StrEnum):
    """As AWS names them in the texts of refusals."""

    STARTED = "Started"
    INIT_ERROR = "InitError"
    READY = "Ready"
    RUNNING = "Running"


class AnswerKind(StrEnum):
    RESPONSE = "response"
    ERROR = "error"
    TOO_LARGE = "too large"


@dataclass(frozen=True)
class RuntimeAnswer:
    """What the runtime posted: for an invocation, or with ``init/error`` for its INIT."""

    kind: AnswerKind
    body: bytes
    error_type: str | None = None


Reply = Callable[[ApiReply], None]


class RuntimeApi:
    """Set ``on_ready``, ``on_answer``, ``on_init_error``; call ``offer`` with an event.

    ``on_restore``: a runtime with SnapStart has gone through its INIT.
    ``ends_at_snapshot``: it is not restored, and gets no answer.
    """

    ends_at_snapshot = False

    def __init__(self) -> None:
        self.on_ready: Callable[[], None] = lambda: None
        self.on_answer: Callable[[RuntimeAnswer], None] = lambda answer: None
        self.on_init_error: Callable[[RuntimeAnswer], None] = lambda answer: None
        self.on_restore: Callable[[], None] = lambda: None
        self.reset()

    def reset(self) -> None:
        """A new process is about to start."""
        self.state = RuntimeState.STARTED
        self._waiting: Reply | None = None
        self._offered: ApiReply | None = None
        self._request_id: str | None = None

    def offer(self, invocation: Invocation, deadline_ms: int) -> None:
        """Hand an event to the runtime: now if it waits for one, else when it asks."""
        self._request_id = invocation.request_id
        self._offered = _event_reply(invocation, deadline_ms)
        self._deliver()

    def withdraw(self) -> None:
        """The invocation is over; whatever the runtime still posts for it is refused."""
        self._request_id = None
        self._offered = None

    def handle(self, request: ApiRequest, reply: Reply) -> None:
        """Calls ``reply`` once: at once, or for ``invocation/next`` when there is an event."""
        if not request.path.startswith(API_ROOT):
            return reply(_NOT_FOUND)
        parts = request.path[len(API_ROOT) :].split("/")
        wanted = "GET" if parts[-1] == "next" else "POST"
        if parts in _FIXED_PATHS or (
            len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error")
        ):
            if request.method != wanted:
                return reply(ApiReply(405, b""))
        else:
            return reply(_NOT_FOUND)
        if parts == ["invocation", "next"]:
            return self._next(reply)
        if parts == ["restore", "next"]:
            self.on_restore()
            if self.ends_at_snapshot:
                return None
            return reply(ApiReply(200, b""))
        if parts in (["init", "error"], ["restore", "error"]):
            return reply(self._init_error(request))
        return reply(self._answer(parts[1], parts[2], request))

    def forget(self, reply: Reply) -> None:
        """The connection behind a waiting ``invocation/next`` is gone."""
        if self._waiting == reply:
            self._waiting = None

    def _next(self, reply: Reply) -> None:
        self._waiting = reply
        if self.state is RuntimeState.STARTED:
            self.state = RuntimeState.READY
            self.on_ready()
        self._deliver()

    def _deliver(self) -> None:
        if self._waiting is None or self._offered is None:
            return
        reply, self._waiting = self._waiting, None
        event, self._offered = self._offered, None
        self.state = RuntimeState.RUNNING
        reply(event)

    def _answer(self, request_id: str, kind: str, request: ApiRequest) -> ApiReply:
        if self.state is not RuntimeState.RUNNING or request_id != self._request_id:
            return _refusal(400, "InvalidRequestID", "Invalid request ID")
        self._request_id = None
        self.state = RuntimeState.READY
        if request.oversize:
            self.on_answer(RuntimeAnswer(AnswerKind.TOO_LARGE, b""))
            text = f"Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            return _refusal(413, "RequestEntityTooLarge", text)
        if kind == "error":
            error_type = _error_type(request)
            self.on_answer(RuntimeAnswer(AnswerKind.ERROR, request.body, error_type))
        else:
            self.on_answer(RuntimeAnswer(AnswerKind.RESPONSE, request.body))
        return _ACCEPTED

    def _init_error(self, request: ApiRequest) -> ApiReply:
        if self.state is not RuntimeState.STARTED:
            text = f"State transition from {self.state} to InitError failed for runtime. "
            text += "Error: State transition is not allowed"
            return _refusal(403, "InvalidStateTransition", text)
        self.state = RuntimeState.INIT_ERROR
        self.on_init_error(RuntimeAnswer(AnswerKind.ERROR, request.body, _error_type(request)))
        return _ACCEPTED


def _error_type(request: ApiRequest) -> str:
    """From the header, else from the error's own JSON."""
    if header := request.headers.get(ERROR_TYPE_HEADER):
        return header
    try:
        document = json.loads(request.body)
    except ValueError:
        return "Runtime.Unknown"
    found = document.get("errorType") if isinstance(document, dict) else None
    return found if isinstance(found, str) and found else "Runtime.Unknown"


def _event_reply(invocation: Invocation, deadline_ms: int) -> ApiReply:
    headers = [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
        ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
        ("Lambda-Runtime-Invoked-Function-Arn", invocation.invoked_function_arn),
    ]
    if invocation.trace_id:
        headers.append(("Lambda-Runtime-Trace-Id", invocation.trace_id))
    if invocation.client_context:
        headers.append(("Lambda-Runtime-Client-Context", invocation.client_context))
    if invocation.cognito_identity:
        headers.append(("Lambda-Runtime-Cognito-Identity", invocation.cognito_identity))
    return ApiReply(200, invocation.payload, tuple(headers))


def _refusal(status: int, error_type: str, message: str) -> ApiReply:
    document = {"errorMessage": message, "errorType": error_type}
    return ApiReply(status, json.dumps(document).encode(), _JSON)


_FIXED_PATHS = (
    ["invocation", "next"],
    ["init", "error"],
    ["restore", "next"],
    ["restore", "error"],
)
_JSON = (("Content-Type", "application/json"),)
_ACCEPTED = ApiReply(202, b'{"status":"OK"}\n', _JSON)
_NOT_FOUND = ApiReply(404, b"404 page not found\n", (("Content-Type", "text/plain"),))
