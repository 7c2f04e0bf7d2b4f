"""The labs on an AWS that nobody here wrote: each step passes, or its absence is declared."""

from __future__ import annotations

import json

import pytest

from lab_helpers.backends.capability_table import capabilities_of, capability_table
from lab_helpers.catalog import load_labs
from tests.localstack.solve import Verdicts

pytestmark = [pytest.mark.slow, pytest.mark.localstack, pytest.mark.xdist_group("localstack")]

STEPS = [(lab.id, step.id) for lab in load_labs() for step in lab.steps]


@pytest.mark.parametrize(("lab", "step"), STEPS, ids=list(map("/".join, STEPS)))
def test_the_solution_of_each_step_passes_or_its_absence_is_declared(
    verdicts: Verdicts, lab: str, step: str
) -> None:
    assert (lab, step) in verdicts, "it was not reached: the log tells why"
    verdict = verdicts[lab, step]
    (definition,) = (known for known in load_labs() if known.id == lab)
    lacking = definition.lacking(step, capabilities_of("localstack"))
    if lacking:
        assert (verdict["outcome"], verdict["diagnosis"]) == ("unavailable", "capability_missing")
        assert all(reason in capability_table()["localstack"].lacks for reason in lacking)
    else:
        assert verdict["outcome"] == "passed", json.dumps(verdict, indent=1)


def test_most_steps_can_be_done(verdicts: Verdicts) -> None:
    """Whoever declares everything unavailable proves nothing."""
    passed = [key for key, verdict in verdicts.items() if verdict["outcome"] == "passed"]
    assert len(passed) > len(STEPS) / 2
    assert len({lab for lab, _ in passed}) >= 8
