"""A quiz is read as its author wrote it; what is wrong is told with its file and its question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lab_helpers.catalog import Lab, read_quiz
from lab_helpers.errors import DojoError
from tests.grading.stand_ins import LAB

QUIZ = """
[[question]]
id = "billed"
text = { en = "What is billed?", ja = "何に課金されますか。" }
answer = "b"
[question.choices.a]
text = { en = "Code", ja = "コード" }
why = { en = "It is free.", ja = "無料です。" }
[question.choices.b]
text = { en = "Time", ja = "時間" }
why = { en = "Right.", ja = "正解です。" }
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / ".source").mkdir()
    return replace(LAB, folder=tmp_path)


def write(lab: Lab, text: str) -> None:
    (lab.source / "quiz.toml").write_text(text, encoding="utf-8")


def test_a_quiz_is_read_with_its_choices(lab: Lab) -> None:
    write(lab, QUIZ)
    (question,) = read_quiz(lab)
    assert (question.id, question.answer, question.letters) == ("billed", "b", ("a", "b"))
    right = question.choice("b")
    assert right is not None
    assert right.why.ja == "正解です。"
    assert question.choice("c") is None


def test_a_lab_without_a_quiz_has_no_questions(lab: Lab) -> None:
    assert read_quiz(lab) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('answer = "b"', 'answer = "c"', "'c' is none of its choices"),
        ('answer = "b"', "", "question 1 .billed.: KeyError: 'answer'"),
        ('id = "billed"', "", "question 1: KeyError: 'id'"),
        ("question.choices.b", "question.choices.c", "lettered a, b, c, d"),
        (', ja = "正解です。"', "", "'ja'"),
        ("[[question]]", "[question]", "two brackets"),
        ("[[question]]", "[[question]]\nchoices = 3", "cannot be read"),
        (QUIZ, QUIZ + QUIZ, "share this id"),
        (QUIZ, QUIZ[: QUIZ.index("[question.choices.b]")], "two to four"),
    ],
)
def test_a_malformed_quiz_is_told(lab: Lab, old: str, new: str, told: str) -> None:
    write(lab, QUIZ.replace(old, new))
    with pytest.raises(DojoError, match=told) as caught:
        read_quiz(lab)
    assert "quiz.toml" in str(caught.value)
