"""What a tab shows, as plain values: facts, tables and forms, with no HTML in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Field:
    """One input of a form.

    Attributes:
        name: the key under which its value is sent.
        kind: ``text``, ``number``, ``select``, ``area`` or ``pairs`` (name and value, many times).
        value: what it holds at first; a list of ``[name, value]`` for ``pairs``.
        options: of a ``select``: pairs of value and label.
        only_for: shown only where another field has one of these values: ``("source", ["s3"])``.
    """

    name: str
    label: str
    value: Any = ""
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    help: str = ""
    only_for: tuple[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Form:
    """Inputs and the action that takes them."""

    action: str
    title: str
    submit: str
    fields: Sequence[Field]
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RowAction:
    """A button at the end of a table's row. ``arguments`` go to the action with it."""

    action: str
    label: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows of text under column heads.

    Attributes:
        actions: buttons of each row; empty, or as long as ``rows``.
        empty: what is said where there is no row.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    actions: Sequence[Sequence[RowAction]] = ()
    empty: str = ""


@dataclass(frozen=True)
class Section:
    """One page of a tab.

    Attributes:
        facts: label and value, in order.
        notes: sentences that explain; words between backticks are code.
        code: title and text of blocks that are shown as they are, such as a policy.
    """

    title: str
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    forms: Sequence[Form] = ()
    notes: Sequence[str] = ()
    code: Sequence[tuple[str, str]] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        """The same facts with no picture: what ``.table()`` prints."""
        lines = [self.title, *(f"  {label}: {value}" for label, value in self.facts)]
        for table in self.tables:
            lines.append(f"  {table.title}: {' | '.join(table.columns)}")
            lines += ["    " + " | ".join(row) for row in table.rows]
            if not table.rows:
                lines.append(f"    {table.empty or '-'}")
        lines += [f"  {title}: {text}" for title, text in self.code]
        return "\n".join(lines)
