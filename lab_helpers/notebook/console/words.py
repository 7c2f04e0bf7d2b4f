"""The console's words, as AWS's own console has them in English and in Japanese."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.toml")


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Key → ``{"en": …, "ja": …}``."""
    read: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return read


def say(key: str, language: str, **values: Any) -> str:
    """The words of ``key``, with ``{placeholders}`` filled in."""
    pair = all_words()[key]
    return pair["ja" if language == "ja" else "en"].format(**values)


def in_language(language: str) -> dict[str, str]:
    """All of them in one language, for the panel."""
    return {key: pair["ja" if language == "ja" else "en"] for key, pair in all_words().items()}
