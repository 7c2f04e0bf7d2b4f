"""``lab.why``: from an error, a response or a request id to the denial behind it, explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.backends.backend import Backend
from lab_helpers.grading.denials import CHECK_SESSION, Denial, read_denials
from lab_helpers.notebook.shown import Note
from lab_helpers.notebook.why_shown import ShownWhy
from lab_helpers.notebook.why_words import say


def explain(backend: Backend, what: object, language: str) -> ShownWhy | Note:
    """The explanation of a denial, or a note that there is nothing to explain.

    Args:
        what: an error that boto3 raised, a response of boto3 (an invocation's: what the
            function's code was refused), a request id, or None: the last denial.

    Raises:
        CannotLook: the backend does not answer.
    """
    request_id = _request_id(what)
    if what is not None and not request_id:
        return Note(say("not_readable", language), mark="○")
    found = read_denials(backend, request_id)
    if found is None:
        return Note(say("unavailable", language, backend=backend.name))
    if not request_id:  # what a check tried is not what the learner asks about
        found = [one for one in found if not _of_a_check(one)]
    if not found:
        told = say("no_denial", language, what=_named(what, request_id))
        return Note(told if request_id else say("nothing_refused", language), mark="○")
    return ShownWhy(found[0], language, found[1:])


def _of_a_check(denial: Denial) -> bool:
    return str(denial.decision["principal"]).endswith(f"/{CHECK_SESSION}")


def _request_id(what: object) -> str:
    if isinstance(what, str):
        return what.strip()
    response: Any = what if isinstance(what, Mapping) else getattr(what, "response", None)
    metadata = response.get("ResponseMetadata") if isinstance(response, Mapping) else None
    return str(metadata.get("RequestId") or "") if isinstance(metadata, Mapping) else ""


def _named(what: object, request_id: str) -> str:
    response = getattr(what, "response", None)
    error = response.get("Error") if isinstance(response, Mapping) else None
    code = error.get("Code") if isinstance(error, Mapping) else None
    return str(code or request_id)
