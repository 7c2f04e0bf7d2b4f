"""One question, answered from the journal as it is now: a picture, a table, log lines."""

from __future__ import annotations

import time
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.notebook.table import Table
from lab_helpers.notebook.timeline.cloud_reading import log_lines, read_settings
from lab_helpers.notebook.timeline.folding import history_of
from lab_helpers.notebook.timeline.history import History, Run
from lab_helpers.notebook.timeline.journal_tail import JournalTail
from lab_helpers.notebook.timeline.lanes import FunctionSettings, lanes_of, splits_of
from lab_helpers.notebook.timeline.lanes_picture import lanes_picture, lanes_text
from lab_helpers.notebook.timeline.life import Life, lives_of
from lab_helpers.notebook.timeline.life_picture import life_picture
from lab_helpers.notebook.timeline.question import Question
from lab_helpers.notebook.timeline.table import lives_table, runs_table
from lab_helpers.notebook.timeline.telling import life_text
from lab_helpers.notebook.timeline.words import say

MOST_RUNS = 1_000
_ASK_AGAIN = {"PutFunctionConcurrency", "DeleteFunctionConcurrency", "CreateAlias", "UpdateAlias"}


class View:
    """What is to be seen.

    Args:
        since_s: with no particular question, runs before this moment are left out, unless there
            are no others.
    """

    def __init__(
        self,
        evidence: Evidence,
        tail: JournalTail,
        question: Question,
        language: str,
        since_s: float = 0.0,
    ) -> None:
        self._evidence = evidence
        self._tail = tail
        self._older: list[JournalRecord] = []
        self.question = question
        self.language = language
        self._since_s = since_s
        self._settings: tuple[object, FunctionSettings] | None = None
        self._history = History()
        self.lives: list[Life] = []
        self._runs = History()

    def refresh(self) -> None:
        """Take in what the tail has read.

        Raises:
            CannotLook: the backend does not answer.
        """
        self._history = history_of(self._tail.records)
        asked = self.question
        if not asked.request_id:
            self._runs = self._wanted_runs()
            return
        self.lives = lives_of(self._history, asked.request_id)
        if not self.lives and not self._older:
            self._older = self._tail.of_request(asked.request_id)
        if not self.lives and self._older:
            self._history = history_of(_merged(self._older, self._tail.records))
            self.lives = lives_of(self._history, asked.request_id)

    @property
    def is_empty(self) -> bool:
        return not (self.lives or self._runs.runs or self._runs.throttles)

    @property
    def is_of_lanes(self) -> bool:
        """Whether time runs from left to right, and can be drawn wider."""
        return not self.question.request_id

    def picture(self, zoom: float = 1.0) -> str:
        """SVG."""
        if not self.is_of_lanes:
            return life_picture(self.lives, self.language)
        settings = self._current_settings()
        lanes, splits = lanes_of(self._runs, settings), splits_of(self._runs, settings)
        return lanes_picture(lanes, splits, self.language, now_s=self._now_s(), zoom=zoom)

    def table(self) -> Table:
        if not self.is_of_lanes:
            return lives_table(self.lives, self.language)
        return runs_table(
            self._runs, splits_of(self._runs, self._current_settings()), self.language
        )

    @property
    def title(self) -> str:
        return say("lanes_title" if self.is_of_lanes else "life_title", self.language)

    def summary(self) -> str:
        """A sentence or two."""
        if not self.is_of_lanes:
            return "\n".join(life_text(life, self.language) for life in self.lives)
        return lanes_text(lanes_of(self._runs, FunctionSettings()), self.language)

    def log_of(self, key: int) -> tuple[list[str], str]:
        """Log lines of the run with this key, and where there are none what is to be said."""
        run = next((run for run in self._history.runs if run.key == key), None)
        if run is None:
            return [], say("logs_none", self.language)
        try:
            lines = self._read_log(run)
        except (ClientError, BotoCoreError) as error:
            return [], say("logs_failed", self.language, why=error)
        return lines, "" if lines else say("logs_none", self.language)

    def _read_log(self, run: Run) -> list[str]:
        return log_lines(self._evidence.lambda_client, self._evidence.logs_client, run)

    def _wanted_runs(self) -> History:
        asked, history = self.question, self._history
        if asked.function:
            return history.of_function(asked.function, asked.qualifier).newest_runs(MOST_RUNS)
        new = history.since(self._since_s)
        chosen = new if new.runs or new.throttles else history
        return chosen.newest_runs(MOST_RUNS)

    def _current_settings(self) -> FunctionSettings:
        """Asked for once, and again after calls that may have changed them."""
        changes = sum(
            record.kind == "api.call" and record.data.get("operation") in _ASK_AGAIN
            for record in self._history.records
        )
        aliases = frozenset(run.function_arn for run in self._runs.runs if run.qualifier)
        state = (changes, tuple(self._runs.functions), aliases)
        if self._settings is None or self._settings[0] != state:
            self._settings = (state, read_settings(self._evidence.lambda_client, self._runs))
        return self._settings[1]

    def _now_s(self) -> float:
        """Where what goes on is drawn to: never before what is known."""
        records = self._history.records
        return max(time.time(), records[-1].time if records else 0.0)


def _merged(older: Iterable[JournalRecord], newer: Iterable[JournalRecord]) -> list[JournalRecord]:
    known = {record.sequence: record for record in (*older, *newer)}
    return [known[sequence] for sequence in sorted(known)]
