"""Invoke a learner's function and tell its errors from ours."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab_helpers.grading.expectations import Unmet

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

DIAGNOSIS_OF_ERROR = {
    "Runtime.ImportModuleError": "import_failed",
    "Runtime.HandlerNotFound": "handler_not_found",
    "Runtime.MalformedHandlerName": "handler_not_found",
    "Runtime.UserCodeSyntaxError": "syntax_error",
    "Runtime.MarshalError": "result_not_json",
    "Runtime.ExitError": "process_exited",
    "Runtime.OutOfMemory": "process_exited",
    "Sandbox.Timedout": "function_timed_out",
}
"""Lambda's own error types; every other one was raised by the function."""


@dataclass(frozen=True)
class Invoked:
    """What came of one invocation.

    Attributes:
        result: the payload, read as JSON.
        function_error: ``X-Amz-Function-Error``, None where the function succeeded.
        log_tail: the end of the log, at most 4 KB.
        executed_version: ``$LATEST`` or a number.
    """

    function_name: str
    event: Any
    status_code: int
    result: Any
    function_error: str | None
    log_tail: str
    executed_version: str = ""

    @property
    def error_type(self) -> str:
        """``errorType`` of a failure; AWS's older time-out payload has none."""
        if not isinstance(self.result, dict):
            return ""
        if "Task timed out" in self.error_message:
            return "Sandbox.Timedout"
        return str(self.result.get("errorType", ""))

    @property
    def error_message(self) -> str:
        return str(self.result.get("errorMessage", "")) if isinstance(self.result, dict) else ""

    @property
    def result_text(self) -> str:
        """The whole result as text, its strings as they are (nothing escaped)."""
        return json.dumps(self.result, ensure_ascii=False)

    def succeeded(self) -> Invoked:
        """Itself. Raises ``Unmet`` with the outcome ``your_code_error`` on a function error."""
        if self.function_error is None:
            return self
        raise Unmet(
            DIAGNOSIS_OF_ERROR.get(self.error_type, "function_error"),
            details=self.log_tail,
            function=self.function_name,
            event=json.dumps(self.event, ensure_ascii=False),
            error_type=self.error_type or "(none)",
            error_message=self.error_message,
        )


def invoke(
    lambda_client: LambdaClient, function_name: str, event: Any, *, known_as: str = ""
) -> Invoked:
    """Synchronous invocation with the end of the log. Raises botocore's errors."""
    answer = lambda_client.invoke(
        FunctionName=function_name,
        Payload=json.dumps(event, ensure_ascii=False).encode(),
        LogType="Tail",
    )
    payload = answer["Payload"].read()
    try:
        result = json.loads(payload) if payload else None
    except ValueError:
        result = payload.decode(errors="replace")
    return Invoked(
        function_name=known_as or function_name,
        event=event,
        status_code=answer["StatusCode"],
        result=result,
        function_error=answer.get("FunctionError"),
        log_tail=base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"),
        executed_version=answer.get("ExecutedVersion", ""),
    )
