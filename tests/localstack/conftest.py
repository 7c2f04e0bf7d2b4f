"""All labs solved on one LocalStack at once: most of it is waiting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.catalog import Lab, load_labs
from scripts import localstack_host
from tests.localstack.solve import Verdicts

PROJECT = Path(__file__).parents[2]
SOLVED_WITHIN_S = 600.0


@pytest.fixture(scope="session")
def verdicts(localstack: localstack_host.Running) -> Verdicts:
    """Each chain of labs that share a name in a process of its own, all at the same time."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAB_"))}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.localstack.solve", localstack.url, *chain],
            cwd=PROJECT,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        for chain in _chains(list(load_labs()))
    ]
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    try:
        for process in processes:
            said, _ = process.communicate(timeout=SOLVED_WITHIN_S)
            for verdict in map(json.loads, said.splitlines()):
                found[verdict["lab"], verdict["step"]] = verdict
    finally:
        for process in processes:
            process.kill()
    return found


def _chains(labs: list[Lab]) -> list[list[str]]:
    """Labs that work on the same function must not do so at the same time."""
    chains: list[tuple[list[str], set[str]]] = []
    for lab in labs:
        names = set(lab.names.values())
        touching = [chain for chain in chains if chain[1] & names]
        ids = [known for chain in touching for known in chain[0]] + [lab.id]
        chains = [chain for chain in chains if chain not in touching]
        chains.append((ids, names.union(*(chain[1] for chain in touching))))
    return [ids for ids, _ in chains]
