"""``lab``: a lab that a learner has open, and its verbs; those that only look are inherited.

The same object serves the notebook and the command line: what a verb returns shows itself, as
HTML in a notebook and as text elsewhere.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from types import EllipsisType
from typing import Any

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.backends.select import select_backend
from lab_helpers.catalog import Lab, find_lab, read_quiz
from lab_helpers.errors import DojoError
from lab_helpers.grading.account_end import remove_at_the_end
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.solution import Solution, SolutionContext
from lab_helpers.notebook import words
from lab_helpers.notebook.looking_verbs import LookingVerbs
from lab_helpers.notebook.quiz_answers import Verdict, count_answers, judge_answers
from lab_helpers.notebook.shown import Note, ShownHint, ShownReport, ShownSolution, ShownStatus
from lab_helpers.notebook.shown_quiz import ShownAnswers, ShownQuiz
from lab_helpers.notebook.unavailable_steps import (
    refuse_backend_without_any_step,
    tell_unavailable_steps,
)
from lab_helpers.progress import LabState, ProgressLog, lab_state
from lab_helpers.progress.page_file import refresh_page
from lab_helpers.settings import Settings


class OpenLab(LookingVerbs):
    """One lab, one backend, one learner.

    Attributes:
        progress: what the learner has done.
    """

    def __init__(
        self, lab: Lab, backend: Backend, folder: Path, progress: ProgressLog, language: str
    ) -> None:
        super().__init__(lab, backend, folder, language)
        self.progress = progress

    @property
    def state(self) -> LabState:
        """Where the learner stands, read from the record."""
        return lab_state(self.definition, self.progress.events())

    # --- the verbs

    def check(self, step: str | None = None) -> ShownReport:
        """Judge ``step``, or the next one that has not passed; the first where all have.

        Raises:
            DojoError: the lab has no such step.
        """
        wanted = step or self._next_open()
        return self.check_steps([self._step(wanted).id])

    def check_all(self) -> ShownReport:
        """Judge every step, in order."""
        return self.check_steps([step.id for step in self.definition.steps])

    def check_steps(self, steps: list[str]) -> ShownReport:
        """Judge these steps and put what came of it on record."""
        judge = Judge(self.definition)
        report = judge.judge(self._evidence, steps, self.backend.name)
        predictions = {}
        states = self.state.steps
        for judged in report.steps:
            self.progress.append(
                "check",
                self.definition.id,
                judged.step,
                outcome=str(judged.outcome),
                diagnosis=judged.diagnosis,
                points=judged.points if judged.passed else 0,
            )
            if judged.passed and (told := states[judged.step].prediction):
                predictions[judged.step] = told
        self._refresh_page()
        return ShownReport(report, self.language, predictions)

    def hint(self, step: str | None = None) -> ShownHint:
        """The next hint for ``step`` (default: the next open one); asked again, a plainer one.

        Raises:
            DojoError: the lab has no such step.
        """
        wanted = self._step(step or self._next_open())
        if not wanted.hints:
            raise DojoError(
                f'There are no hints for the step "{wanted.id}".',
                now=f'Ask for the solution: lab.solution("{wanted.id}", reveal=True)',
            )
        shown = self.state.steps[wanted.id].hints
        level = min(shown + 1, len(wanted.hints))
        self._record("hint", wanted.id, level=level)
        return ShownHint(wanted, level, self.language)

    def solution(self, step: str | None = None, *, reveal: bool = False) -> ShownSolution | Note:
        """The solution of ``step``, where ``reveal`` says that you mean it.

        Without ``reveal`` nothing is given away: running all cells is safe.
        """
        wanted = self._step(step or self._next_open())
        if not reveal:
            return Note(words.tell("solution_hidden", self.language, step=wanted.id))
        self._record("solution", wanted.id)
        return ShownSolution(wanted, Solution(self.definition).text(wanted.id), self.language)

    def predict(self, step: str, answer: object = ...) -> Note:
        """Say what you think will happen; the check of the step shows it beside the result."""
        wanted = self._step(step)
        if isinstance(answer, EllipsisType) or not str(answer).strip():
            return Note(words.tell("predict_first", self.language, step=wanted.id), mark="○")
        self._record("prediction", wanted.id, answer=str(answer))
        return Note(words.tell("predicted", self.language, answer=str(answer)))

    def quiz(self, *answers: object) -> ShownQuiz | ShownAnswers | Note:
        """Without answers the warm-up's questions, with answers what they come to.

        Args:
            answers: a letter per question, in order; ``...`` skips one. Whatever else is written
                is told, not raised. Nothing is recorded where every question is skipped.
        """
        questions = read_quiz(self.definition)
        if not questions:
            return Note(words.tell("quiz_none", self.language))
        if not answers:
            return ShownQuiz(questions, self.language)
        judged = judge_answers(questions, answers)
        chosen = {one.question.id: one for one in judged if one.question.choice(one.given)}
        if all(one.verdict is Verdict.SKIPPED for one in judged):
            return Note(words.tell("quiz_blank", self.language), mark="○")
        if chosen:
            self._record(
                "quiz",
                answers={name: one.given for name, one in chosen.items()},
                right=[name for name, one in chosen.items() if one.verdict is Verdict.RIGHT],
                questions=len(questions),
            )
        extra = max(0, count_answers(answers) - len(questions))
        return ShownAnswers(judged, self.language, extra)

    def status(self) -> ShownStatus:
        """Where you stand: steps, points, hints used."""
        state = self.state
        notice = self.progress.notice
        told = notice.in_language(self.language) if notice else ""
        return ShownStatus(self.definition, state, self.language, told)

    def prepare(self) -> Note:
        """Make what this lab stands on, such as the function of an earlier lab."""
        Solution(self.definition).prepare(self._solution_context())
        return Note(words.tell("prepared", self.language))

    def catch_up(self, step: str) -> Note:
        """Do every step before ``step`` as the solution does, so that ``step`` can be started.

        What those steps left behind before is removed first.

        Raises:
            DojoError: the lab has no such step, or the backend may hold more than the labs.
        """
        ids = [known.id for known in self.definition.steps]
        before = ids[: ids.index(self._step(step).id)]
        self._remove_resources()
        solution, context = Solution(self.definition), self._solution_context()
        solution.prepare(context)
        with contextlib.redirect_stdout(io.StringIO()):  # what its steps print is not the news
            for done in self.with_bar(before, words.tell("steps", self.language)):
                solution.run(done, context)
        self._record("catch_up", step)
        names = ", ".join(before) or "-"
        return Note(words.tell("caught_up", self.language, steps=names, step=step))

    def reset(self) -> Note:
        """Remove what this lab made and begin anew; the record of what you did stays.

        Raises:
            DojoError: the backend may hold more than the labs, or the lab cannot be reset.
        """
        self._remove_resources()
        self._record("reset")
        return Note(words.tell("was_reset", self.language))

    # --- behind the verbs

    def _record(self, kind: str, step: str = "", **data: Any) -> None:
        self.progress.append(kind, self.definition.id, step, **data)
        self._refresh_page()

    def _refresh_page(self) -> None:
        refresh_page(self.progress, self.language, self.definition.folder.parent)

    def _next_open(self) -> str:
        state = self.state
        return state.next_open or self.definition.steps[0].id

    def _solution_context(self) -> SolutionContext:
        folder = self.definition.source / "solution"
        return SolutionContext(self.definition, self.backend, folder)

    def _remove_resources(self) -> None:
        if Capability.RESET not in self.backend.capabilities:
            raise DojoError(
                f'Nothing was removed: the backend "{self.backend.name}" may hold more than labs.',
                why="Only the embedded cloud belongs to the labs alone.",
                now="Remove the lab's resources yourself: " + ", ".join(self.names.values()),
            )
        if not Solution(self.definition).reset(self._solution_context()):
            raise DojoError(
                f'The lab "{self.definition.id}" does not say how to remove its resources.',
                now="Empty the whole cloud: lambda-dojo cloud reset",
            )

    def __repr__(self) -> str:
        told = words.tell("lab_open", self.language, **self._opened())
        return "\n".join([told, *tell_unavailable_steps(self)])

    def _repr_html_(self) -> str:
        return Note(repr(self))._repr_html_()

    def _opened(self) -> dict[str, Any]:
        state, language = self.state, self.language
        step = "next_step" if state.next_open else "no_next_step"
        return {
            "title": self.definition.title.in_language(language),
            "backend": words.tell(f"on_{self.backend.name}", language),
            "region": self.region,
            "account_id": self.account_id,
            "points": state.points,
            "points_total": state.points_total,
            "next": words.tell(step, language, step=state.next_open),
        }


def start_lab(
    lab: str,
    language: str | None = None,
    backend: str | Backend | None = None,
    *,
    folder: Path | None = None,
    labs_root: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> OpenLab:
    """Open a lab: ``lab = start_lab("create_function")``.

    Args:
        lab: its id, its folder's name or its number.
        language: ``en`` or ``ja``; default: what ``LANG_UI`` says.
        backend: see ``select_backend``; default: what ``LAB_BACKEND`` says, else the embedded
            cloud, which is started where none runs.
        folder: the learner's copy of the lab; default: the folder that the notebook is in.
        labs_root: where the labs are; default: those that come with Lambda Dojo.

    Raises:
        DojoError: there is no such lab or backend, or the backend lacks what the lab needs.
    """
    env = os.environ if environ is None else environ
    settings = Settings.from_environment(env)
    definition = find_lab(lab, labs_root)
    cloud = (
        select_backend(backend, settings=settings, environ=env)
        if (backend is None or isinstance(backend, str))
        else backend
    )
    refuse_backend_without_any_step(definition, cloud)
    remove_at_the_end(cloud)
    place = (folder or Path.cwd()).resolve()
    progress = ProgressLog.near(place, settings)
    return OpenLab(definition, cloud, place, progress, language or settings.language)
