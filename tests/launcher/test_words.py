"""What the launcher says exists in both languages, with the same values in it."""

from __future__ import annotations

import io
from string import Formatter

import pytest

from lab_helpers.launcher.words import LANGUAGES, Announcer, load_words


@pytest.mark.parametrize("table", ["words", "doctor"])
def test_both_languages_have_the_same_keys_and_values(table: str) -> None:
    words = load_words(table)
    assert set(words) == set(LANGUAGES)
    assert words["en"].keys() == words["ja"].keys()
    for key, text in words["en"].items():
        assert _names(text) == _names(words["ja"][key]), key


def test_every_mend_belongs_to_a_finding() -> None:
    words = load_words("doctor")["en"]
    for key in words:
        assert key.removesuffix("_mend") in words


def test_a_terminal_that_is_gone_raises_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    Announcer("en", stream)("stopping")


def _names(text: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(text) if name}
