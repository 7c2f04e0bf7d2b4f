"""What is wrong with a lab's warm-up quiz and its two cells in ``lab.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab_helpers.authoring.lab_source import LANGUAGES, LabSource
from lab_helpers.authoring.pairing import Code, LabText
from lab_helpers.authoring.solution_fill import QUIZ_BLANKS
from lab_helpers.catalog import Question, Text, load_lab, read_quiz
from lab_helpers.errors import DojoError

FEWEST_QUESTIONS = 3


def quiz_faults(lab: LabSource, order: int, lab_text: LabText) -> Iterator[str]:
    """Every fault of the quiz; a lab that is the first has nothing to recall and needs none."""
    try:
        questions = read_quiz(load_lab(lab.folder))
    except DojoError as error:  # lab.toml's own faults are told elsewhere too
        yield str(error)
        return
    if order > 1 and len(questions) < FEWEST_QUESTIONS:
        yield (
            f"quiz.toml: {len(questions)} questions, {FEWEST_QUESTIONS} are wanted: "
            "every lab after the first recalls the one before"
        )
    for question in questions:
        yield from _empty_texts(question)
    letters = {question.answer for question in questions}
    if len(questions) >= FEWEST_QUESTIONS and len(letters) == 1:
        yield f"quiz.toml: every answer is {letters.pop()}: a learner need not read the questions"
    yield from _cell_faults(questions, lab_text)


def _empty_texts(question: Question) -> Iterator[str]:
    texts: list[tuple[str, Text]] = [("text", question.text)]
    for choice in question.choices:
        texts += [(f"choice {choice.letter}", choice.text), (f"why {choice.letter}", choice.why)]
    for part, text in texts:
        for language in LANGUAGES:
            if not str(text.in_language(language)).strip():
                yield f"quiz.toml: question {question.id}: no {part} in {language}"


def _cell_faults(questions: Sequence[Question], lab_text: LabText) -> Iterator[str]:
    code = [cell.source for cell in lab_text.cells if isinstance(cell, Code)]
    shown = any("lab.quiz()" in source for source in code)
    blanks = [
        found["blanks"].count("...") for source in code for found in QUIZ_BLANKS.finditer(source)
    ]
    if not questions:
        if shown or blanks:
            yield "lab.md: a cell asks for the quiz, and there is no quiz.toml"
        return
    if not shown:
        yield "lab.md: no cell shows the questions: lab.quiz()"
    if blanks != [len(questions)]:
        wanted = ", ".join("..." for _ in questions)
        yield f"lab.md: one cell must take the answers, with a blank for each: lab.quiz({wanted})"
