"""The format is JSON, but the old code still calls setLevel."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import configure
from lab_helpers.grading.solution import SolutionContext

STEP = "json_format"
DIAGNOSIS = "level_set_in_code"


def apply(lab: SolutionContext) -> None:
    configure(
        lab,
        "dojo-order-desk",
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
    )
