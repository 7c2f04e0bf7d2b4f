"""Where the boxes of the map stand: columns along the way of the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lab_helpers.notebook.map.graph import Graph
from lab_helpers.notebook.map.loops import following


def columns_of(graph: Graph) -> list[list[str]]:
    """Node ids, column by column; those that nothing is connected to are in none.

    A node stands right of everything that sends to it; an edge that closes a loop goes back.
    """
    onward, order = _onward(graph)
    before: dict[str, list[str]] = {node: [] for node in graph.nodes}
    for source, end in onward:
        before[end].append(source)
    column: dict[str, int] = {}
    for node in order:  # whatever sends to it comes first
        column[node] = 1 + max((column[source] for source in before[node]), default=-1)
    # What nothing sends to stands next to the first that it sends to: no arrow crosses a column
    # for its sake.
    nearest: dict[str, int] = {}
    for source, end in onward:
        nearest[source] = min(column[end] - 1, nearest.get(source, column[end]))
    column |= {node: at for node, at in nearest.items() if not before[node]}
    connected = {end for edge in graph.edges for end in (edge.source, edge.target)}
    columns: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for node in graph.nodes:
        if node in connected:
            columns[column[node]].append(node)
    return _untangled([one for one in columns if one], before)


def unconnected(graph: Graph) -> list[str]:
    """Ids of what has no connection at all, in order."""
    connected = {end for edge in graph.edges for end in (edge.source, edge.target)}
    return [node for node in graph.nodes if node not in connected]


def _onward(graph: Graph) -> tuple[list[tuple[str, str]], list[str]]:
    """The edges less those that close a loop, and all nodes in an order that these follow."""
    after = following(graph)
    closing: set[tuple[str, str]] = set()
    done: list[str] = []
    state: dict[str, bool] = {}  # True: on the way that is being walked; False: done
    for start in after:
        if start in state:
            continue
        state[start] = True
        way = [(start, iter(after[start]))]
        while way:
            node, ends = way[-1]
            step = None
            for end in ends:
                if state.get(end):
                    closing.add((node, end))
                elif end not in state:
                    step = end
                    break
            if step is None:
                state[node] = False
                done.append(node)
                way.pop()
            else:
                state[step] = True
                way.append((step, iter(after[step])))
    ends_of = ((edge.source, edge.target) for edge in graph.edges)
    onward = [ends for ends in dict.fromkeys(ends_of) if ends not in closing]
    return onward, done[::-1]


def _untangled(columns: list[list[str]], before: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Each column in the order of the middle of what leads to it."""
    rows: dict[str, float] = {}
    for column in columns:
        middles: dict[str, float] = {}
        for index, node in enumerate(column):
            above = [rows[source] for source in before[node] if source in rows]
            middles[node] = sum(above) / len(above) if above else float(index)
        column.sort(key=lambda node: middles[node])
        rows.update({node: float(index) for index, node in enumerate(column)})
    return columns
