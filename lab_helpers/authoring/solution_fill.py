"""A notebook with the solutions typed in: what a learner who knows everything would run.

An exercise cell names a step; its solution is the body of that step's function in
``.source/solution/steps.py``. So the shown solution, the one that ``catch_up`` replays and the
one that a notebook is proved with are one text.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from typing import Any

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.notebook_build import METADATA_KEY
from lab_helpers.errors import DojoError


def solution_bodies(lab: LabSource) -> dict[str, str]:
    """Step id → the code of its solution as a cell would hold it (no ``def``, no docstring)."""
    text = lab.solution_path.read_text(encoding="utf-8")
    lines = text.splitlines()
    bodies: dict[str, str] = {}
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        statements = node.body
        start = node.lineno
        first = statements[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            start = first.end_lineno or first.lineno
        bodies[node.name] = textwrap.dedent("\n".join(lines[start : node.end_lineno])).strip("\n")
    return bodies


def fill_notebook(notebook: Any, lab: LabSource) -> Any:
    """A copy of ``notebook`` whose exercise cells hold the solutions.

    The first line of an exercise cell (its ``%%step`` or ``%%writefile``) stays.
    Raises :class:`DojoError` where a cell names a solution that does not exist.
    """
    filled = copy.deepcopy(notebook)
    bodies = solution_bodies(lab)
    for cell in filled.cells:
        wanted = cell.metadata.get(METADATA_KEY, {})
        if step := wanted.get("solution"):
            if step not in bodies:
                raise _missing(lab, f"def {step}(lab) in solution/steps.py")
            cell.source = f"{_first_line(cell.source)}\n{bodies[step]}"
        elif name := wanted.get("solution_file"):
            path = lab.source / "solution" / name
            if not path.is_file():
                raise _missing(lab, f"the file solution/{name}")
            cell.source = f"{_first_line(cell.source)}\n{path.read_text(encoding='utf-8')}"
    return filled


def _first_line(source: str) -> str:
    return str(source).splitlines()[0]


def _missing(lab: LabSource, what: str) -> DojoError:
    return DojoError(
        f"{lab.folder.name} lacks {what}.",
        why="A cell of lab.md names it as its solution.",
        now="Write it, or correct the cell's :solution: or :solution-file: line.",
    )
