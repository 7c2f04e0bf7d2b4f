"""The verbs of ``lab`` that look: what happened and what is there. None of them goes on record."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lab_helpers.backends.backend import Backend
from lab_helpers.catalog import Lab, Step
from lab_helpers.errors import DojoError
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.solution import Each, SolutionContext
from lab_helpers.notebook import words
from lab_helpers.notebook.map.shown import ShownMap, draw_map
from lab_helpers.notebook.shown import Note
from lab_helpers.notebook.timeline.shown import ShownTimeline
from lab_helpers.notebook.timeline.verb import timeline
from lab_helpers.notebook.why import explain
from lab_helpers.notebook.why_shown import ShownWhy
from lab_helpers.notebook.with_bar import with_bar

if TYPE_CHECKING:
    from lab_helpers.notebook.bill.shown import ShownBill
    from lab_helpers.notebook.console.widget import ConsoleWidget


class LookingVerbs(SolutionContext):
    """A lab on a backend, in a learner's language.

    Attributes:
        language: ``en`` or ``ja``.
    """

    def __init__(self, lab: Lab, backend: Backend, folder: Path, language: str) -> None:
        super().__init__(lab, backend, folder)
        self.language = language
        self._opened_s = time.time()

    def why(self, what: object = None) -> ShownWhy | Note:
        """Explain a denial: every policy that was looked at, and what would allow it.

        Args:
            what: the error that boto3 raised, an answer of boto3 (an invocation's: what the
                function's own code was refused), a request id, or nothing: the last denial.
        """
        return explain(self.backend, what, self.language)

    def timeline(self, what: object = None, *, live: bool = False) -> ShownTimeline | Note:
        """What happened to an event, or in which execution environments functions ran, drawn.

        Args:
            what: a request id or a response of boto3 (one event's whole way), a function's name,
                or nothing: everything since the lab was opened, the last 1,000 invocations at
                most.
            live: follow what happens from now on.
        """
        return timeline(self._evidence, what, self.language, live=live, since_s=self._opened_s)

    def bill(self) -> ShownBill | Note:
        """What the invocations since the lab was opened would have cost at AWS, and a month so."""
        # the price book takes a twentieth of a second to load: paid by who asks
        from lab_helpers.notebook.bill.verb import bill

        return bill(self._evidence, self.language, self._opened_s)

    def console(self, function: str | None = None) -> ConsoleWidget:
        """A function's console (default: the lab's): AWS's tabs, and each click's boto3 call."""
        # anywidget and boto3 take half a second to import: paid by who opens a console
        from lab_helpers.notebook.console.widget import ConsoleWidget

        wanted = function or self.names.get("function", "")
        return ConsoleWidget(self.backend, wanted, self.language)

    def map(self) -> ShownMap:
        """What exists in the cloud, how it is connected, and what is wrong with it, drawn."""
        return draw_map(self.client, self.account_id, self.language)

    def deployment_package(self, folder: str = "function", *more: str) -> bytes:
        """A zip of what is inside the lab's ``folder`` (and ``more``), at the top of the zip.

        Raises:
            DojoError: a folder is not there or holds no file; in the learner's language.
        """
        for name in (folder, *more):
            if not any(path.is_file() for path in self.path(name).rglob("*")):
                raise DojoError(words.tell("nothing_to_package", self.language, folder=name))
        return super().deployment_package(folder, *more)

    def _step(self, step: str) -> Step:
        """Raises DojoError in the learner's language, naming the steps there are."""
        ids = [known.id for known in self.definition.steps]
        if step in ids:
            return self.definition.step(step)
        told = {"step": step, "close": self._close_to(step, ids), "steps": ", ".join(ids)}
        raise DojoError(words.tell("no_such_step", self.language, **told))

    def name(self, key: str) -> str:
        """As ``SolutionContext.name``; raises its DojoError in the learner's language."""
        if key in self.names:
            return self.names[key]
        keys = list(self.names)
        told = {"asked": key, "close": self._close_to(key, keys), "keys": ", ".join(keys)}
        raise DojoError(words.tell("no_such_name", self.language, **told))

    def _close_to(self, word: object, known: list[str]) -> str:
        near = difflib.get_close_matches(str(word), known, n=1)
        return words.tell("close_step", self.language, close=near[0]) if near else ""

    def with_bar(self, items: Sequence[Each], label: str) -> Iterator[Each]:
        """``for number in lab.with_bar(range(200), "invocations")``: shows how many are done."""
        return with_bar(items, label)

    @cached_property
    def _evidence(self) -> Evidence:
        """Its clients take a quarter of a second to make: once per lab, not per check."""
        return Evidence(self.backend, self.names)
