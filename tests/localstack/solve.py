"""Labs solved on LocalStack step by step, in a process of its own, each step checked once done.

    python -m tests.localstack.solve URL create_function s3_event_notification

Writes a JSON object in a line of its own for each step.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab_helpers.authoring.lab_source import find_labs
from lab_helpers.authoring.proving_cloud import ProvingCloud
from lab_helpers.authoring.step_proofs import StepProofs
from lab_helpers.backends.select import select_backend
from lab_helpers.grading.outcome import Outcome

Verdicts = Mapping[tuple[str, str], Mapping[str, Any]]
"""Lab and step → what is written of it."""
SECOND_LOOKS = 3
SECOND_LOOK_AFTER_S = 5.0
"""A learner checks again, too: nine labs at once keep LocalStack busy, and it answers late."""
LABS = Path(__file__).parents[2] / "labs"


def solve(url: str, names: list[str]) -> None:
    """What is unavailable is not done either, as a learner is told beforehand."""
    backend = select_backend("localstack", environ={"AWS_ENDPOINT_URL": url})
    for lab in find_labs(LABS, names):
        proofs = StepProofs(lab, ProvingCloud(backend, {}))
        doable = [s for s in proofs.steps if not proofs.lab.lacking(s, backend.capabilities)]
        if doable:
            proofs.begin()
        for step in proofs.steps:
            began = time.monotonic()
            fault = proofs.run(step) if step in doable else ""
            (report,) = proofs.judge([step])
            looks_left = SECOND_LOOKS if step in doable else 0
            while report.outcome is not Outcome.PASSED and looks_left:
                looks_left -= 1
                time.sleep(SECOND_LOOK_AFTER_S)
                (report,) = proofs.judge([step])
            verdict = {
                "lab": lab.name,
                "step": step,
                "outcome": report.outcome,
                "diagnosis": report.diagnosis,
                "seconds": round(time.monotonic() - began, 1),
                "found": f"{fault} {report.message.found.en} {report.details[-1500:]}".strip(),
            }
            print(json.dumps(verdict), flush=True)


if __name__ == "__main__":
    solve(sys.argv[1], sys.argv[2:])
