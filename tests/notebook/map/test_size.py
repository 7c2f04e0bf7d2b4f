"""A thousand resources: the work grows with what there is, not with its square."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from lab_helpers.notebook.map.far_ends import node_of
from lab_helpers.notebook.map.graph import Edge, Graph, Node
from lab_helpers.notebook.map.loops import mark_loops
from lab_helpers.notebook.map.picture import map_svg
from lab_helpers.notebook.map.shown import ShownMap
from lab_helpers.notebook.map.words import speaker


def calls_of(work: Callable[[], Any]) -> int:
    """How many functions are called, steps of generators included: the same on every machine."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def pairs(number: int) -> Graph:
    """So many queues, each with a function of its own."""
    graph = Graph()
    for one in range(number):
        graph.add(Node(f"q{one}", "queue", f"q{one}"))
        graph.add(Node(f"f{one}", "function", f"f{one}"))
        graph.connect(Edge(f"q{one}", f"f{one}", "x"), node_of)
    return graph


def fan(number: int) -> Graph:
    """One topic that sends to all."""
    graph = Graph()
    for one in range(number):
        graph.connect(Edge("topic", f"f{one}", "x"), node_of)
    return graph


def chain(number: int) -> Graph:
    """Each sends to the next, the last to the first: longer than Python's stack is deep."""
    graph = Graph()
    for one in range(number):
        graph.connect(Edge(f"f{one}", f"f{(one + 1) % number}", "x"), node_of)
    return graph


@pytest.mark.parametrize("shape", [pairs, fan, chain])
def test_twice_as_much_is_twice_the_work(shape: Callable[[int], Graph]) -> None:
    def work(number: int) -> int:
        graph = shape(number)

        def draw() -> None:
            mark_loops(graph)
            map_svg(graph, speaker("en"))
            ShownMap(graph, "en").table()

        return calls_of(draw)

    # A thousand resources took 0.1 s; 400 calls for each are about that on any machine.
    small, large = work(500), work(1000)
    assert large < 2.2 * small
    assert large < 1_000 * 400


def test_a_circle_of_any_length_is_marked_whole() -> None:
    graph = chain(3000)
    mark_loops(graph)
    assert all(edge.faults for edge in graph.edges)
