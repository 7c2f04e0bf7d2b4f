"""The code needs Pillow, and nothing delivers it."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "thumbnail"
DIAGNOSIS = "pillow_missing"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "thumbnail")
    configure(lab, Layers=[])
