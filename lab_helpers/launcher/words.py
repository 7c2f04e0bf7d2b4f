"""What the launcher tells a learner, in their language (``words.toml`` beside this file)."""

from __future__ import annotations

import contextlib
import sys
import tomllib
from pathlib import Path
from typing import TextIO

LANGUAGES = ("en", "ja")


def load_words(table: str = "words") -> dict[str, dict[str, str]]:
    """Language → key → text with ``{values}``, from ``words.toml`` or ``doctor.toml``."""
    with Path(__file__).with_name(f"{table}.toml").open("rb") as stream:
        return tomllib.load(stream)


class Announcer:
    """Says things to the learner's terminal."""

    def __init__(self, language: str, stream: TextIO | None = None) -> None:
        self._words = load_words()[language]
        self._stream = sys.stdout if stream is None else stream

    def __call__(self, key: str, /, **values: object) -> None:
        # A terminal that was closed (SIGHUP) must not keep us from ending things in order.
        with contextlib.suppress(OSError, ValueError):
            print(self._words[key].format(**values), file=self._stream, flush=True)
