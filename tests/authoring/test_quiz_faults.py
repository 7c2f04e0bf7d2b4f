"""A quiz that a learner could not use is a fault of the lab, told in words."""

from pathlib import Path

import pytest

from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.pairing import read_lab_text
from lab_helpers.authoring.quiz_faults import quiz_faults
from lab_helpers.authoring.scaffold import write_scaffold
from lab_helpers.authoring.text_faults import text_faults


@pytest.fixture
def lab(labs_root: Path) -> LabSource:
    write_scaffold(labs_root, "dead_letters")
    return find_labs(labs_root)[0]


def faults(lab: LabSource, order: int = 2) -> list[str]:
    return list(quiz_faults(lab, order, read_lab_text(lab.read_text())))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_labs_quiz_is_sound(lab: LabSource) -> None:
    assert faults(lab) == []


def test_only_the_first_lab_may_do_without(lab: LabSource) -> None:
    (lab.source / "quiz.toml").unlink()
    edit(lab.text_path, "lab.quiz()", "lab")
    edit(lab.text_path, "lab.quiz(..., ..., ...)", "lab")
    assert faults(lab, order=1) == []
    (fault,) = faults(lab, order=2)
    assert "0 questions, 3 are wanted" in fault


def test_a_quiz_with_two_questions_is_too_short(lab: LabSource) -> None:
    path = lab.source / "quiz.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("[[question]]")], encoding="utf-8")
    edit(lab.text_path, "lab.quiz(..., ..., ...)", "lab.quiz(..., ...)")
    (fault,) = faults(lab)
    assert "2 questions" in fault


def test_an_answer_that_does_not_exist_is_a_fault_of_the_texts(lab: LabSource) -> None:
    edit(lab.source / "quiz.toml", 'id = "at_first"\nanswer = "a"', 'id = "at_first"\nanswer = "c"')
    (fault,) = text_faults(lab)
    assert "'c' is none of its choices" in fault


@pytest.mark.parametrize(
    ("old", "told"),
    [
        ("新しいバケットのバージョニングはどうなっていますか。", "at_first: no text in ja"),
        ("You have to enable it.", "at_first: no why b in en"),
        ("削除マーカーが付く", "delete: no choice b in ja"),
    ],
)
def test_a_text_that_is_empty_in_one_language_is_a_fault(
    lab: LabSource, old: str, told: str
) -> None:
    edit(lab.source / "quiz.toml", old, " ")
    (fault,) = faults(lab)
    assert told in fault


def test_a_quiz_whose_answers_are_all_one_letter_is_a_fault(lab: LabSource) -> None:
    edit(lab.source / "quiz.toml", 'answer = "a"', 'answer = "b"')
    (fault,) = faults(lab)
    assert "every answer is b" in fault


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lab.quiz()", "lab", "no cell shows the questions"),
        ("lab.quiz(..., ..., ...)", "lab.quiz(..., ...)", "lab.quiz(..., ..., ...)"),
        ("lab.quiz(..., ..., ...)", "lab", "lab.quiz(..., ..., ...)"),
    ],
)
def test_the_two_cells_must_fit_the_questions(
    lab: LabSource, old: str, new: str, told: str
) -> None:
    edit(lab.text_path, old, new)
    (fault,) = faults(lab)
    assert told in fault
