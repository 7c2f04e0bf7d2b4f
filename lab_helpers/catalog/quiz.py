"""``.source/quiz.toml``: the warm-up that recalls the lab before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_helpers.catalog.lab import Lab, Text
from lab_helpers.catalog.toml_file import read_toml
from lab_helpers.errors import DojoError

FILE_NAME = "quiz.toml"
LETTERS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Choice:
    """One answer that a learner may choose.

    Attributes:
        why: told to who chooses it: why it is right, or why it is not.
    """

    letter: str
    text: Text
    why: Text


@dataclass(frozen=True)
class Question:
    """One question; ``answer`` is the letter of its right choice."""

    id: str
    text: Text
    answer: str
    choices: tuple[Choice, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(choice.letter for choice in self.choices)

    def choice(self, letter: str) -> Choice | None:
        """The choice of this letter, None where there is none."""
        return next((choice for choice in self.choices if choice.letter == letter), None)


def read_quiz(lab: Lab) -> tuple[Question, ...]:
    """The questions of ``lab`` in their order; none where it has no quiz.

    Raises:
        DojoError: the file is malformed; the message names the file, the question and the key.
    """
    path = lab.source / FILE_NAME
    if not path.exists():
        return ()
    entries = read_toml(path).get("question", [])
    if not isinstance(entries, list):
        raise _malformed(path, "question", "write each one under [[question]], in two brackets")
    questions = tuple(_question(path, number, entry) for number, entry in enumerate(entries, 1))
    ids = [question.id for question in questions]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise _malformed(path, ", ".join(twice), "two questions share this id")
    return questions


def _question(path: Path, number: int, entry: Mapping[str, Any]) -> Question:
    name = f"question {number}"
    try:
        name = f"question {number} ({entry['id']})"
        choices = tuple(
            Choice(letter, Text(**choice["text"]), Text(**choice["why"]))
            for letter, choice in sorted(entry["choices"].items())
        )
        question = Question(
            str(entry["id"]), Text(**entry["text"]), str(entry["answer"]), tuple(choices)
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _malformed(path, name, f"{type(error).__name__}: {error}") from error
    wanted = LETTERS[: len(choices)]
    if len(choices) < 2 or question.letters != wanted:
        raise _malformed(path, name, "its choices are two to four, lettered a, b, c, d in order")
    if question.choice(question.answer) is None:
        raise _malformed(path, name, f"its answer {question.answer!r} is none of its choices")
    return question


def _malformed(path: Path, where: str, why: str) -> DojoError:
    return DojoError(
        f"{path} does not describe a quiz.",
        why=f"{where}: {why}",
        now="Compare it with the example in lab_helpers/catalog/__init__.py.",
    )
