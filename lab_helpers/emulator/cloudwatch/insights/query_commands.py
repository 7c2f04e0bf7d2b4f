"""The commands of a query, each from rows to rows.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
Not here: pattern, diff, unmask, join and the other commands for many log groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.insights.query_expressions import ExpressionReader, compiled
from lab_helpers.emulator.cloudwatch.insights.query_nodes import Expression, is_true
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError, Token
from lab_helpers.emulator.cloudwatch.insights.query_values import Row, Value, shown, sort_key

Run = Callable[[list[Row]], list[Row]]


@dataclass(frozen=True)
class Command:
    """Attributes: name in lower case; columns that it wants shown; None where it names none."""

    name: str
    run: Run
    columns: tuple[str, ...] | None = None


def read_command(tokens: list[Token]) -> Command:
    """Raises InsightsQueryError."""
    if not tokens:
        raise InsightsQueryError("a command is missing")
    name = tokens[0].text.lower()
    read = _READERS.get(name)
    if read is None or tokens[0].kind != "word":
        known = ", ".join(sorted(_READERS))
        raise InsightsQueryError(
            f"unknown command {tokens[0].text}; here are: {known}", tokens[0].start
        )
    reader = ExpressionReader(tokens[1:])
    command = read(reader)
    if (left := reader.peek) is not None:
        raise InsightsQueryError(f"unexpected symbol found {left.text}", left.start)
    return command


def _named(reader: ExpressionReader) -> tuple[str, Expression]:
    """An expression, and ``as`` what."""
    expression = reader.read()
    return (reader.name() if reader.took_word("as") else expression.text), expression


def _list(reader: ExpressionReader) -> list[tuple[str, Expression]]:
    found = [_named(reader)]
    while reader.took_sign(","):
        found.append(_named(reader))
    return found


def _fields(reader: ExpressionReader) -> Command:
    wanted = _list(reader)

    def run(rows: list[Row]) -> list[Row]:
        return [
            {**row, **{name: one.evaluate(row, (row,)) for name, one in wanted}} for row in rows
        ]

    return Command("fields", run, tuple(name for name, _ in wanted))


def _filter(reader: ExpressionReader) -> Command:
    condition = reader.read()
    return Command("filter", lambda rows: [row for row in rows if is_true(condition, row)])


def _stats(reader: ExpressionReader) -> Command:
    wanted = _list(reader)
    groups = _list(reader) if reader.took_word("by") else []
    plain = [name for name, one in wanted if not one.is_aggregate]
    if plain:
        raise InsightsQueryError(f"{plain[0]} is no aggregate function")

    def run(rows: list[Row]) -> list[Row]:
        members: dict[tuple[Value, ...], list[Row]] = {}
        for row in rows:
            key = tuple(one.evaluate(row, (row,)) for _, one in groups)
            members.setdefault(key, []).append(row)
        if not groups and not members:
            members[()] = []
        return [
            {
                **dict(zip((name for name, _ in groups), key, strict=True)),
                **{name: one.evaluate({}, found) for name, one in wanted},
            }
            for key, found in members.items()
        ]

    return Command("stats", run, tuple(name for name, _ in [*groups, *wanted]))


def _sort(reader: ExpressionReader) -> Command:
    orders: list[tuple[Expression, bool]] = []
    while True:
        expression = reader.read()
        orders.append((expression, reader.took_word("asc", "desc") == "desc"))
        if not reader.took_sign(","):
            break

    def run(rows: list[Row]) -> list[Row]:
        found = list(rows)
        for expression, descending in reversed(orders):
            found.sort(key=lambda row: sort_key(_column(row, expression)), reverse=descending)
        return found

    return Command("sort", run)


def _column(row: Row, expression: Expression) -> Value:
    """``sort count(*)`` after stats means the column of that name."""
    if expression.text in row:
        return row[expression.text]
    return None if expression.is_aggregate else expression.evaluate(row, (row,))


def _limit(reader: ExpressionReader) -> Command:
    token = reader.take()
    if token.kind != "number" or not token.text.isdigit():
        raise InsightsQueryError(f"limit needs a whole number, not {token.text}", token.start)
    count = int(token.text)
    return Command("limit", lambda rows: rows[:count])


def _dedup(reader: ExpressionReader) -> Command:
    names = [name for name, _ in _list(reader)]

    def run(rows: list[Row]) -> list[Row]:
        seen: set[tuple[str, ...]] = set()
        found = []
        for row in rows:
            key = tuple(shown(row.get(name)) for name in names)
            if key not in seen:
                seen.add(key)
                found.append(row)
        return found

    return Command("dedup", run)


def _parse(reader: ExpressionReader) -> Command:
    token = reader.take()
    field = "@message"
    if token.kind in ("word", "name"):
        field, token = token.text, reader.take()
    names: list[str] = []
    if reader.took_word("as"):
        names = [reader.name()]
        while reader.took_sign(","):
            names.append(reader.name())
    pattern = _pattern(token, names)

    def run(rows: list[Row]) -> list[Row]:
        return [{**row, **_extracted(pattern, names, shown(row.get(field)))} for row in rows]

    return Command("parse", run)


def _pattern(token: Token, names: list[str]) -> re.Pattern[str]:
    if token.kind == "regex":
        return compiled(token)
    if token.kind != "string":
        raise InsightsQueryError("parse needs a text with * or a regular expression", token.start)
    parts = token.text.split("*")
    if len(parts) - 1 != len(names):
        raise InsightsQueryError(f"{len(parts) - 1} wildcards, but {len(names)} names", token.start)
    between = [re.escape(part) for part in parts]
    text = "(.*?)".join(between)
    return re.compile(f"{text}$" if token.text.endswith("*") else text, re.DOTALL)


def _extracted(pattern: re.Pattern[str], names: list[str], text: str) -> Row:
    found = pattern.search(text)
    if found is None:
        return {}
    return {**found.groupdict(), **dict(zip(names, found.groups(), strict=False))}


def _display(reader: ExpressionReader) -> Command:
    command = _fields(reader)
    return Command("display", command.run, command.columns)


_READERS: dict[str, Callable[[ExpressionReader], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
    "dedup": _dedup,
    "parse": _parse,
}
