"""The plots of docs/performance.md: well-formed, and every call has its line and its words."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.growth.plot import plot

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [
    {"size": 100, "cpu_ms": {"send & go": 1.0, "receive": 1.02}},
    {"size": 1_000, "cpu_ms": {"send & go": 1.1, "receive": 12.0}},
    {"size": 10_000, "cpu_ms": {"send & go": 1.0, "receive": 100.0}},
]


def test_every_call_is_drawn_and_named() -> None:
    root = ElementTree.fromstring(plot("messages", POINTS))
    assert len(root.findall(f"{SVG}polyline")) == 2
    assert len(root.findall(f"{SVG}circle")) == 6
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"send & go", "receive", "10,000"} <= set(words)


def test_names_of_calls_that_cost_the_same_do_not_lie_on_each_other() -> None:
    root = ElementTree.fromstring(plot("messages", POINTS[:1]))
    heights = [
        float(text.get("y", "0"))
        for text in root.iter(f"{SVG}text")
        if text.text in ("send & go", "receive")
    ]
    assert abs(heights[0] - heights[1]) >= 15
