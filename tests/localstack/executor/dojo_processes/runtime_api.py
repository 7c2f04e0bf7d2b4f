"""The Runtime API of one execution environment.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    request_id: str
    function_arn: str
    trace_id: str
    payload: bytes
    timeout_s: float


@dataclass(frozen=True)
class Answer:
    """What the function said, or what became of its process.

    Attributes:
        kind: ``ready`` (it asks for its first event), ``init_error``, ``result``, ``exit``,
            ``stopped``.
    """

    kind: str
    body: bytes = b""


class RuntimeApi(ThreadingHTTPServer):
    """Attributes: answers, all that comes of the process, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.waiting: Queue[Invocation | None] = Queue()
        self.answers: Queue[Answer] = Queue()
        self.asked_before = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.waiting.put(None)
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}/invocation/next":
            return self._answer(404)
        if not self.server.asked_before:
            self.server.asked_before = True
            self.server.answers.put(Answer("ready"))
        invocation = self.server.waiting.get()
        if invocation is None:
            self.close_connection = True
            return None
        deadline_ms = int((time.time() + invocation.timeout_s) * 1000)
        return self._answer(
            200,
            invocation.payload,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == f"{PREFIX}/init/error":
            self.server.answers.put(Answer("init_error", body))
        elif self.path.startswith(f"{PREFIX}/invocation/"):
            self.server.answers.put(Answer("result", body))
        else:
            return self._answer(404)
        return self._answer(202, b'{"status":"OK"}')

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
