"""What a learner has done: an append-only record, one JSON object per line.

``<workspace>/.lambda-dojo/progress.jsonl``::

    {"v": 1, "time": 1795312345.678, "lab": "create_function", "step": "invoke",
     "kind": "check", "outcome": "passed", "diagnosis": null, "points": 15}

Kinds: ``check`` (outcome, diagnosis, points), ``hint`` (level), ``solution``, ``prediction``
(answer), ``quiz`` (answers: question → letter; right: ids of the questions answered rightly;
questions: how many there are), ``catch_up`` and ``reset`` (the lab begins anew; what was before
stays in the record).
Nothing is ever changed or removed but a damaged end, which a crash may leave.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab_helpers.catalog import Text
from lab_helpers.clock import Clock, SystemClock
from lab_helpers.settings import Settings

FORMAT = 1
STATE_FOLDER = ".lambda-dojo"
FILE_NAME = "progress.jsonl"


@dataclass(frozen=True)
class ProgressEvent:
    """One thing that the learner did.

    Attributes:
        time: seconds since the epoch.
        step: empty where the event is about the whole lab.
    """

    time: float
    lab: str
    step: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_line(self) -> str:
        head = {"v": FORMAT, "time": self.time, "lab": self.lab, "step": self.step}
        return json.dumps({**head, "kind": self.kind, **self.data}, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: bytes) -> ProgressEvent:
        """Raises ValueError where ``line`` is no event."""
        values = json.loads(line)
        if not isinstance(values, dict):
            raise ValueError("not an object")
        values.pop("v", None)
        try:
            head = {key: values.pop(key) for key in ("time", "lab", "step", "kind")}
        except KeyError as missing:
            raise ValueError(f"no {missing}") from missing
        if not all(isinstance(head[key], str) for key in ("lab", "step", "kind")):
            raise ValueError("lab, step and kind are texts")
        time = head["time"]
        if isinstance(time, bool) or not isinstance(time, int | float) or not math.isfinite(time):
            raise ValueError("time is a number of seconds")
        return cls(**head, data=values)


@dataclass(frozen=True)
class Reading:
    """What a file of events held.

    Attributes:
        good_until: bytes up to the end of the last whole event.
        damaged: lines that are no events.
    """

    events: list[ProgressEvent]
    good_until: int
    damaged: int


def read_events(content: bytes) -> Reading:
    """Every line that is an event; whatever else stands there is counted, never raised."""
    found: list[ProgressEvent] = []
    good_until = position = 0
    damaged = 0
    for line in content.splitlines(keepends=True):
        position += len(line)
        try:
            if not line.endswith(b"\n"):
                raise ValueError("the line is not whole")
            found.append(ProgressEvent.from_line(line))
            good_until = position
        except (ValueError, TypeError, RecursionError):
            damaged += 1
    return Reading(found, good_until, damaged)


class ProgressLog:
    """The record in one file.

    Attributes:
        notice: what was wrong with the file when it was last read; None where nothing was.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self.notice: Text | None = None
        self._clock = clock or SystemClock()

    @classmethod
    def near(cls, folder: Path, settings: Settings, clock: Clock | None = None) -> ProgressLog:
        """The record of the workspace around ``folder``, or one in the learner's home."""
        for parent in (folder, *folder.parents):
            if (parent / STATE_FOLDER).is_dir():
                return cls(parent / STATE_FOLDER / FILE_NAME, clock)
        return cls(settings.home / FILE_NAME, clock)

    def append(self, kind: str, lab: str, step: str = "", **data: Any) -> ProgressEvent:
        """Add one event; on disk when this returns."""
        event = ProgressEvent(self._clock.now(), lab, step, kind, data)
        self.add([event])
        return event

    def add(self, events: Iterable[ProgressEvent]) -> None:
        """Add events as they are; on disk when this returns."""
        lines = "".join(event.as_line() + "\n" for event in events).encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self._ends_in_mid_line():
            self.events()  # cuts the damaged end: a line after it would be lost with it
        # One write in append mode: lines of two processes do not run into each other.
        with self.path.open("ab", buffering=0) as stream:
            stream.write(lines)
            os.fsync(stream.fileno())

    def events(self) -> list[ProgressEvent]:
        """Everything on record, oldest first; a damaged end is cut, ``notice`` says so."""
        self.notice = None
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        read = read_events(content)
        if read.good_until < len(content):
            self._cut(content, read.good_until)
        if read.damaged:
            self.notice = Text(
                f"{read.damaged} damaged line(s) in {self.path} were left out; "
                f"{len(read.events)} events were read. A cut end is kept beside it, as .damaged.",
                f"{self.path} の壊れた {read.damaged} 行を除き、{len(read.events)} 件の記録を"
                "読みました。切り取った末尾は、同じ場所に .damaged として残しています。",
            )
        return read.events

    def _ends_in_mid_line(self) -> bool:
        try:
            with self.path.open("rb") as stream:
                if stream.seek(0, os.SEEK_END) == 0:
                    return False
                stream.seek(-1, os.SEEK_END)
                return stream.read(1) != b"\n"
        except FileNotFoundError:
            return False

    def _cut(self, content: bytes, good_until: int) -> None:
        with self.path.with_suffix(".damaged").open("ab") as stream:
            stream.write(content[good_until:] + b"\n")
        os.truncate(self.path, good_until)
