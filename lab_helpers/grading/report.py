"""What came of a check: values, with both languages inside; ``report_text`` and ``report_html``
and ``report_json`` show them."""

from __future__ import annotations

from dataclasses import dataclass

from lab_helpers.catalog import Text
from lab_helpers.grading.outcome import Outcome

NOTHING = Text("", "")


@dataclass(frozen=True)
class Message:
    """The five beats. ``found`` and ``expected`` are one beat; both may be empty.

    Attributes:
        verdict: the step and how it stands.
        next: what the learner can do now.
    """

    verdict: Text
    looked_at: Text
    found: Text
    expected: Text
    why: Text
    next: Text


@dataclass(frozen=True)
class StepReport:
    """One step, judged.

    Attributes:
        diagnosis: code of what is wrong; None where the step passed.
        conditions_met: of ``conditions_total``; those after the first unmet are not looked at.
        details: shown as it is: the end of a function's log, or a check's traceback.
    """

    lab: str
    step: str
    title: Text
    outcome: Outcome
    message: Message
    points: int
    conditions_met: int
    conditions_total: int
    diagnosis: str | None = None
    details: str = ""

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True)
class LabReport:
    """Several steps of one lab, in the lab's order, looked at in one go."""

    lab: str
    title: Text
    backend: str
    steps: tuple[StepReport, ...]

    @property
    def passed(self) -> bool:
        """Whether every step that was asked for passed."""
        return all(step.passed for step in self.steps)

    @property
    def first_open(self) -> StepReport | None:
        """The first step that did not pass: the one to read about."""
        return next((step for step in self.steps if not step.passed), None)
