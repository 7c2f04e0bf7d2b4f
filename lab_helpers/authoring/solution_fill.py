"""A notebook with the solutions typed in: what a learner who knows everything would run.

An exercise cell names a step; its solution is the body of that step's function in
``.source/solution/steps.py``. So the shown solution, the one that ``catch_up`` replays and the
one that a notebook is proved with are one text.
"""

from __future__ import annotations

import ast
import copy
import re
from typing import Any

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.notebook_build import METADATA_KEY
from lab_helpers.catalog import load_lab, read_quiz
from lab_helpers.errors import DojoError
from lab_helpers.grading.solution import Solution

QUIZ_BLANKS = re.compile(r"lab\.quiz\(\s*(?P<blanks>\.\.\.(?:\s*,\s*\.\.\.)*)\s*,?\s*\)")
"""The cell in which a learner answers the warm-up: ``lab.quiz(..., ..., ...)``."""


def solution_names(lab: LabSource) -> set[str]:
    """The functions of ``solution/steps.py``; empty where there is no such file."""
    if not lab.solution_path.is_file():
        return set()
    tree = ast.parse(lab.solution_path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def fill_notebook(notebook: Any, lab: LabSource) -> Any:
    """A copy of ``notebook`` whose exercise cells hold the solutions.

    The first line of an exercise cell (its ``%%step`` or ``%%writefile``) stays.
    Raises :class:`DojoError` where a cell names a solution that does not exist.
    """
    filled = copy.deepcopy(notebook)
    definition = load_lab(lab.folder)
    solution = Solution(definition)
    answers = ", ".join(f'"{question.answer}"' for question in read_quiz(definition))
    for cell in filled.cells:
        if cell.cell_type == "code":
            cell.source = QUIZ_BLANKS.sub(f"lab.quiz({answers})", cell.source)
        wanted = cell.metadata.get(METADATA_KEY, {})
        if step := wanted.get("solution"):
            cell.source = f"{_first_line(cell.source)}\n{solution.text(step)}"
        elif guess := wanted.get("prediction"):
            cell.source = cell.source.replace("...", repr(guess))
        elif name := wanted.get("solution_file"):
            path = lab.source / "solution" / name
            if not path.is_file():
                raise _missing(lab, f"the file solution/{name}")
            cell.source = f"{_first_line(cell.source)}\n{path.read_text(encoding='utf-8').rstrip()}"
    return filled


def _first_line(source: str) -> str:
    return str(source).splitlines()[0]


def _missing(lab: LabSource, what: str) -> DojoError:
    return DojoError(
        f"{lab.folder.name} lacks {what}.",
        why="A cell of lab.md names it as its solution.",
        now="Write it, or correct the cell's :solution: or :solution-file: line.",
    )
