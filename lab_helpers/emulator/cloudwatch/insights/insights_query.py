"""A whole query: read once, run over log events.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.insights.discovered_fields import QueriedEvent, row_of
from lab_helpers.emulator.cloudwatch.insights.query_commands import Command, read_command
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError, commands_of
from lab_helpers.emulator.cloudwatch.insights.query_values import Row, shown

MOST_RESULTS = 10_000
UNNAMED_COLUMNS = ("@timestamp", "@message")
Result = list[tuple[str, str]]
"""(field, value) pairs of one row, in order."""


@dataclass(frozen=True)
class QueryAnswer:
    """Attributes: records_matched: events that the filters before the first stats let through."""

    results: list[Result]
    records_matched: int


@dataclass(frozen=True)
class InsightsQuery:
    """Make one with :func:`read_query`."""

    commands: tuple[Command, ...]

    def run(self, events: Iterable[QueriedEvent], limit: int | None = None) -> QueryAnswer:
        """The newest events first, unless the query sorts."""
        newest_first = sorted(events, key=lambda event: event.timestamp, reverse=True)
        rows: list[Row] = [row_of(event) for event in newest_first]
        matched, is_counting = len(rows), True
        for command in self.commands:
            is_counting = is_counting and command.name != "stats"
            rows = command.run(rows)
            if is_counting and command.name == "filter":
                matched = len(rows)
        columns = self._columns()
        has_pointer = all(command.name != "stats" for command in self.commands)
        shown_columns = (*columns, "@ptr") if has_pointer else columns
        results = [
            [(name, shown(row[name])) for name in shown_columns if row.get(name) is not None]
            for row in rows[: min(limit or MOST_RESULTS, MOST_RESULTS)]
        ]
        return QueryAnswer(results, matched)

    def _columns(self) -> tuple[str, ...]:
        """Those of the last display or stats and of the fields commands after it."""
        columns: list[str] = []
        for command in self.commands:
            if command.name in ("display", "stats"):
                columns = []
            columns += [name for name in command.columns or () if name not in columns]
        return tuple(columns) or UNNAMED_COLUMNS


def read_query(text: str) -> InsightsQuery:
    """Raises InsightsQueryError."""
    commands = tuple(read_command(tokens) for tokens in commands_of(text))
    last_stats = max(
        (at for at, command in enumerate(commands) if command.name == "stats"), default=-1
    )
    for command in commands[: max(last_stats, 0)]:
        if command.name in ("sort", "limit"):
            raise InsightsQueryError(f"{command.name} must come after the last stats command")
    return InsightsQuery(commands)
