"""Where the boxes of the map stand: columns along the way of the events."""

from __future__ import annotations

from collections.abc import Sequence

from lab_helpers.notebook.map.graph import Graph


def columns_of(graph: Graph) -> list[list[str]]:
    """Node ids, column by column; those that nothing is connected to are in none.

    A node stands right of everything that sends to it; an edge that closes a loop goes back.
    """
    connected = {end for edge in graph.edges for end in (edge.source, edge.target)}
    onward = _without_loops(graph)
    column: dict[str, int] = {}

    def place(node: str) -> int:
        if node not in column:
            column[node] = 1 + max(
                (place(before) for before, end in onward if end == node), default=-1
            )
        return column[node]

    # Those with a long way before them are reached step by step: the recursion stays shallow.
    ordered = [node for node in graph.nodes if node in connected]
    for node in ordered:
        place(node)
    columns: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for node in ordered:
        columns[column[node]].append(node)
    return _untangled(columns, onward)


def unconnected(graph: Graph) -> list[str]:
    """Ids of what has no connection at all, in order."""
    connected = {end for edge in graph.edges for end in (edge.source, edge.target)}
    return [node for node in graph.nodes if node not in connected]


def _without_loops(graph: Graph) -> list[tuple[str, str]]:
    """The edges, less those that lead back to where a walk along them came from."""
    after: dict[str, list[str]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
    kept: list[tuple[str, str]] = []
    done: set[str] = set()

    def walk(node: str, way: frozenset[str]) -> None:
        done.add(node)
        for following in after.get(node, []):
            if following in way:
                continue
            kept.append((node, following))
            if following not in done:
                walk(following, way | {following})

    for node in graph.nodes:
        if node not in done:
            walk(node, frozenset({node}))
    return list(dict.fromkeys(kept))


def _untangled(columns: list[list[str]], onward: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each column in the order of the middle of what leads to it."""
    rows: dict[str, float] = {}
    for column in columns:
        middles: dict[str, float] = {}
        for index, node in enumerate(column):
            before = [rows[source] for source, end in onward if end == node and source in rows]
            middles[node] = sum(before) / len(before) if before else float(index)
        column.sort(key=lambda node: middles[node])
        rows.update({node: float(index) for index, node in enumerate(column)})
    return columns
