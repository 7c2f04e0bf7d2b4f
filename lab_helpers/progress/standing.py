"""Where a learner stands with the whole course, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab_helpers.catalog import Lab, Text
from lab_helpers.progress.record import ProgressEvent, ProgressLog
from lab_helpers.progress.state import LabState, lab_state, own_events


@dataclass(frozen=True)
class LabStanding:
    """One lab.

    Attributes:
        began, latest: seconds since the epoch; None where nothing was done since the last reset.
    """

    lab: Lab
    state: LabState
    began: float | None = None
    latest: float | None = None

    @property
    def steps_passed(self) -> int:
        return sum(step.passed for step in self.state.steps.values())

    @property
    def finished(self) -> bool:
        return self.state.next_open is None

    @property
    def fraction(self) -> float:
        """0 to 1, by points."""
        total = self.state.points_total
        return self.state.points / total if total else 0.0

    @property
    def quiz_right(self) -> int:
        """Questions of the warm-up that were last answered rightly."""
        return sum(self.state.quiz.values())


@dataclass(frozen=True)
class CourseStanding:
    """All labs, in their order.

    Attributes:
        notice: what was wrong with the record, None where nothing was.
    """

    labs: tuple[LabStanding, ...]
    notice: Text | None = None

    @property
    def points(self) -> int:
        return sum(standing.state.points for standing in self.labs)

    @property
    def points_total(self) -> int:
        return sum(standing.state.points_total for standing in self.labs)

    @property
    def fraction(self) -> float:
        return self.points / self.points_total if self.points_total else 0.0

    @property
    def current(self) -> LabStanding | None:
        """Where to go on: the unfinished lab touched last, else the first unfinished one."""
        unfinished = [standing for standing in self.labs if not standing.finished]
        touched = [standing for standing in unfinished if standing.latest is not None]
        if touched:
            return max(touched, key=lambda standing: standing.latest or 0.0)
        return unfinished[0] if unfinished else None


def course_standing(labs: Sequence[Lab], log: ProgressLog) -> CourseStanding:
    """Read the record once and say where the learner stands with each of ``labs``."""
    events = log.events()
    return CourseStanding(tuple(standing_of(lab, events) for lab in labs), log.notice)


def standing_of(lab: Lab, events: Sequence[ProgressEvent]) -> LabStanding:
    """Where the events leave a learner with one lab."""
    times = [event.time for event in own_events(lab, events)]
    state = lab_state(lab, events)
    return LabStanding(lab, state, min(times, default=None), max(times, default=None))
