"""Where a learner stands with one lab: its events, taken together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lab_helpers.catalog import Lab
from lab_helpers.progress.record import ProgressEvent


@dataclass(frozen=True)
class StepState:
    """Where a learner stands with one step, since the lab last began.

    Attributes:
        outcome: of the last check, None where there was none.
        points: earned: all of the step's, once it has passed; a later check that finds it changed
            takes none away.
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
                checks=self.checks + 1,
            )
        if event.kind == "hint":
            level = data.get("level", 0)
            return replace(self, hints=max(self.hints, level if isinstance(level, int) else 0))
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


def lab_state(lab: Lab, events: Iterable[ProgressEvent]) -> LabState:
    """The events of ``lab`` since it last began, taken together.

    The lab is as it is today: a step that is gone is left out, one that is new is open, and what
    has passed earns what it is worth now.
    """
    fresh = {step.id: StepState() for step in lab.steps}
    steps = dict(fresh)
    quiz: dict[str, bool] = {}
    for event in own_events(lab, events):
        if event.kind == "quiz":
            answers, right = event.data.get("answers"), event.data.get("right")
            # a record may come from anywhere: what is no answer is left out
            known = right if isinstance(right, list) else []
            if isinstance(answers, dict):
                quiz.update({name: name in known for name in answers})
        elif event.step in steps:
            steps[event.step] = steps[event.step].after(event)
    earned = {
        step.id: replace(steps[step.id], points=step.points if steps[step.id].passed else 0)
        for step in lab.steps
    }
    return LabState(earned, lab.points, quiz)


def own_events(lab: Lab, events: Iterable[ProgressEvent]) -> list[ProgressEvent]:
    """Those of ``lab`` since it last began, in the order of their time.

    An imported record stands after the events that were there, though it may be older.
    """
    own = sorted((event for event in events if event.lab == lab.id), key=lambda event: event.time)
    resets = [number for number, event in enumerate(own) if event.kind == "reset"]
    return own[resets[-1] + 1 :] if resets else own
