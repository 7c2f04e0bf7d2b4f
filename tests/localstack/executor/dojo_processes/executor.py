"""Functions as processes of this machine, where LocalStack's own executor needs Docker.

Its ``init`` in the function's image decides what a learner sees, so this one does the same: START,
END and REPORT lines without ``Init Duration``, the memory given as the memory used, an answer with
an ``errorType`` taken for a function error, layers kept but not mounted
(https://github.com/localstack/lambda-runtime-init, cmd/localstack).
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import (
    ShutdownDuringStartup,
    StatusErrorException,
)
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from dojo_processes.function_process import FunctionProcess
from dojo_processes.runtime_api import Answer, Invocation, RuntimeApi

PACKAGES = Path(os.environ.get("DOJO_FUNCTION_PACKAGES", ""))
"""What AWS's Python runtime brings along: boto3 and its runtime client."""


@dataclass(frozen=True)
class Life:
    """Of one process, from its start to its end; an environment may see several."""

    api: RuntimeApi
    process: FunctionProcess

    def end(self) -> None:
        self.process.kill()
        self.api.close()


class ProcessExecutor(RuntimeExecutor):
    """One execution environment."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._life: Life | None = None
        self._environ: dict[str, str] = {}
        self._last_words = ""
        self._tmp = tempfile.mkdtemp(prefix="function-")

    def start(self, env_vars: dict[str, str]) -> None:
        code = self._code()
        self._environ = {name: str(value) for name, value in env_vars.items()} | {
            "LAMBDA_TASK_ROOT": str(code),
            "LANG": "en_US.UTF-8",
            "PATH": os.defpath,
            "TMPDIR": self._tmp,
        }
        self._life = life = self._begin()
        answer = life.api.answers.get()
        if answer.kind == "init_error":
            raise StatusErrorException("Environment startup failed", payload=answer.body)
        if answer.kind == "exit":
            # A process that ends before it asked for an event told nobody why.
            body = _error("Runtime.ExitError", answer.body.decode())
            raise StatusErrorException("Environment startup failed", payload=body)
        if answer.kind == "stopped":
            raise ShutdownDuringStartup("Stopped while it started")

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        timeout_s = float(self._environ["AWS_LAMBDA_FUNCTION_TIMEOUT"])
        if self._life is None:  # after a timeout or an exit the next invocation starts anew
            self._life = self._begin()
        version = self._environ["AWS_LAMBDA_FUNCTION_VERSION"]
        began = time.monotonic()
        event = payload["payload"].encode()
        arn, trace_id = payload["invoked-function-arn"], payload["trace-id"]
        self._life.api.waiting.put(Invocation(request_id, arn, trace_id, event, timeout_s))
        body, is_error = self._conclude(self._life, request_id, began + timeout_s)
        spent_ms = min(time.monotonic() - began, timeout_s) * 1000
        logs = (
            f"START RequestId: {request_id} Version: {version}\n"
            + self._output()
            + self._report(request_id, spent_ms)
        )
        return InvocationResult(request_id, body, is_error=is_error, logs=logs)

    def stop(self) -> None:
        if self._life is not None:
            self._life.api.answers.put(Answer("stopped"))
            self._life.end()
        shutil.rmtree(self._tmp, ignore_errors=True)

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        return self._output()

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing is made for a version but its code, which LocalStack removes."""

    def _code(self) -> Path:
        return Path(self.function_version.config.code.get_unzipped_code_location())

    def _begin(self) -> Life:
        api = RuntimeApi()
        process = FunctionProcess(
            self._code(),
            self._environ | {"AWS_LAMBDA_RUNTIME_API": api.address},
            PACKAGES,
            lambda status: api.answers.put(Answer("exit", f"exit status {status}".encode())),
        )
        return Life(api, process)

    def _conclude(self, life: Life, request_id: str, deadline: float) -> tuple[bytes, bool]:
        """The answer, and whether it is an error."""
        while True:
            try:
                answer = life.api.answers.get(timeout=max(deadline - time.monotonic(), 0))
            except Empty:
                self._end_life(life)
                return self._timed_out(request_id), True
            if answer.kind == "result":
                return answer.body, _tells_of_an_error(answer.body)
            if answer.kind == "init_error":
                return answer.body, True
            if answer.kind in ("exit", "stopped"):
                self._end_life(life)
                text = f"RequestId: {request_id} Error: Runtime exited with error: "
                return _error("Runtime.ExitError", text + answer.body.decode()), True

    def _timed_out(self, request_id: str) -> bytes:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        timeout_s = self._environ["AWS_LAMBDA_FUNCTION_TIMEOUT"]
        text = f"{now} {request_id} Task timed out after {timeout_s}.00 seconds"
        return json.dumps({"errorMessage": text}).encode()

    def _end_life(self, life: Life) -> None:
        life.end()
        self._last_words = life.process.take_output()
        self._life = None

    def _output(self) -> str:
        words, self._last_words = self._last_words, ""
        if self._life is not None:
            words += self._life.process.take_output()
        return words if not words or words.endswith("\n") else f"{words}\n"

    def _report(self, request_id: str, spent_ms: float) -> str:
        size = self._environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        return (
            f"END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {spent_ms:.2f} ms\t"
            f"Billed Duration: {math.ceil(spent_ms)} ms\tMemory Size: {size} MB\t"
            f"Max Memory Used: {size} MB\t\n"
        )


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _tells_of_an_error(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "errorType" in answer
