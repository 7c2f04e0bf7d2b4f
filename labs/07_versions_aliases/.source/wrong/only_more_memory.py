"""A setting was changed, and the old code published again."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "second_version"
DIAGNOSIS = "only_settings_changed"


def apply(lab: SolutionContext) -> None:
    configure(lab, "dojo-price-quote", MemorySize=256)
    lab.client("lambda").publish_version(FunctionName="dojo-price-quote")
