"""The checks of a lab proved on a cloud: nothing done, all done right, each known mistake."""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Iterable
from contextlib import redirect_stdout

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.proof import Proof, Proofs, Stopwatch
from lab_helpers.authoring.proving_cloud import ProvingCloud
from lab_helpers.authoring.wrong_answers import WrongAnswer, load_wrong_answer, solution_of
from lab_helpers.backends.aws_names import guard_name
from lab_helpers.catalog import load_lab
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.outcome import Outcome
from lab_helpers.grading.report import StepReport
from lab_helpers.grading.solution import SolutionContext

SETTLES_WITHIN_S = 5.0
LOOK_AGAIN_S = 0.5


class StepProofs:
    """One lab on one cloud. Every proof begins with the lab's ``reset`` and ``prepare``."""

    def __init__(self, source: LabSource, cloud: ProvingCloud) -> None:
        self.source = source
        self.lab = load_lab(source.folder)
        self.steps = [step.id for step in self.lab.steps]
        self._judge = Judge(self.lab)
        self._solution = solution_of(self.lab)
        self._context = SolutionContext(self.lab, cloud.backend, self.lab.source / "solution")
        # What a real account would refuse is a fault of the lab wherever it is proved.
        self._context.session.events.register_first("before-parameter-build.*.*", guard_name)
        self._evidence = Evidence(cloud.backend, self._context.names)
        self.cloud = cloud

    def begin(self) -> None:
        """The state in which a learner starts the lab."""
        self._solution.reset(self._context)
        self._solution.prepare(self._context)

    def judge(self, steps: Iterable[str]) -> list[StepReport]:
        """Look at ``steps`` as a learner's ``lab.check`` does."""
        report = self._judge.judge(self._evidence, steps, self.cloud.backend.name)
        return list(report.steps)

    def outcomes(self, outcome: Outcome) -> str:
        """Empty where every step comes to ``outcome``, else each step that does not."""
        return "; ".join(
            fault for report in self.judge(self.steps) if (fault := _differs(report, outcome))
        )

    def untouched(self) -> Proofs:
        """Nothing done, with and without what the lab stands on: every step not attempted."""
        watch = Stopwatch()
        self._solution.reset(self._context)
        fault = self.outcomes(Outcome.NOT_ATTEMPTED)
        yield Proof(self.lab.id, "untouched, empty cloud: not attempted", fault, watch.lap())
        self._solution.prepare(self._context)
        fault = self.outcomes(Outcome.NOT_ATTEMPTED)
        yield Proof(self.lab.id, "untouched, prepared: not attempted", fault, watch.lap())

    def solution(self) -> Proofs:
        """Step by step: each passes once it is done; at the end all still pass; reset undoes."""
        watch = Stopwatch()
        self.begin()
        for step in self.steps:
            fault = self.run(step)
            fault = fault or _differs(self.judge([step])[0], Outcome.PASSED)
            yield Proof(self.lab.id, f"solution: {step} passes", fault, watch.lap())
        fault = self.outcomes(Outcome.PASSED)
        yield Proof(self.lab.id, "solution: all steps stay passed", fault, watch.lap())
        self._solution.reset(self._context)
        fault = self.outcomes(Outcome.NOT_ATTEMPTED)
        yield Proof(self.lab.id, "reset: not attempted again", fault, watch.lap())

    def wrong_answers(self) -> Proofs:
        """Each known mistake gets the diagnosis that its author named."""
        for path in self.source.wrong_paths:
            watch = Stopwatch()
            wrong = load_wrong_answer(path)
            fault = self._wrong(wrong)
            claim = f"wrong: {wrong.name} gets {wrong.diagnosis}"
            yield Proof(self.lab.id, claim, fault, watch.lap())

    def _wrong(self, wrong: WrongAnswer) -> str:
        if wrong.step not in self.steps:
            return f"{wrong.step} is not a step of this lab"
        self.begin()
        for step in self.steps[: self.steps.index(wrong.step)]:
            if fault := self.run(step):
                return fault
        try:
            with redirect_stdout(io.StringIO()):
                wrong.apply(self._context)
        except Exception:  # whatever an author's file raises is the fault to show
            return f"apply failed: {_last_lines()}"
        report = self._settled(wrong)
        if report.diagnosis == wrong.diagnosis:
            return ""
        return f"got {report.diagnosis or report.outcome} {report.details[-600:]}".strip()

    def _settled(self, wrong: WrongAnswer) -> StepReport:
        """What the check says once what the mistake set off has run its course.

        An event that was handed over a moment ago may not have run yet: until then the check
        rightly says that there is nothing to see.
        """
        report = self.judge([wrong.step])[0]
        deadline = time.monotonic() + SETTLES_WITHIN_S
        while report.diagnosis != wrong.diagnosis and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN_S)
            report = self.judge([wrong.step])[0]
        return report

    def run(self, step: str) -> str:
        """Do one step as the solution does; what went wrong, else empty."""
        try:
            with redirect_stdout(io.StringIO()):  # what the learner would see printed
                self._solution.run(step, self._context)
        except Exception:  # whatever a solution raises is the fault to show
            return f"the solution of {step} failed: {_last_lines()}"
        return ""


def _differs(report: StepReport, expected: Outcome) -> str:
    if report.outcome is expected:
        return ""
    found = f"{report.step} is {report.outcome} ({report.diagnosis})"
    return f"{found}: {report.message.found.en} {report.details[-600:]}".strip()


def _last_lines() -> str:
    return " | ".join(traceback.format_exc().strip().splitlines()[-3:])
