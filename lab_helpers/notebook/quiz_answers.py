"""``lab.quiz("b", ..., "a")``: what the learner's answers come to. Never raises on odd input."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from types import EllipsisType

from lab_helpers.catalog import Question

LONGEST_SHOWN = 20


class Verdict(StrEnum):
    """What one answer came to."""

    RIGHT = "right"
    WRONG = "wrong"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"
    """None of the question's letters."""


@dataclass(frozen=True)
class Judged:
    """One question and what was answered.

    Attributes:
        given: the chosen letter; what was written instead where it is none; empty where skipped.
    """

    question: Question
    verdict: Verdict
    given: str = ""


def judge_answers(questions: Sequence[Question], given: Sequence[object]) -> list[Judged]:
    """One verdict per question; answers beyond the last question are left out."""
    answers = list(_flat(given))[: len(questions)]
    return [
        _judge(question, answer)
        for question, answer in zip_longest(questions, answers, fillvalue=...)
        if isinstance(question, Question)
    ]


def count_answers(given: Sequence[object]) -> int:
    """How many answers were written, skipped ones among them."""
    return len(list(_flat(given)))


def _flat(given: Iterable[object]) -> Iterable[object]:
    """``lab.quiz(["a", "b"])`` means what ``lab.quiz("a", "b")`` does."""
    for answer in given:
        if isinstance(answer, list | tuple):
            yield from answer
        else:
            yield answer


def _judge(question: Question, answer: object) -> Judged:
    if answer is None or isinstance(answer, EllipsisType):
        return Judged(question, Verdict.SKIPPED)
    # A Japanese keyboard may write the letter in full width; some write "(b)" or "b.".
    written = unicodedata.normalize("NFKC", answer if isinstance(answer, str) else repr(answer))
    letter = written.strip().strip("().:").strip().lower()
    if not written.strip():
        return Judged(question, Verdict.SKIPPED)
    if letter == question.answer:
        return Judged(question, Verdict.RIGHT, letter)
    if question.choice(letter) is not None:
        return Judged(question, Verdict.WRONG, letter)
    return Judged(question, Verdict.UNREADABLE, written.strip()[:LONGEST_SHOWN])
