"""Which connections close a circle: each is looked at once, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lab_helpers.notebook.map.graph import Fault, Graph


def mark_loops(graph: Graph) -> None:
    """Mark every edge from which events can come back to where they were."""
    circle_of = circles(following(graph))
    for edge in graph.edges:
        if circle_of[edge.source] == circle_of[edge.target]:
            edge.faults.setdefault(Fault.LOOP, "")


def following(graph: Graph) -> dict[str, list[str]]:
    """Node → the nodes that its edges lead to, in order."""
    after: dict[str, list[str]] = {node: [] for node in graph.nodes}
    for edge in graph.edges:
        after[edge.source].append(edge.target)
    return after


def circles(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Node → the number of its circle: two have the same where each can be reached from the other.

    A strongly connected component, after Kosaraju: https://en.wikipedia.org/wiki/Kosaraju%27s_algorithm
    """
    before: dict[str, list[str]] = {node: [] for node in after}
    for node, ends in after.items():
        for end in ends:
            before[end].append(node)
    number: dict[str, int] = {}
    for count, start in enumerate(reversed(_finished(after))):
        waiting = [start] if start not in number else []
        while waiting:
            node = waiting.pop()
            if node not in number:
                number[node] = count
                waiting += [one for one in before[node] if one not in number]
    return number


def reachable(after: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """``start``, and everything that its events can get to."""
    seen, waiting = {start}, [start]
    while waiting:
        for node in after.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _finished(after: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes in the order in which a walk is done with them (no recursion: ways are long)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in after:
        if start in seen:
            continue
        seen.add(start)
        way = [(start, iter(after[start]))]
        while way:
            node, ends = way[-1]
            step = next((end for end in ends if end not in seen), None)
            if step is None:
                order.append(node)
                way.pop()
            else:
                seen.add(step)
                way.append((step, iter(after[step])))
    return order
