"""The variable is there and empty."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "environment_variable"
DIAGNOSIS = "variable_empty"


def apply(lab: SolutionContext) -> None:
    configure(lab, Environment={"Variables": {"GREETING": " "}})
