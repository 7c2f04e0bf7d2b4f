"""docs/fidelity.md is built from the tests that carry ``@pytest.mark.fidelity``.

``python -m pytest tests --collect-only -q --fidelity-table=docs/fidelity.md`` writes the table anew
between the two marks in the file; a test fails while the file is older than the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
DIFFERENCES_BEGIN, DIFFERENCES_END = "<!-- differences: begin -->", "<!-- differences: end -->"


def rows(items: Iterable[pytest.Item]) -> list[tuple[str, str, str, str]]:
    """(behaviour, page, test, difference), each once, in the order of files and tests."""
    found: dict[tuple[str, str, str, str], None] = {}
    for item in items:
        for mark in item.iter_markers("fidelity"):
            (behaviour,) = mark.args
            test = item.nodeid.split("[", 1)[0]
            found[
                behaviour, mark.kwargs.get("page", ""), test, mark.kwargs.get("difference", "")
            ] = None
    return sorted(found, key=lambda row: row[2].split("::")[0])


def render(table: Iterable[tuple[str, str, str, str]], differences_only: bool) -> str:
    lines = ["| behaviour | AWS's page | test | difference |", "|---|---|---|---|"]
    for behaviour, page, test, difference in table:
        if differences_only and not difference:
            continue
        link = f"[page]({page})" if page else ""
        name = test.split("::")[-1].removeprefix("test_").replace("_", " ")
        path = test.split("::")[0]
        lines.append(f"| {behaviour} | {link} | [{name}](../{path}) | {difference or 'none'} |")
    return "\n".join(lines)


def write(path: Path, items: Iterable[pytest.Item]) -> None:
    table = rows(items)
    text = path.read_text(encoding="utf-8")
    text = _between(text, DIFFERENCES_BEGIN, DIFFERENCES_END, render(table, True))
    text = _between(text, BEGIN, END, render(table, False))
    path.write_text(text, encoding="utf-8")


def _between(text: str, begin: str, end: str, content: str) -> str:
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    return f"{head}{begin}\n{content}\n{end}{tail}"
