"""The plots of docs/performance.md: well-formed, and every call has its line and its words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.growth.plot import plot

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [
    {"size": 100, "cpu_ms": {"send & go": 1.0, "receive": 1.02}},
    {"size": 1_000, "cpu_ms": {"send & go": 1.1, "receive": 12.0}},
    {"size": 10_000, "cpu_ms": {"send & go": 1.0, "receive": 100.0}},
]


@pytest.fixture(scope="module")
def root() -> ElementTree.Element:
    return ElementTree.fromstring(plot("messages", POINTS))


def test_every_call_and_every_size_is_named(root: ElementTree.Element) -> None:
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"send & go", "receive", "100", "1,000", "10,000"} <= set(words)
    assert "Processor time of a call by the number of messages" in words


def test_every_mark_says_its_figure(root: ElementTree.Element) -> None:
    said = [title.text for title in root.iter(f"{SVG}title")]
    assert "receive, 10,000: 100.00 ms" in said
    assert len([text for text in said if str(text).startswith(("send", "receive"))]) == 6


def test_the_last_figures_are_told_in_words(root: ElementTree.Element) -> None:
    assert "at 10,000: send & go: 1.00 ms; receive: 100.00 ms" in root.get("aria-label", "")


def test_the_same_figures_give_the_same_bytes() -> None:
    assert plot("messages", POINTS) == plot("messages", POINTS)
