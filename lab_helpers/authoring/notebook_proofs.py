"""Both notebooks of a lab, run from top to bottom: as they come, and with the solutions in."""

from __future__ import annotations

import ast
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from lab_helpers.authoring.lab_source import LANGUAGES, LabSource
from lab_helpers.authoring.proof import Proof, Proofs, Stopwatch
from lab_helpers.authoring.solution_fill import fill_notebook
from lab_helpers.authoring.step_proofs import StepProofs
from lab_helpers.authoring.warm_kernels import Nursery, WarmKernelManager
from lab_helpers.catalog import read_quiz
from lab_helpers.grading.outcome import Outcome
from lab_helpers.notebook.step_cells import blank_lines
from lab_helpers.progress import FILE_NAME, STATE_FOLDER

CELL_LIMIT_S = 120
_read: Any = nbformat.read  # nbformat carries no types
_from_dict: Any = nbformat.from_dict
_client: Any = NotebookClient


def notebook_proofs(lab: StepProofs, nursery: Nursery | None = None) -> Proofs:
    """Untouched: no cell crashes, nothing counts as attempted. Filled: every step passes.

    Args:
        nursery: where kernels come from; None for Jupyter's own way.
    """
    for language in LANGUAGES:
        notebook = _read(lab.source.notebook_path(language), as_version=4)
        for filled, outcome in ((False, Outcome.NOT_ATTEMPTED), (True, Outcome.PASSED)):
            watch = Stopwatch()
            lab.begin()
            ready = fill_notebook(notebook, lab.source) if filled else notebook
            fault = _blanks(ready) if filled else ""
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as workspace:
                fault = fault or _run(
                    ready, lab.source, Path(workspace), lab.cloud.environment, nursery
                )
                fault = fault or _checks_in_passing(Path(workspace), lab.steps, outcome)
                fault = fault or _quiz_in_passing(Path(workspace), lab, filled)
            fault = fault or lab.outcomes(outcome)
            kind = "filled in" if filled else "untouched"
            claim = f"notebook {language}, {kind}: runs, {outcome}"
            yield Proof(lab.lab.id, claim, fault, watch.lap())


def _run(
    notebook: Any,
    lab: LabSource,
    workspace: Path,
    environment: dict[str, str],
    nursery: Nursery | None,
) -> str:
    """Run in a learner's workspace: a copy of the lab without what its author wrote."""
    folder = workspace / "labs" / lab.folder.name
    shutil.copytree(lab.folder, folder, ignore=shutil.ignore_patterns(".source", "*.ipynb"))
    (workspace / STATE_FOLDER).mkdir()
    client = _client(
        _from_dict(notebook),
        timeout=CELL_LIMIT_S,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # the kernel warns of TCP on loopback
        resources={"metadata": {"path": str(folder)}},
        km=WarmKernelManager(nursery) if nursery else None,
    )
    try:
        client.execute(env=environment, cleanup_kc=True)
    except CellExecutionError as error:
        return f"a cell crashed: {str(error)[-1500:]}"
    except Exception as error:  # a kernel that dies or hangs ends in several exceptions
        return f"{type(error).__name__}: {error}"
    return ""


def _checks_in_passing(workspace: Path, steps: list[str], outcome: Outcome) -> str:
    """What the notebook's own ``lab.check`` cells found, in the learner's record."""
    checks = _recorded(workspace, "check")
    wrong = [
        f"lab.check({event['step']!r}) found {event['outcome']} ({event.get('diagnosis')})"
        for event in checks
        if event["outcome"] != outcome
    ]
    never = [step for step in steps if step not in {event["step"] for event in checks}]
    return "; ".join(wrong + [f"no cell checks {step}" for step in never])


def _quiz_in_passing(workspace: Path, lab: StepProofs, filled: bool) -> str:
    """Untouched, no answer is recorded; filled in, every answer is right."""
    questions = [question.id for question in read_quiz(lab.lab)] if filled else []
    right = [name for event in _recorded(workspace, "quiz") for name in event["right"]]
    return "" if right == questions else f"the warm-up: right are {right}, not {questions}"


def _recorded(workspace: Path, kind: str) -> list[dict[str, Any]]:
    """The events of this kind in the learner's record, in order."""
    path = workspace / STATE_FOLDER / FILE_NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [event for event in map(json.loads, lines) if event["kind"] == kind]


def _blanks(notebook: Any) -> str:
    """A blank that no solution fills would never run in the filled notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code = "\n".join(
                "" if line.startswith("%") else line for line in cell.source.splitlines()
            )
            if blank_lines(ast.parse(code)):
                return f"a blank that no solution fills: {cell.source[:80]!r}"
    return ""
