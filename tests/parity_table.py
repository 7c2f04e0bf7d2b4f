"""docs/fidelity.md's comparison with other local clouds, built from what the parity tests found.

``python -m pytest tests/parity --parity-table=docs/fidelity.md`` writes it anew. A cloud that was
not there keeps the column of the last run that had it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- parity: begin -->", "<!-- parity: end -->"
NAMES = {"embedded": "Lambda Dojo", "ministack": "MiniStack", "localstack": "LocalStack"}
SAME, UNKNOWN = "as AWS", "not tried"
LONGEST_CELL = 120
REMAKE = "python -m pytest tests/parity --parity-table=docs/fidelity.md"
_CHANGING = re.compile(
    r"\b[a-z]{1,8}-[0-9a-f]{12}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b20\d\d-\d\d-\d\dT[\d:.]+Z"
)
"""Names, ids and times that are others in every run."""


@dataclass
class ParityTable:
    """Attributes: rows, behaviour → (place in the suite, page, cloud → cell)."""

    rows: dict[str, tuple[Any, str, dict[str, str]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def add(self, found: dict[str, Any]) -> None:
        """What one test found on one cloud."""
        row = self.rows.setdefault(found["behaviour"], (found["place"], found["page"], {}))
        row[2][found["cloud"]] = cell(found["found"])
        self.versions[found["cloud"]] = found["version"]

    def render(self, earlier: str) -> str:
        """The table; cells of clouds that were not there come from ``earlier``."""
        known = read(earlier)
        titles = {name: f"{NAMES[name]} {self.versions.get(name, '')}".strip() for name in NAMES}
        for name in NAMES:
            if name not in self.versions and name in known.titles:
                titles[name] = known.titles[name]
        lines = []
        alike = dict.fromkeys(NAMES, 0)
        for behaviour, (_, page, cells) in sorted(self.rows.items(), key=lambda row: row[1][0]):
            old = known.cells.get(behaviour, {})
            shown = [cells.get(name) or old.get(name) or UNKNOWN for name in NAMES]
            lines.append(f"| [{behaviour}]({page}) | {' | '.join(shown)} |")
            for name, what in zip(NAMES, shown, strict=True):
                alike[name] += what == SAME
        heads = [
            f"{titles[name]}: {alike[name]} of {len(lines)}"
            if name in known.titles or name in self.versions
            else titles[name]
            for name in NAMES
        ]
        return "\n".join(
            [f"| behaviour | {' | '.join(heads)} |", "|---|" + "---|" * len(NAMES), *lines]
        )


@dataclass
class KnownTable:
    """What the page says now. Attributes: cells, behaviour → cloud → cell."""

    titles: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)

    def drifted(self, found: dict[str, Any]) -> str:
        """How what was found differs from the page; empty where it does not, or is not on it.

        Whether a cloud does as AWS does is held; how it differs may change with its mood.
        """
        name = found["cloud"]
        if self.titles.get(name) != f"{NAMES[name]} {found['version']}".strip():
            return ""
        shown, now = self.cells.get(found["behaviour"], {}).get(name), cell(found["found"])
        if shown in (None, UNKNOWN) or (shown == SAME) == (now == SAME):
            return ""
        return f"docs/fidelity.md says of {name}: {shown}; found: {now}. Remake it: {REMAKE}"


def read(text: str) -> KnownTable:
    known = KnownTable()
    lines = [line for line in text.splitlines() if line.startswith("|")]
    if not lines:
        return known
    titles = _split(lines[0])[1:]
    columns = [name for name in NAMES if any(t.startswith(NAMES[name]) for t in titles)]
    shown = dict(zip(columns, titles, strict=True))
    known.titles = {name: title.split(":")[0] for name, title in shown.items() if ":" in title}
    for line in lines[2:]:
        first, *cells = _split(line)
        behaviour = re.sub(r"^\[(.*)\]\([^)]*\)$", r"\1", first)
        known.cells[behaviour] = dict(zip(columns, cells, strict=True))
    return known


def cell(found: str) -> str:
    """``found``: how it differs; empty where it does not."""
    if not found:
        return SAME
    text = _CHANGING.sub("…", found).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
    return f"differs: {text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + '…'}"


def write(path: Path, table: ParityTable) -> None:
    text = path.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN, 1)
    earlier, tail = rest.split(END, 1)
    path.write_text(f"{head}{BEGIN}\n{table.render(earlier)}\n{END}{tail}", encoding="utf-8")


def on_page(path: Path) -> KnownTable:
    text = path.read_text(encoding="utf-8")
    return read(text.split(BEGIN, 1)[1].split(END, 1)[0])


def _split(line: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
