"""Whether a translation still belongs to its English text.

The hash of the English block is stored beside the Japanese one. Editing the English makes the
pair stale; an author who has reviewed the Japanese renews the hash with ``author stamp``.
"""

from __future__ import annotations

import hashlib
import re

from lab_helpers.authoring.pairing import Code, LabText, Prose, read_lab_text
from lab_helpers.errors import DojoError

_JA_CELL = re.compile(r'^\+\+\+ \{"lang": "ja".*\}\s*$')
_CODE_CELL = re.compile(r"^```\{code-cell\}")
_CODE_STAMP = re.compile(r"^:translated-from:.*$")


def english_hash(text: str) -> str:
    """``en-`` and 12 hex digits; trailing white space does not count.

    The prefix keeps YAML from reading a hash such as ``12e4`` as a number.
    """
    normal = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return "en-" + hashlib.sha256(normal.encode()).hexdigest()[:12]


def is_stale(cell: Prose | Code) -> bool:
    """Whether the English text differs from the one the translation was made from."""
    if not cell.english:
        return False
    return cell.translated_from != english_hash(cell.english)


def stale_cells(lab_text: LabText) -> list[str]:
    """One line for each stale pair, naming its first English words."""
    return [
        f"stale translation: {cell.english.strip().splitlines()[0][:60]!r} "
        f"(stored {cell.translated_from or 'nothing'}, now {english_hash(cell.english)})"
        for cell in lab_text.cells
        if is_stale(cell)
    ]


def stamp(text: str) -> str:
    """``lab.md`` with every stored hash renewed. Raises :class:`DojoError` if a pair is missing."""
    lab_text = read_lab_text(text)
    if lab_text.faults:
        raise DojoError(
            "The translations cannot be stamped.",
            why="; ".join(lab_text.faults),
            now="Write the missing half of each pair first.",
        )
    prose = iter([cell for cell in lab_text.cells if isinstance(cell, Prose)])
    code = iter([cell for cell in lab_text.cells if isinstance(cell, Code)])
    lines = text.splitlines()
    result: list[str] = []
    for line in lines:
        if _CODE_STAMP.match(line):
            continue
        if _JA_CELL.match(line):
            line = f'+++ {{"lang": "ja", "from": "{english_hash(next(prose).en)}"}}'
        result.append(line)
        if _CODE_CELL.match(line) and (english := next(code).english):
            result.append(f":translated-from: {english_hash(english)}")
    return "\n".join(result) + "\n"
