"""What an author reads while a course proves itself."""

from __future__ import annotations

import pytest

from lab_helpers.authoring.proof import Proof
from lab_helpers.authoring.verify_screen import VerifyScreen

PROOFS = [
    Proof("one", "texts", seconds=1.0),
    Proof("two", "texts", "a link\nleads nowhere", 2.0),
    Proof("one", "solution", seconds=0.5),
]


def test_a_line_per_claim_and_per_lab_and_no_bar_where_nobody_looks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with VerifyScreen(3) as screen:
        for proof in PROOFS:
            screen.tell(proof)
    screen.summary(PROOFS, 2.1)
    told = capsys.readouterr()
    assert told.err.strip() == ""
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert lines[:4] == [
        "ok one texts 1.0 s",
        "FAIL two texts 2.0 s",
        "a link",
        "leads nowhere",
    ]
    assert lines[-3:] == [
        "one 2 of 2 claims hold 1.5 s",
        "two 0 of 1 claims hold 2.0 s",
        "all 2 of 3 claims hold 2.1 s",
    ]
