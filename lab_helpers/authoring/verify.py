"""``author verify``: a lab proves itself. There is no list of labs that may skip this."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from lab_helpers.authoring.build import build_all
from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.notebook_proofs import notebook_proofs
from lab_helpers.authoring.proof import Proof, Proofs, Stopwatch
from lab_helpers.authoring.proving_cloud import proving_cloud
from lab_helpers.authoring.step_proofs import StepProofs
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
    root: Path, labs: list[LabSource], tell: Callable[[Proof], None], notebooks: bool = True
) -> list[Proof]:
    """Prove every lab; ``tell`` hears of each proof as soon as it is done.

    Args:
        notebooks: whether to run the notebooks too, which takes most of the time.

    Raises:
        DojoError: the embedded cloud does not start, or a lab's files cannot be read.
    """
    proofs: list[Proof] = []

    def collect(found: Proofs) -> None:
        for proof in found:
            tell(proof)
            proofs.append(proof)

    for lab in labs:
        collect(text_proofs(root, lab))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for lab in labs:
            with proving_cloud(Path(home)) as cloud:
                steps = StepProofs(lab, cloud)
                collect(steps.untouched())
                collect(steps.solution())
                collect(steps.wrong_answers())
                if notebooks:
                    collect(notebook_proofs(steps))
    return proofs
