"""``lab.md`` to ``NAME.en.ipynb`` and ``NAME.ja.ipynb``: the same bytes for the same text.

Outputs are empty, cell ids are derived from the English text (equal in both languages), so a
diff of a built notebook shows what the author changed and nothing else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import nbformat
import nbformat.v4

from lab_helpers.authoring.lab_source import LANGUAGES, LabSource
from lab_helpers.authoring.pairing import Code, Prose, read_lab_text
from lab_helpers.errors import DojoError

METADATA_KEY = "lambda_dojo"

_v4: Any = nbformat.v4  # nbformat carries no types
_writes: Any = nbformat.writes


def build_notebook(lab: LabSource, language: str) -> Any:
    """The notebook (an nbformat node) of ``lab`` in ``language``.

    Each exercise cell carries ``metadata.lambda_dojo`` with ``solution`` (a step id) or
    ``solution_file`` (a path under ``.source/solution``), a prediction cell ``prediction``.

    Raises:
        DojoError: a pair is missing.
    """
    lab_text = read_lab_text(lab.read_text())
    if lab_text.faults:
        raise DojoError(
            f"{lab.folder.name} cannot be built.",
            why="; ".join(lab_text.faults),
            now="Mend .source/lab.md; CONTRIBUTING.md shows how cells are paired.",
        )
    seen: Counter[str] = Counter()
    cells = [_cell(cell, language, seen) for cell in lab_text.cells]
    notebook = _v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            METADATA_KEY: {"lab": lab.name, "language": language},
        },
    )
    nbformat.validate(notebook)
    return notebook


def _cell(cell: Prose | Code, language: str, seen: Counter[str]) -> Any:
    source = cell.in_language(language)
    if isinstance(cell, Prose):
        return _v4.new_markdown_cell(source, id=_cell_id(cell.en, seen))
    metadata: dict[str, Any] = {}
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    if cell.solution:
        metadata[METADATA_KEY] = {"solution": cell.solution}
    elif cell.solution_file:
        metadata[METADATA_KEY] = {"solution_file": cell.solution_file}
    elif cell.prediction:
        metadata[METADATA_KEY] = {"prediction": cell.prediction}
    return _v4.new_code_cell(source, id=_cell_id(cell.source, seen), metadata=metadata)


def _cell_id(text: str, seen: Counter[str]) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def notebook_text(notebook: Any) -> str:
    """The file's text, ending in one newline."""
    return str(_writes(notebook)).rstrip("\n") + "\n"


def built_files(lab: LabSource) -> dict[str, str]:
    """File name → text of everything that is built inside the lab's folder."""
    return {
        lab.notebook_path(language).name: notebook_text(build_notebook(lab, language))
        for language in LANGUAGES
    }
