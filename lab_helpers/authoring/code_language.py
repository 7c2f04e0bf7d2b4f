"""Code cells are written once; a few of their lines belong to one language only.

Two marks, both ordinary Python comments, so that the author's file stays runnable:

- a comment line ``# en: text`` or ``# ja: text`` becomes ``# text`` in that language's notebook
  and vanishes from the other one;
- a line that ends in ``  # en`` or ``  # ja`` is kept, without the mark, in that language only
  (for strings that a learner reads).
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"^(?P<indent>\s*)# (?P<lang>en|ja): (?P<text>.*)$")
_LINE = re.compile(r"^(?P<code>.*\S)  # (?P<lang>en|ja)$")


def line_language(line: str) -> str | None:
    """``en`` or ``ja`` if the line belongs to one language, else ``None``."""
    found = _COMMENT.match(line) or _LINE.match(line)
    return found["lang"] if found else None


def in_language(source: str, language: str) -> str:
    """The code as the notebook in ``language`` shows it."""
    kept: list[str] = []
    for line in source.splitlines():
        owner = line_language(line)
        if owner is None:
            kept.append(line)
        elif owner == language:
            comment, marked = _COMMENT.match(line), _LINE.match(line)
            if comment:
                kept.append(f"{comment['indent']}# {comment['text']}".rstrip())
            elif marked:
                kept.append(marked["code"])
    return "\n".join(kept)


def english_lines(source: str) -> str:
    """All lines that only the English notebook shows: what a translation was made from."""
    return "\n".join(line for line in source.splitlines() if line_language(line) == "en")


def pairing_faults(source: str) -> list[str]:
    """What is wrong with the en/ja lines of one code cell; empty when they pair.

    A run of English lines must be followed at once by a run of Japanese ones.
    """
    faults: list[str] = []
    previous: str | None = None
    for line in [*source.splitlines(), ""]:
        language = line_language(line)
        if previous == "en" and language is None:
            faults.append(f"English lines without Japanese ones before {line!r}")
        if language == "ja" and previous is None:
            faults.append(f"a Japanese line without an English one: {line.strip()!r}")
        previous = language
    return faults
