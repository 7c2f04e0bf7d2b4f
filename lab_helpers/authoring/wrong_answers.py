"""What wrong answers are made of: code in a zip, sent to a function."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_helpers.catalog import Lab
from lab_helpers.errors import DojoError
from lab_helpers.grading.solution import Solution, SolutionContext, load_module


@dataclass(frozen=True)
class WrongAnswer:
    """One known mistake: ``wrong/<name>.py``.

    Attributes:
        step: the step that is done wrongly; all steps before it are done right.
        diagnosis: the code that the step's check must give.
    """

    name: str
    step: str
    diagnosis: str
    module: Any

    def apply(self, lab: SolutionContext) -> None:
        """Make the mistake."""
        self.module.apply(lab)


def load_wrong_answer(path: Path) -> WrongAnswer:
    """Raises DojoError where the file lacks ``STEP``, ``DIAGNOSIS`` or ``apply``."""
    module = load_module(path, f"lambda_dojo_wrong_{path.stem}")
    missing = [name for name in ("STEP", "DIAGNOSIS", "apply") if not hasattr(module, name)]
    if missing:
        raise DojoError(
            f"{path.name} is no wrong answer.",
            why=f"It lacks {', '.join(missing)}.",
            now='Write STEP = "…", DIAGNOSIS = "…" and def apply(lab).',
        )
    return WrongAnswer(path.stem, module.STEP, module.DIAGNOSIS, module)


def zip_of(files: Mapping[str, str]) -> bytes:
    """A deployment package of texts: path in the zip → source."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        for path, source in files.items():
            package.writestr(path, source)
    return archive.getvalue()


def deploy(lab: SolutionContext, source: str, function: str = "dojo-s3-python-lambda") -> None:
    """Replace a function's code by one module, ``lambda_function.py``, and wait for it."""
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName=function, ZipFile=zip_of({"lambda_function.py": source})
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)


def configure(
    lab: SolutionContext, function: str = "dojo-s3-python-lambda", **changes: Any
) -> None:
    """Change a function's configuration and wait for it."""
    lambda_client = lab.client("lambda")
    lambda_client.update_function_configuration(FunctionName=function, **changes)
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)


def do_as_solution(lab: SolutionContext, step: str) -> None:
    """Do one step right, where a mistake is a small change to what is right."""
    solution_of(lab.definition).run(step, lab)


_SOLUTIONS: dict[Path, Solution] = {}


def solution_of(lab: Lab) -> Solution:
    """The lab's solution; its ``steps.py`` is loaded once, so that what it keeps is kept."""
    return _SOLUTIONS.setdefault(lab.folder, Solution(lab))
