"""What the verbs return: values that show themselves, as HTML in a notebook, as text elsewhere.

Jupyter's display protocol is all that is used: https://ipython.readthedocs.io/en/stable/config/integrating.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from lab_helpers.catalog import Lab, Step
from lab_helpers.grading.outcome import FACES, Outcome
from lab_helpers.grading.report import LabReport
from lab_helpers.grading.report_html import inline, lab_html
from lab_helpers.grading.report_text import lab_text
from lab_helpers.notebook.words import tell
from lab_helpers.progress import LabState, StepState

_NOTE = (
    "border-left:4px solid var(--jp-info-color1,#1565c0);padding:.4em 1em;margin:.4em 0;"
    "font-family:var(--jp-content-font-family,sans-serif);line-height:1.55"
)


def box(inner: str) -> str:
    """``inner`` (HTML) set apart, and announced politely by screen readers."""
    return f'<div role="status" aria-live="polite" style="{_NOTE}">{inner}</div>'


@dataclass(frozen=True)
class Note:
    """A sentence or two."""

    text: str
    mark: str = ""

    def __repr__(self) -> str:
        return f"{self.mark} {self.text}".strip()

    def _repr_html_(self) -> str:
        return box(inline(repr(self)))


@dataclass(frozen=True)
class ShownReport:
    """What a check came to.

    Attributes:
        report: both languages inside; ``report.passed`` says whether all steps passed.
        predictions: step id → what the learner had said before.
    """

    report: LabReport
    language: str
    predictions: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.report.passed

    def __repr__(self) -> str:
        lines = [lab_text(self.report, self.language)]
        lines += [f"  {self._label(title)} {told}" for title, told in self._predicted()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = "".join(
            f"<div><strong>{escape(self._label(title))}</strong> {escape(text)}</div>"
            for title, text in self._predicted()
        )
        shown = lab_html(self.report, self.language)
        return shown + (box(told) if told else "")

    def _predicted(self) -> list[tuple[str, str]]:
        """Title of the step and what the learner had said."""
        titles = {step.step: step.title.in_language(self.language) for step in self.report.steps}
        return [(titles[step], told) for step, told in self.predictions.items()]

    def _label(self, title: str) -> str:
        return tell("your_prediction", self.language, title=title)


@dataclass(frozen=True)
class ShownHint:
    """One hint. Attributes: level, from 1."""

    step: Step
    level: int
    language: str

    @property
    def text(self) -> str:
        return self.step.hints[self.level - 1].in_language(self.language)

    def _lines(self) -> tuple[str, str, str]:
        levels = len(self.step.hints)
        last = self.level == levels
        head = tell("hint", self.language, level=self.level, levels=levels)
        title = self.step.title.in_language(self.language)
        after = tell("hint_last" if last else "hint_more", self.language, step=self.step.id)
        return f"{head} · {title}", self.text, after

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        head, text, after = self._lines()
        body = inline(text).replace("\n", "<br>")
        return box(
            f"<strong>{escape(head)}</strong><div>{body}</div><small>{inline(after)}</small>"
        )


@dataclass(frozen=True)
class ShownSolution:
    """The solution of one step, as a learner would type it."""

    step: Step
    text: str
    language: str

    def _head(self) -> str:
        return f"{tell('solution', self.language)} · {self.step.title.in_language(self.language)}"

    def __repr__(self) -> str:
        return f"{self._head()}\n\n{self.text}"

    def _repr_html_(self) -> str:
        return box(f"<strong>{escape(self._head())}</strong><pre>{escape(self.text)}</pre>")


@dataclass(frozen=True)
class ShownStatus:
    """Where a learner stands with a lab."""

    lab: Lab
    state: LabState
    language: str
    notice: str = ""

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Title, state, points and hints of each step."""
        found = []
        for step in self.lab.steps:
            state = self.state.steps[step.id]
            hints = str(state.hints) if state.hints else ""
            if state.solution_shown:
                shown = tell("solution_shown", self.language)
                hints = f"{hints} + {shown}" if hints else shown
            found.append(
                (
                    step.title.in_language(self.language),
                    self._word(state),
                    f"{state.points}/{step.points}",
                    hints,
                )
            )
        return found

    def _word(self, state: StepState) -> str:
        if state.outcome is None:
            return f"· {tell('never_checked', self.language)}"
        face = FACES[Outcome(state.outcome)]
        word = f"{face.symbol} {face.word.in_language(self.language)}"
        if state.passed and state.outcome != Outcome.PASSED:
            return f"{word} ({tell('changed_since', self.language)})"
        return word

    def _heads(self) -> list[str]:
        return [tell(key, self.language) for key in ("step", "state", "points", "hints")]

    def _total(self) -> str:
        return f"{tell('total', self.language)}: {self.state.points}/{self.state.points_total}"

    def __repr__(self) -> str:
        lines = [self.lab.title.in_language(self.language)]
        for title, word, points, hints in self.rows():
            lines.append(f"  {word} — {title} ({points})" + (f" [{hints}]" if hints else ""))
        lines.append(self._total())
        return "\n".join(lines + ([self.notice] if self.notice else []))

    def _repr_html_(self) -> str:
        # JupyterLab sets the cells of a table flush right
        left = 'style="text-align:left"'
        head = "".join(f'<th scope="col" {left}>{escape(text)}</th>' for text in self._heads())
        body = "".join(
            "<tr>" + "".join(f"<td {left}>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows()
        )
        notice = f"<p>{escape(self.notice)}</p>" if self.notice else ""
        return box(
            f"<strong>{escape(self.lab.title.in_language(self.language))}</strong>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<div>{escape(self._total())}</div>{notice}"
        )
