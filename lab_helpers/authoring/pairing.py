"""``lab.md`` read into cells: prose in pairs (English, then Japanese), code once.

The file is MyST notebook text as jupytext reads it (``md:myst``). A prose cell opens with
``+++ {"lang": "en"}``; its translation follows at once and carries the hash of the English text
it was made from: ``+++ {"lang": "ja", "from": "en-3f2a91c0d4e5"}``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jupytext

from lab_helpers.authoring import code_language

FORMAT = "md:myst"
_read_notebook: Any = jupytext.reads  # jupytext carries no types


@dataclass(frozen=True)
class Prose:
    """One idea in both languages.

    Attributes:
        translated_from: hash of the English text that the Japanese was made from.
    """

    en: str
    ja: str
    translated_from: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.ja

    @property
    def english(self) -> str:
        return self.en


@dataclass(frozen=True)
class Code:
    """One code cell.

    Attributes:
        solution: the step whose solution belongs in this cell; empty for a given cell.
        solution_file: the file, under ``.source/solution``, that belongs in this
            ``%%writefile`` cell; empty for any other cell.
        prediction: the guess that a filled notebook writes into this ``lab.predict`` cell.
    """

    source: str
    translated_from: str = ""
    solution: str = ""
    solution_file: str = ""
    prediction: str = ""
    tags: tuple[str, ...] = ()

    def in_language(self, language: str) -> str:
        return code_language.in_language(self.source, language)

    @property
    def english(self) -> str:
        return code_language.english_lines(self.source)


@dataclass(frozen=True)
class LabText:
    """A lab's cells in order, and what is wrong with their pairing."""

    cells: list[Prose | Code]
    faults: list[str] = field(default_factory=list)


def read_lab_text(text: str) -> LabText:
    """Parse ``lab.md``. Never raises on a pairing fault: all of them are collected."""
    try:
        notebook = _read_notebook(text, fmt=FORMAT)
    except Exception as error:  # jupytext lets through whatever its Markdown and YAML readers raise
        return LabText([], [f"lab.md is not MyST notebook text: {error}"])
    cells: list[Prose | Code] = []
    faults: list[str] = []
    waiting: str | None = None  # an English text whose translation must come next
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"cell {number} ({_first_words(cell.source)})"
        language = cell.metadata.get("lang") if cell.cell_type == "markdown" else None
        if waiting is not None and language != "ja":
            faults.append(f"{where}: the English cell before it has no Japanese translation")
            waiting = None
        if cell.cell_type == "code":
            cells.append(_code(cell))
            faults.extend(
                f"{where}: {fault}" for fault in code_language.pairing_faults(cell.source)
            )
        elif language == "en":
            waiting = cell.source
        elif language == "ja":
            if waiting is None:
                faults.append(f"{where}: a Japanese cell without its English one before it")
            else:
                cells.append(Prose(waiting, cell.source, str(cell.metadata.get("from", ""))))
            waiting = None
        else:
            faults.append(f'{where}: a prose cell needs +++ {{"lang": "en"}} or {{"lang": "ja"}}')
    if waiting is not None:
        faults.append("the last English cell has no Japanese translation")
    return LabText(cells, faults)


def _code(cell: Any) -> Code:
    metadata = cell.metadata
    return Code(
        source=cell.source,
        translated_from=str(metadata.get("translated-from", "")),
        solution=str(metadata.get("solution", "")),
        solution_file=str(metadata.get("solution-file", "")),
        prediction=str(metadata.get("prediction", "")),
        tags=tuple(metadata.get("tags", ())),
    )


def _first_words(source: str) -> str:
    line = next((line for line in source.splitlines() if line.strip()), "empty")
    return line.strip()[:40]
