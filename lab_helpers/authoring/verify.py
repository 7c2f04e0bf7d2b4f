"""``author verify``: a lab proves itself. There is no list of labs that may skip this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab_helpers.authoring.build import build_lab, build_maps
from lab_helpers.authoring.lab_source import LANGUAGES, LabSource, find_labs
from lab_helpers.authoring.proof import Proof, Proofs, Stopwatch
from lab_helpers.authoring.proving import Task, default_workers, prove_tasks
from lab_helpers.authoring.text_faults import text_faults


def text_proofs(lab: LabSource) -> Proofs:
    """What can be seen without a cloud: sound texts, and built files that are current."""
    watch = Stopwatch()
    faults = text_faults(lab)
    yield Proof(lab.name, "texts: pairs, hints, links", "; ".join(faults), watch.lap())
    if faults:
        return  # what has missing pairs cannot be built
    stale = [file.path.name for file in build_lab(lab) if not file.is_current]
    fault = f"stale: {', '.join(stale)}; run lambda-dojo author build" if stale else ""
    yield Proof(lab.name, "built files are current", fault, watch.lap())


def map_proofs(root: Path) -> Proofs:
    """The maps of all labs are current."""
    watch = Stopwatch()
    stale = [str(file.path) for file in build_maps(root) if not file.is_current]
    fault = f"stale: {', '.join(stale)}; run lambda-dojo author build" if stale else ""
    yield Proof("all labs", "the maps of the labs are current", fault, watch.lap())


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
        All proofs: those of all labs together, then lab by lab.

    Raises:
        DojoError: a lab's files cannot be read.
    """
    texts = {lab: list(_told(text_proofs(lab), tell)) for lab in labs}
    sound = all(proof.holds for proofs in texts.values() for proof in proofs)
    whole = labs == find_labs(root) and sound  # what has missing pairs cannot be listed
    maps = list(_told(map_proofs(root), tell)) if whole else []
    # The longest tasks first, or the last one would run alone.
    longest = sorted(labs, key=lambda lab: len(lab.wrong_paths), reverse=True)
    tasks = [Task(lab, "steps") for lab in longest]
    if notebooks:
        tasks += [Task(lab, "notebooks") for lab in longest]
    found = prove_tasks(tasks, tell, workers or default_workers())
    return maps + [
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
