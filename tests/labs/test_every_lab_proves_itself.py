"""Untouched, solution, wrong answers, both notebooks; for every lab, with no list of exceptions."""

import pytest

from lab_helpers.authoring.lab_source import LabSource, default_labs_root, find_labs
from lab_helpers.authoring.proof import Proof
from lab_helpers.authoring.verify import verify_labs

ROOT = default_labs_root()


@pytest.mark.slow
@pytest.mark.parametrize("lab", find_labs(ROOT), ids=lambda lab: lab.name)
def test_every_lab_proves_itself(lab: LabSource) -> None:
    told: list[Proof] = []
    proofs = verify_labs(ROOT, [lab], told.append, workers=1)
    assert [f"{proof.claim}: {proof.fault}" for proof in proofs if not proof.holds] == []
    assert told == proofs
    assert len(proofs) > 2 * len(lab.step_ids())
