"""Journal entries as the cloud writes them, for stories that tests tell."""

from __future__ import annotations

from typing import Any

from lab_helpers.grading.journal_reader import JournalRecord

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:"


class Story:
    """Entries in order; ``at`` moves time on."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self.records: list[JournalRecord] = []

    def at(self, now_s: float) -> Story:
        self.now_s = now_s
        return self

    def tell(
        self, kind: str, request_id: str = "", cause_id: str | None = None, **data: Any
    ) -> Story:
        number = len(self.records) + 1
        self.records.append(JournalRecord(number, self.now_s, kind, request_id, cause_id, data))
        return self

    def call(self, request_id: str, operation: str, status: int = 200, **data: Any) -> Story:
        service = data.pop("service", "lambda")
        caller = "arn:aws:iam::123456789012:user/learner"
        facts = {"service": service, "operation": operation, "status": status, "caller": caller}
        return self.tell("api.call", request_id, **facts, **{"resource": ""} | data)

    def run(
        self,
        request_id: str,
        function: str = "f",
        *,
        stream: str = "2026/11/22/[$LATEST]aaaaaaaa1111",
        version: str = "$LATEST",
        init_ms: float | None = None,
        ms: float = 100.0,
        status: str = "success",
        error_type: str | None = None,
        source: str = "api",
    ) -> Story:
        """A whole run; time moves on by what it takes."""
        self.started(request_id, function, stream, version, init_ms is not None, source)
        self.now_s += (init_ms or 0) / 1000
        self.tell("platform.Start", request_id, log_stream=stream, time=self.now_s, version=version)
        self.now_s += ms / 1000
        measured = {
            "status": status,
            "error_type": error_type,
            "duration_ms": ms,
            "billed_duration_ms": int(ms + (init_ms or 0)),
            "init_duration_ms": init_ms,
            "memory_size_mb": 128,
            "max_memory_used_mb": 40,
        }
        self.tell("platform.Report", request_id, log_stream=stream, time=self.now_s, **measured)
        return self.tell("invocation.finished", request_id, function_arn=ARN + function, **measured)

    def started(
        self,
        request_id: str,
        function: str = "f",
        stream: str = "2026/11/22/[$LATEST]aaaaaaaa1111",
        version: str = "$LATEST",
        cold: bool = False,
        source: str = "api",
    ) -> Story:
        return self.tell(
            "invocation.started",
            request_id,
            function_arn=ARN + function,
            version=version,
            log_stream=stream,
            source=source,
            cold=cold,
        )

    def attempt(self, request_id: str, number: int, function: str = "f") -> Story:
        return self.tell(
            "async.attempt", request_id, function=ARN + function, attempt=number, age_s=0.0
        )

    def throttled(self, request_id: str, function: str = "f") -> Story:
        reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
        return self.tell(
            "invocation.throttled", request_id, function_arn=ARN + function, reason=reason
        )


def failed_event() -> Story:
    """A PutObject, an event that fails three times, its dead letter; 60 times as fast as AWS."""
    story = Story()
    story.tell("async.enqueued", "event", "put", function=ARN + "f", source="s3.amazonaws.com")
    story.call("put", "PutObject", service="s3", resource="arn:aws:s3:::box/a.txt")
    failing = {"status": "error", "error_type": "ValueError"}
    story.attempt("event", 1).run("event", init_ms=150, ms=10, **failing)  # type: ignore[arg-type]
    story.tell("async.retry", "event", wait_s=60.0, reason="function error", retries=1)
    story.at(story.now_s + 1).attempt("event", 2).run("event", ms=2, **failing)  # type: ignore[arg-type]
    story.tell("async.retry", "event", wait_s=120.0, reason="function error", retries=2)
    story.at(story.now_s + 2).attempt("event", 3).run("event", ms=2, **failing)  # type: ignore[arg-type]
    story.tell("async.dropped", "event", function=ARN + "f", reason="RetriesExhausted")
    attributes = {"RequestID": "event", "ErrorCode": "200", "ErrorMessage": "no"}
    return story.tell(
        "async.dead_letter",
        "event",
        target=QUEUE + "dead",
        condition="RetriesExhausted",
        attributes=attributes,
    )
