"""What Lambda says about an asynchronous invocation that is over.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lab_helpers.arns import function_arn
from lab_helpers.clock import iso_milliseconds
from lab_helpers.emulator.control_plane.records import LATEST, InvokeTarget
from lab_helpers.emulator.invocation.deliveries import Attribute
from lab_helpers.emulator.invocation.invoker import Run

ERROR_MESSAGE_BYTES = 1024


class Condition(StrEnum):
    """Why a record is sent. AWS documents no name for a stopped loop; this one is ours."""

    SUCCESS = "Success"
    RETRIES_EXHAUSTED = "RetriesExhausted"
    EVENT_AGE_EXCEEDED = "EventAgeExceeded"
    ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
    RECURSIVE_INVOCATION = "RecursiveInvocation"


_REFUSALS = {
    Condition.EVENT_AGE_EXCEEDED: (429, "Rate Exceeded."),
    Condition.ZERO_RESERVED_CONCURRENCY: (429, "Rate Exceeded."),
    Condition.RECURSIVE_INVOCATION: (400, "Lambda stopped a recursive invocation loop."),
}
"""Status and message for a dead letter whose function never ran."""


@dataclass(frozen=True)
class FinishedEvent:
    """An event that Lambda will not try again.

    Attributes:
        payload: the event as it was sent, JSON.
        invoke_count: how often the function ran; throttled attempts do not count.
        run: the last one, None where it never ran.
        time: seconds since the epoch.
    """

    target: InvokeTarget
    request_id: str
    payload: bytes
    condition: Condition
    invoke_count: int
    run: Run | None
    time: float

    @property
    def succeeded(self) -> bool:
        return self.condition is Condition.SUCCESS


def invocation_record(event: FinishedEvent) -> str:
    """The JSON that destinations get. Payloads go in as they are, not read and written anew."""
    members = {
        "version": json.dumps("1.0"),
        "timestamp": json.dumps(iso_milliseconds(event.time)),
        "requestContext": json.dumps(
            {
                "requestId": event.request_id,
                "functionArn": qualified_arn(event.target),
                "condition": event.condition.value,
                "approximateInvokeCount": event.invoke_count,
            }
        ),
        "requestPayload": event.payload.decode("utf-8", "replace"),
    }
    if event.run is not None:
        members["responseContext"] = json.dumps(_response_context(event.run))
        members["responsePayload"] = event.run.outcome.payload.decode("utf-8", "replace") or "null"
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"


def qualified_arn(target: InvokeTarget) -> str:
    """With the qualifier of the invocation; ``$LATEST`` where it had none."""
    return function_arn(
        target.region,
        target.account_id,
        target.version.function_name,
        target.qualifier or LATEST,
    )


def _response_context(run: Run) -> dict[str, object]:
    context: dict[str, object] = {"statusCode": 200, "executedVersion": run.executed_version}
    if run.outcome.function_error is not None:
        context["functionError"] = run.outcome.function_error
    return context


def dead_letter_attributes(event: FinishedEvent) -> dict[str, Attribute]:
    """The three message attributes that tell what went wrong; the body is the event itself."""
    status, message = 200, ""
    if event.run is not None:
        message = _error_message(event.run.outcome.payload)
    else:
        status, message = _REFUSALS[event.condition]
    attributes = {
        "RequestID": Attribute("String", event.request_id),
        "ErrorCode": Attribute("Number", str(status)),
    }
    if message:  # an attribute must not be empty
        attributes["ErrorMessage"] = Attribute("String", first_kilobyte(message))
    return attributes


def _error_message(payload: bytes) -> str:
    try:
        error = json.loads(payload)
    except ValueError:
        return ""
    message = error.get("errorMessage") if isinstance(error, dict) else None
    return message if isinstance(message, str) else ""


def first_kilobyte(text: str) -> str:
    """At most 1,024 bytes of UTF-8, no character cut in two."""
    return text.encode("utf-8", "replace")[:ERROR_MESSAGE_BYTES].decode("utf-8", "ignore")


def object_key(event: FinishedEvent) -> str:
    """``aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>``"""
    moment = datetime.fromtimestamp(event.time, UTC)
    name = event.target.version.function_name
    return f"aws/lambda/async/{name}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


def detail_type(event: FinishedEvent) -> str:
    outcome = "Success" if event.succeeded else "Failure"
    return f"Lambda Function Invocation Result - {outcome}"
