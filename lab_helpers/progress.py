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
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lab_helpers.catalog import Lab
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
        return cls(**head, data=values)


@dataclass(frozen=True)
class StepState:
    """Where a learner stands with one step, since the lab last began.

    Attributes:
        outcome: of the last check, None where there was none.
        points: earned; a passed step keeps them though a later check may find it changed.
        hints: levels shown so far.
    """

    outcome: str | None = None
    passed: bool = False
    points: int = 0
    hints: int = 0
    solution_shown: bool = False
    prediction: str | None = None
    checks: int = 0

    def after(self, event: ProgressEvent) -> StepState:
        """This state with one more event."""
        data = event.data
        if event.kind == "check":
            passed = data.get("outcome") == "passed"
            return replace(
                self,
                outcome=data.get("outcome"),
                passed=self.passed or passed,
                points=int(data.get("points", 0)) if passed else self.points,
                checks=self.checks + 1,
            )
        if event.kind == "hint":
            return replace(self, hints=max(self.hints, int(data.get("level", 0))))
        if event.kind == "solution":
            return replace(self, solution_shown=True)
        if event.kind == "prediction":
            return replace(self, prediction=str(data.get("answer", "")))
        return self


@dataclass(frozen=True)
class LabState:
    """Where a learner stands with one lab.

    Attributes:
        quiz: question of the warm-up → whether it was last answered rightly.
    """

    steps: Mapping[str, StepState]
    points_total: int
    quiz: Mapping[str, bool] = field(default_factory=dict)

    @property
    def points(self) -> int:
        return sum(step.points for step in self.steps.values())

    @property
    def next_open(self) -> str | None:
        """Id of the first step that has not passed, None where all have."""
        return next((name for name, step in self.steps.items() if not step.passed), None)


class ProgressLog:
    """The record in one file.

    Attributes:
        notice: what was wrong with the file when it was last read; empty where nothing was.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self.notice = ""
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
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = (event.as_line() + "\n").encode()
        if self._ends_in_mid_line():
            self.events()  # cuts the damaged end: a line after it would be lost with it
        # One write in append mode: lines of two processes do not run into each other.
        with self.path.open("ab", buffering=0) as stream:
            stream.write(line)
            os.fsync(stream.fileno())
        return event

    def events(self) -> list[ProgressEvent]:
        """Everything on record, oldest first; a damaged end is cut, ``notice`` says so."""
        self.notice = ""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
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
            except (ValueError, TypeError):
                damaged += 1
        if good_until < len(content):
            self._cut(content, good_until)
        if damaged:
            self.notice = (
                f"{damaged} damaged line(s) in {self.path} were left out; "
                f"{len(found)} events were read. A cut end is kept beside it, as .damaged."
            )
        return found

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

    def state(self, lab: Lab) -> LabState:
        """Where the learner stands with ``lab``."""
        return lab_state(lab, self.events())


def lab_state(lab: Lab, events: Iterable[ProgressEvent]) -> LabState:
    """The events of ``lab`` since it last began, taken together."""
    fresh = {step.id: StepState() for step in lab.steps}
    steps = dict(fresh)
    quiz: dict[str, bool] = {}
    for event in events:
        if event.lab != lab.id:
            continue
        if event.kind == "reset":
            steps, quiz = dict(fresh), {}
        elif event.kind == "quiz":
            right = event.data.get("right", ())
            quiz.update({name: name in right for name in event.data.get("answers", ())})
        elif event.step in steps:
            steps[event.step] = steps[event.step].after(event)
    return LabState(steps, lab.points, quiz)
