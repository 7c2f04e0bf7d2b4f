"""Tasks run side by side; whatever ends one early is told, and the others go on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.proof import Proof, Proofs
from lab_helpers.authoring.proving import Task, prove_tasks
from lab_helpers.errors import DojoError

pytestmark = pytest.mark.slow  # beside pytest's threads a process has to import everything anew


@dataclass(frozen=True)
class Told(Task):
    """A task that needs no cloud; its behaviour is its lab's name."""

    def proofs(self) -> Proofs:
        name = self.lab.name
        yield Proof(name, "first", seconds=time.monotonic())
        if name == "dies":
            os._exit(3)
        if name == "refuses":
            raise DojoError("The cloud did not start.")
        yield Proof(name, f"second, in process {os.getpid()}")


def task(name: str) -> Task:
    return Told(LabSource(Path(f"labs/01_{name}")), "steps")


def test_every_task_is_proved_in_a_process_of_its_own_and_told_as_it_goes() -> None:
    told: list[Proof] = []
    found = prove_tasks([task("one"), task("two"), task("three")], told.append, workers=2)
    assert [[proof.lab for proof in proofs] for proofs in found] == [
        ["one", "one"],
        ["two", "two"],
        ["three", "three"],
    ]
    assert all(proof.holds for proof in told)
    assert sorted(map(repr, told)) == sorted(repr(proof) for proofs in found for proof in proofs)
    assert len({proofs[1].claim for proofs in found} | {str(os.getpid())}) == 4


def test_a_process_that_dies_is_a_fault_and_the_rest_is_proved() -> None:
    died, lived = prove_tasks([task("dies"), task("lives")], lambda _: None, workers=1)
    assert [proof.holds for proof in died] == [True, False]
    assert "ended with status 3" in died[1].fault
    assert [proof.holds for proof in lived] == [True, True]


def test_a_cloud_that_does_not_start_is_a_fault() -> None:
    [[first, second]] = prove_tasks([task("refuses")], lambda _: None, workers=4)
    assert first.holds
    assert "The cloud did not start." in second.fault


def test_there_may_be_nothing_to_prove() -> None:
    assert prove_tasks([], lambda _: None, workers=2) == []
