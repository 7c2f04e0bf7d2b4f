"""What a learner's notebook waits for. Only ours has such figures: others yield none."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial

from benchmarks.contender import BenchmarkError
from benchmarks.ground import Ground
from benchmarks.measure import Counts
from benchmarks.ours import OURS
from benchmarks.surroundings import PROJECT, clean_environment

PATIENCE_S = 120.0
_NOTEBOOK = """
import json, sys, time

def took(work):
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000

sys.path.insert(0, sys.argv[1])
taken = {"import_package": took(lambda: __import__("lab_helpers"))}
if sys.argv[2:]:
    from lab_helpers import start_lab
    import boto3
    taken["start_lab"] = took(lambda: start_lab("create_function"))
    lab = start_lab("create_function")
    lab.catch_up("create_role")
    lab.check("create_role")
    taken["check"] = took(lambda: lab.check("create_role"))
if "timeline" in sys.argv[2:]:
    lab.catch_up("invoke")
    name, lambda_client = lab.name("function"), lab.client("lambda")
    for _ in range(1_000):
        lambda_client.invoke(FunctionName=name)
    taken["timeline"] = took(lambda: lab.timeline(name).svg)
print(json.dumps(taken), file=sys.__stderr__)
"""


def _measured(key: str, ground: Ground, counts: Counts) -> Iterator[float]:
    if ground.contender.key != OURS:
        return
    for _ in range(counts.processes):
        yield _in_a_notebook(ground, [] if key == "import_package" else ["lab"])[key]


def timeline(ground: Ground, counts: Counts) -> Iterator[float]:
    """One process: it is a thousand invocations that take the time."""
    if ground.contender.key == OURS:
        yield _in_a_notebook(ground, ["lab", "timeline"])["timeline"]


def _in_a_notebook(ground: Ground, arguments: list[str]) -> dict[str, float]:
    """In a process and a folder of its own, next to the running cloud."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _NOTEBOOK, str(PROJECT), *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            cwd=folder,
            env=clean_environment(ground.server.home, LAMBDA_DOJO_HOME=str(ground.server.home)),
            check=False,
        )
    try:
        found: dict[str, float] = json.loads(done.stderr.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise BenchmarkError(f"the notebook failed: {done.stderr[-300:]}") from error
    return found


import_package = partial(_measured, "import_package")
start_lab = partial(_measured, "start_lab")
check_again = partial(_measured, "check")
