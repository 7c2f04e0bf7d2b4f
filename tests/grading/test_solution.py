"""The solution that is shown is the one that runs, and reads as a learner would type it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lab_helpers.errors import DojoError
from lab_helpers.grading.solution import Solution, SolutionContext, resource_names
from tests.grading.stand_ins import BACKEND, LAB

STEPS = '''
from __future__ import annotations

DONE: list[str] = []


def first(lab) -> None:
    """Not shown."""
    # a comment above the first line
    DONE.append(lab.name("function"))

    DONE.append("b")


def prepare(lab) -> None:
    DONE.append("prepared")
'''


@pytest.fixture
def solution(tmp_path: Path) -> Solution:
    folder = tmp_path / ".source" / "solution"
    folder.mkdir(parents=True)
    (folder / "steps.py").write_text(STEPS, encoding="utf-8")
    return Solution(replace(LAB, folder=tmp_path))


def context(tmp_path: Path) -> SolutionContext:
    return SolutionContext(replace(LAB, folder=tmp_path), BACKEND, tmp_path / "copy")


def test_names_are_filled_in_for_the_backend() -> None:
    assert resource_names(LAB, BACKEND) == {"function": "f-123456789012"}


def test_the_text_is_the_body_without_def_and_docstring(solution: Solution) -> None:
    assert solution.text("first") == (
        '# a comment above the first line\nDONE.append(lab.name("function"))\n\nDONE.append("b")'
    )


def test_the_text_is_what_runs(solution: Solution, tmp_path: Path) -> None:
    solution.prepare(context(tmp_path))
    solution.run("first", context(tmp_path))
    assert solution._module.DONE == ["prepared", "f-123456789012", "b"]


def test_what_the_author_left_out_is_told(solution: Solution, tmp_path: Path) -> None:
    assert solution.reset(context(tmp_path)) is False
    with pytest.raises(DojoError, match="no solution for the step 'second'"):
        solution.text("second")
    with pytest.raises(DojoError, match="no solution"):
        solution.run("second", context(tmp_path))
    with pytest.raises(DojoError, match="has no step"):
        solution.run("third", context(tmp_path))


def test_files_are_the_learners_own_and_else_the_labs(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("the lab's")
    lab = context(tmp_path)
    assert lab.path("files", "a.txt").read_text() == "the lab's"
    (tmp_path / "copy" / "files").mkdir(parents=True)
    (tmp_path / "copy" / "files" / "a.txt").write_text("mine")
    assert lab.path("files", "a.txt").read_text() == "mine"


def test_unknown_names_are_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="function"):
        context(tmp_path).name("bucket")


def test_the_runtime_is_one_that_lambda_has(tmp_path: Path) -> None:
    assert context(tmp_path).runtime.startswith("python3.")
    elsewhere = SolutionContext(LAB, replace(BACKEND, name="localstack"), tmp_path)
    assert elsewhere.runtime == "python3.13"
