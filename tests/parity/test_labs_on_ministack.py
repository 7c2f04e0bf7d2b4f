"""Labs solved on MiniStack: each step passes, or what it lacks is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_helpers.authoring.lab_source import find_labs
from lab_helpers.authoring.proving_cloud import ProvingCloud
from lab_helpers.authoring.step_proofs import StepProofs
from lab_helpers.backends.select import select_backend
from tests.parity import peers

LABS = Path(__file__).parents[2] / "labs"
TRIED = ("create_function", "s3_event_notification")
"""The others were solved by hand (docs/backends.md)."""


@pytest.mark.slow
@pytest.mark.xdist_group("parity-ministack")
def test_a_labs_steps_pass_or_are_unavailable(tmp_path: Path) -> None:
    found: dict[str, str] = {}
    with peers.ministack(tmp_path) as cloud:
        backend = select_backend("ministack", environ={"AWS_ENDPOINT_URL": cloud.endpoint})
        for lab in find_labs(LABS, list(TRIED)):
            proofs = StepProofs(lab, ProvingCloud(backend, {}))
            lacking = {s for s in proofs.steps if proofs.lab.lacking(s, backend.capabilities)}
            proofs.begin()
            for step in proofs.steps:
                fault = "" if step in lacking else proofs.run(step)
                (report,) = proofs.judge([step])
                wanted = "unavailable" if step in lacking else "passed"
                if report.outcome != wanted:
                    found[f"{lab.name}/{step}"] = (
                        f"{report.outcome}: {fault} {report.message.found.en}"
                    )
    assert found == {}
