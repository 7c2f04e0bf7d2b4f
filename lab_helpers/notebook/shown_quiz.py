"""How a quiz and its answers show themselves: as HTML in a notebook, as text elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lab_helpers.catalog import Choice, Question
from lab_helpers.grading.outcome import FACES, Face, Outcome
from lab_helpers.grading.report_html import inline
from lab_helpers.notebook.quiz_answers import Judged, Verdict
from lab_helpers.notebook.shown import box
from lab_helpers.notebook.words import tell

_FACES: dict[Verdict, Face] = {
    Verdict.RIGHT: FACES[Outcome.PASSED],
    Verdict.WRONG: FACES[Outcome.INCORRECT],
    Verdict.SKIPPED: FACES[Outcome.NOT_ATTEMPTED],
    Verdict.UNREADABLE: FACES[Outcome.NOT_ATTEMPTED],
}


@dataclass(frozen=True)
class ShownQuiz:
    """The questions, as ``lab.quiz()`` shows them."""

    questions: Sequence[Question]
    language: str

    def _head(self) -> str:
        return tell("quiz", self.language, questions=len(self.questions))

    def _how(self) -> str:
        blanks = ", ".join("..." for _ in self.questions)
        return tell("quiz_how", self.language, blanks=blanks)

    def _choice(self, choice: Choice) -> str:
        return f"{choice.letter}) {choice.text.in_language(self.language)}"

    def __repr__(self) -> str:
        lines = [self._head()]
        for number, question in enumerate(self.questions, 1):
            lines += ["", f"{number}. {question.text.in_language(self.language)}"]
            lines += [f"   {self._choice(choice)}" for choice in question.choices]
        return "\n".join([*lines, "", self._how()])

    def _repr_html_(self) -> str:
        asked = "".join(
            f'<div style="margin-top:.6em"><strong>{number}.</strong> '
            f"{inline(question.text.in_language(self.language))}"
            '<ul style="list-style:none;margin:0;padding-left:1.5em">'
            + "".join(f"<li>{inline(self._choice(choice))}</li>" for choice in question.choices)
            + "</ul></div>"
            for number, question in enumerate(self.questions, 1)
        )
        how = f'<div style="margin-top:.6em">{inline(self._how())}</div>'
        return box(f"<strong>{escape(self._head())}</strong>{asked}{how}")


@dataclass(frozen=True)
class ShownAnswers:
    """What the answers came to. A wrong one is told why, and not which one is right.

    Attributes:
        too_many: answers for which there was no question.
    """

    judged: Sequence[Judged]
    language: str
    too_many: int = 0

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(one.verdict is Verdict.RIGHT for one in self.judged)

    def _word(self, one: Judged) -> str:
        return tell(f"quiz_{one.verdict}", self.language)

    def _why(self, one: Judged) -> str:
        """Why the chosen answer is right or not; what to do where none was chosen."""
        if choice := one.question.choice(one.given):
            text, why = (part.in_language(self.language) for part in (choice.text, choice.why))
            return f"{choice.letter}) {text}\n{why}"
        if one.verdict is Verdict.UNREADABLE:
            letters = ", ".join(f'"{letter}"' for letter in one.question.letters)
            return tell("quiz_letters", self.language, given=one.given, letters=letters)
        return ""

    def _total(self) -> str:
        words = [tell("quiz_total", self.language, right=self.right, questions=len(self.judged))]
        if any(one.verdict is Verdict.WRONG for one in self.judged):
            words.append(tell("quiz_again", self.language))
        elif self.right < len(self.judged):
            words.append(tell("quiz_blank", self.language))
        if self.too_many:
            words.append(tell("quiz_too_many", self.language, extra=self.too_many))
        return "\n".join(words)

    def __repr__(self) -> str:
        lines = []
        for number, one in enumerate(self.judged, 1):
            asked = one.question.text.in_language(self.language)
            lines.append(f"{_FACES[one.verdict].symbol} {number}. {self._word(one)} — {asked}")
            lines += [f"     {line}" for line in self._why(one).splitlines()]
        return "\n".join([*lines, self._total()])

    def _repr_html_(self) -> str:
        rows = "".join(self._row(number, one) for number, one in enumerate(self.judged, 1))
        total = inline(self._total()).replace("\n", "<br>")
        return box(f"{rows}<div><strong>{total}</strong></div>")

    def _row(self, number: int, one: Judged) -> str:
        face = _FACES[one.verdict]
        why = inline(self._why(one)).replace("\n", "<br>")
        return (
            f'<div data-question="{escape(one.question.id)}" data-verdict="{one.verdict}" '
            f'style="margin-bottom:.6em"><span style="color:{face.colour};font-weight:600">'
            f'<span aria-hidden="true">{face.symbol}</span> {number}. '
            f"{escape(self._word(one))}</span> — "
            f"{inline(one.question.text.in_language(self.language))}"
            + (f'<div style="padding-left:1.5em">{why}</div>' if why else "")
            + "</div>"
        )
