"""``lab.bill``."""

from __future__ import annotations

from lab_helpers.grading.evidence import Evidence
from lab_helpers.notebook.bill.looking import look
from lab_helpers.notebook.bill.shown import ShownBill
from lab_helpers.notebook.bill.words import say
from lab_helpers.notebook.shown import Note


def bill(evidence: Evidence, language: str, opened_s: float) -> ShownBill | Note:
    """The bill, or a note that there is nothing to charge for.

    Args:
        opened_s: when the lab was opened; what ran before counts where nothing has since.

    Raises:
        CannotLook: the backend does not answer.
    """
    seen = look(evidence, opened_s)
    if not seen.runs:
        return Note(say("nothing", language), mark="○")
    notes = []
    if not seen.complete:
        notes.append(say("from_logs", language, backend=evidence.backend.name))
    if seen.log_bytes is None:
        notes.append(say("no_logs", language))
    return ShownBill(seen, evidence.region, language, tuple(notes))
