"""``author verify``: a lab proves itself. There is no list of labs that may skip this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab_helpers.authoring.build import build_all
from lab_helpers.authoring.lab_source import LANGUAGES, LabSource
from lab_helpers.authoring.proof import Proof, Proofs, Stopwatch
from lab_helpers.authoring.proving import Task, default_workers, prove_tasks
from lab_helpers.authoring.text_faults import text_faults


def text_proofs(root: Path, lab: LabSource) -> Proofs:
    """What can be seen without a cloud: sound texts, and built files that are current."""
    watch = Stopwatch()
    faults = text_faults(lab)
    yield Proof(lab.name, "texts: pairs, hints, links", "; ".join(faults), watch.lap())
    if faults:
        return  # what has missing pairs cannot be built
    stale = [file.path.name for file in build_all(root, [lab]) if not file.is_current]
    fault = f"stale: {', '.join(stale)}; run lambda-dojo author build" if stale else ""
    yield Proof(lab.name, "built files are current", fault, watch.lap())


def verify_labs(
    root: Path,
    labs: list[LabSource],
    tell: Callable[[Proof], None],
    notebooks: bool = True,
    workers: int | None = None,
) -> list[Proof]:
    """Prove every lab; ``tell`` hears of each proof as soon as it is done.

    Args:
        notebooks: whether to run the notebooks too, which takes most of the time.
        workers: how many parts of labs are proved at once; default: a few more than cores.

    Returns:
        All proofs, lab by lab.

    Raises:
        DojoError: a lab's files cannot be read.
    """
    texts = {lab: list(_told(text_proofs(root, lab), tell)) for lab in labs}
    # The longest tasks first, or the last one would run alone.
    longest = sorted(labs, key=lambda lab: len(lab.wrong_paths), reverse=True)
    tasks = [Task(lab, "steps") for lab in longest]
    if notebooks:
        tasks += [Task(lab, "notebooks") for lab in longest]
    found = prove_tasks(tasks, tell, workers or default_workers())
    return [
        proof
        for lab in labs
        for proofs in (
            texts[lab],
            *(own for task, own in zip(tasks, found, strict=True) if task.lab == lab),
        )
        for proof in proofs
    ]


def claims_of(lab: LabSource, notebooks: bool = True) -> int:
    """How many claims a sound lab makes."""
    cloud = 2 + len(lab.step_ids()) + 2 + len(lab.wrong_paths)
    return 2 + cloud + (2 * len(LANGUAGES) if notebooks else 0)


def _told(proofs: Proofs, tell: Callable[[Proof], None]) -> Proofs:
    for proof in proofs:
        tell(proof)
        yield proof
