"""Labs proved side by side: each part of a lab in a process, on a cloud, of its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Literal

from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.notebook_proofs import notebook_proofs
from lab_helpers.authoring.proof import Proof, Proofs
from lab_helpers.authoring.proving_cloud import proving_cloud
from lab_helpers.authoring.step_proofs import StepProofs
from lab_helpers.authoring.warm_kernels import import_ahead, nursery
from lab_helpers.backends.session import preload
from lab_helpers.catalog import load_lab
from lab_helpers.errors import DojoError

Part = Literal["steps", "notebooks"]
END_LIMIT_S = 10.0
WANTED_BY_MOST = ("cloudwatch", "dynamodb", "iam", "lambda", "logs", "s3", "sns", "sqs", "sts")
"""Services whose models are parsed once, before the proving processes are forked."""


@dataclass(frozen=True)
class Task:
    """A part of a lab that needs nothing of the other parts."""

    lab: LabSource
    part: Part

    def proofs(self) -> Proofs:
        """Prove it, here and now, on a cloud that is started for it."""
        scale = load_lab(self.lab.folder).proving_time_scale
        forks = self.part == "notebooks" and may_fork()
        with (
            # first of all: what starts later may start threads
            nursery() if forks else nullcontext() as kernels,
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
            proving_cloud(Path(home), scale) as cloud,
        ):
            steps = StepProofs(self.lab, cloud)
            if self.part == "notebooks":
                yield from notebook_proofs(steps, kernels)
            else:
                yield from steps.untouched()
                yield from steps.solution()
                yield from steps.wrong_answers()


def default_workers() -> int:
    """How many tasks run at once: what one waits for, another may use the CPU for."""
    return (os.cpu_count() or 1) + 1


def prove_tasks(
    tasks: Sequence[Task], tell: Callable[[Proof], None], workers: int
) -> list[list[Proof]]:
    """Prove ``tasks``, ``workers`` at a time, the first ones first.

    Args:
        tell: hears of each proof as soon as it is done; those of several tasks come mixed.

    Returns:
        The proofs of each task, in the order of ``tasks``. Whatever keeps a task from its end is
        a proof with a fault.
    """
    found: list[list[Proof]] = [[] for _ in tasks]
    waiting = deque(range(len(tasks)))
    running: dict[Connection, tuple[int, Any]] = {}
    context = _context()
    if context.get_start_method() == "fork":
        preload(WANTED_BY_MOST)
        import_ahead()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number = waiting.popleft()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(tasks[number], theirs), daemon=True)
                process.start()
                theirs.close()
                running[ours] = (number, process)
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                number, process = running[ready]
                proof, ended = _receive(ready, tasks[number], process)
                if proof is not None:
                    found[number].append(proof)
                    tell(proof)
                if ended:
                    del running[ready]
    finally:
        for _, process in running.values():  # interrupted: their clouds end with them
            process.terminate()
    return found


def may_fork() -> bool:
    """A fork has everything imported at once; it is safe only where no other thread runs."""
    return sys.platform == "linux" and threading.active_count() == 1


def _context() -> Any:
    return multiprocessing.get_context("fork" if may_fork() else "spawn")


def _work(task: Task, results: Connection) -> None:
    try:
        for proof in task.proofs():
            results.send(proof)
    except DojoError as error:
        results.send(Proof(task.lab.name, f"{task.part} can be proved", str(error)))
    results.send(None)


def _receive(results: Connection, task: Task, process: Any) -> tuple[Proof | None, bool]:
    """The next proof, if it is one, and whether the task has come to its end."""
    try:
        proof = results.recv()
    except EOFError:
        process.join(END_LIMIT_S)
        fault = f"the process that proved it ended with status {process.exitcode}"
        return Proof(task.lab.name, f"{task.part} can be proved", fault), True
    if proof is None:
        process.join(END_LIMIT_S)
        return None, True
    assert isinstance(proof, Proof)
    return proof, False
