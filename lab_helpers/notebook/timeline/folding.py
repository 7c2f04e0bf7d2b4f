"""From the journal's entries to a history. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.notebook.timeline.history import History, Run, Throttle, Wait

KINDS = ("api", "async", "invocation", "mapping", "platform")
"""First parts of the kinds of entry that a timeline is made of."""
_ALIAS_CHANGES = {"CreateAlias", "UpdateAlias", "DeleteAlias"}


def history_of(records: Iterable[JournalRecord]) -> History:
    """Fold entries, oldest first. Runs whose beginning is not among them are left out."""
    folding = _Folding()
    for record in records:
        folding.take(record)
    return folding.history()


@dataclass
class _Folding:
    """What is known after each entry. Attempts at one event never overlap."""

    kept: list[JournalRecord] = field(default_factory=list)
    runs: dict[int, Run] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    throttles: list[Throttle] = field(default_factory=list)
    waits: dict[int, Wait] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    aliases_changed_s: float = 0.0

    def history(self) -> History:
        return History(
            tuple(self.runs.values()),
            tuple(self.throttles),
            tuple(self.waits.values()),
            tuple(self.kept),
            self.aliases_changed_s,
        )

    def take(self, record: JournalRecord) -> None:
        if record.kind.partition(".")[0] not in KINDS:
            return
        self.kept.append(record)
        match record.kind:
            case "invocation.started":
                self._started(record)
            case "platform.Start":
                self._change(record.request_id, invoke_began_s=_told_at(record))
            case "platform.Report":
                self._change(record.request_id, ended_s=_told_at(record), **_measured(record.data))
            case "invocation.finished":
                self._finished(record)
            case "invocation.throttled":
                self._throttled(record)
            case "async.attempt":
                self._attempted(record)
            case "async.retry":
                self._waits(record)
            case "async.dropped" | "async.succeeded":
                self._unfinished(record)
            case "api.call" if record.data.get("operation") in _ALIAS_CHANGES:
                if record.data.get("status", 500) < 400:
                    self.aliases_changed_s = record.time

    def _started(self, record: JournalRecord) -> None:
        told, request_id = record.data, record.request_id
        self.runs[record.sequence] = Run(
            key=record.sequence,
            request_id=request_id,
            function_arn=str(told["function_arn"]),
            version=str(told["version"]),
            log_stream=str(told["log_stream"]),
            source=str(told["source"]),
            cold=bool(told["cold"]),
            began_s=record.time,
            attempt=self.attempts.pop(request_id, None),
        )
        self.running[request_id] = record.sequence

    def _change(self, request_id: str, **changes: Any) -> None:
        key = self.running.get(request_id)
        if key is not None:
            self.runs[key] = replace(self.runs[key], **changes)

    def _finished(self, record: JournalRecord) -> None:
        key = self.running.pop(record.request_id, None)
        if key is None:
            return
        run = self.runs[key]
        # The report's own moment: the entry may come a little later.
        told = {name: value for name, value in _measured(record.data).items() if value is not None}
        ended = record.time if run.ended_s is None else run.ended_s
        self.runs[key] = replace(run, **told, ended_s=ended)

    def _throttled(self, record: JournalRecord) -> None:
        self.attempts.pop(record.request_id, None)
        arn, reason = str(record.data["function_arn"]), str(record.data.get("reason", ""))
        self.throttles.append(
            Throttle(record.sequence, record.time, record.request_id, arn, reason)
        )

    def _attempted(self, record: JournalRecord) -> None:
        self.attempts[record.request_id] = int(record.data["attempt"])
        self.functions[record.request_id] = str(record.data["function"])
        self._wait_ends(record)

    def _waits(self, record: JournalRecord) -> None:
        self._unfinished(record)
        self.waits[record.sequence] = Wait(
            record.sequence,
            record.time,
            float(record.data["wait_s"]),
            record.request_id,
            self.functions.get(record.request_id, ""),
            str(record.data.get("reason", "")),
        )
        self.waiting[record.request_id] = record.sequence

    def _wait_ends(self, record: JournalRecord) -> None:
        key = self.waiting.pop(record.request_id, None)
        if key is not None:
            self.waits[key] = replace(self.waits[key], ended_s=record.time)

    def _unfinished(self, record: JournalRecord) -> None:
        """The queue goes on: a run that never came to its end was cut off by the platform."""
        self._wait_ends(record)
        self._change(record.request_id, status="failed", ended_s=record.time)
        self.running.pop(record.request_id, None)


def _told_at(record: JournalRecord) -> float:
    return float(record.data.get("time", record.time))


def _measured(data: Mapping[str, Any]) -> dict[str, Any]:
    restored_ms = data.get("restore_duration_ms")
    found = {
        "status": str(data["status"]),
        "error_type": data.get("error_type"),
        "duration_ms": data.get("duration_ms"),
        "billed_ms": data.get("billed_duration_ms"),
        "init_ms": data.get("init_duration_ms") if restored_ms is None else restored_ms,
        "memory_mb": data.get("memory_size_mb"),
        "used_mb": data.get("max_memory_used_mb"),
    }
    return found if restored_ms is None else found | {"restored": True}
