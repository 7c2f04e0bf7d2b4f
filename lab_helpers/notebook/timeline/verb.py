"""``lab.timeline``."""

from __future__ import annotations

from lab_helpers.grading.evidence import Evidence
from lab_helpers.notebook.shown import Note
from lab_helpers.notebook.timeline.journal_tail import JournalTail
from lab_helpers.notebook.timeline.question import read_question
from lab_helpers.notebook.timeline.shown import ShownTimeline
from lab_helpers.notebook.timeline.view import View
from lab_helpers.notebook.timeline.words import say


def timeline(
    evidence: Evidence, what: object, language: str, *, live: bool, since_s: float = 0.0
) -> ShownTimeline | Note:
    """The timeline, or a note that there is nothing to draw.

    Raises:
        CannotLook: the backend does not answer.
    """
    if evidence.journal is None:
        return Note(say("unavailable", language, backend=evidence.backend.name))
    question = read_question(what)
    if question is None:
        return Note(say("not_readable", language), mark="○")
    tail = JournalTail(evidence.journal)
    tail.look()
    view = View(evidence, tail, question, language, since_s)
    view.refresh()
    if view.is_empty and not live:
        asked = str(question)
        told = say("nothing_of", language, what=asked) if asked else say("nothing", language)
        return Note(told, mark="○")
    return ShownTimeline(view, tail, live=live)
