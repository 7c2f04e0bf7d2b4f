"""Regular expressions of filter patterns: as Python's, but never slow."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.cloudwatch.log_patterns.comparisons import _like
from lab_helpers.emulator.cloudwatch.log_patterns.linear_regex import LinearRegex, TooLongError

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\S", r"\.", r"\x61", " "])
QUANTIFIERS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "{,2}"])
ROWS = st.lists(st.tuples(ATOMS, QUANTIFIERS).map("".join), min_size=1, max_size=5).map("".join)
SOURCES = st.lists(
    st.tuples(st.sampled_from(["", "", "^"]), ROWS, st.sampled_from(["", "", "$"])).map("".join),
    min_size=1,
    max_size=3,
).map("|".join)


@given(SOURCES, st.text("ab1. \n", max_size=12))
def test_it_finds_what_python_finds(source: str, text: str) -> None:
    expected = re.search(source, text, re.ASCII) is not None
    assert LinearRegex(source).search(text) is expected


@pytest.mark.parametrize("source", ["a*a*a*a*a*a*a*a*b", "a+a+a+a+b$", ".*.*.*x"])
def test_a_long_line_does_not_hold_it_up(source: str) -> None:
    began = time.perf_counter()
    assert not LinearRegex(source).search("a" * 20_000)
    assert time.perf_counter() - began < 5  # Python's engine would take longer than anybody waits


@pytest.mark.parametrize("source", ["a{3000}", "a{1,3000}", "a{900}b{900}c{900}"])
def test_what_is_too_long_is_refused(source: str) -> None:
    with pytest.raises(TooLongError):
        LinearRegex(source)


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_asterisks_stand_for_anything(pattern: str, value: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value) is not None
    assert _like(pattern)(value) is expected
