"""The map as plain values: what there is, what is connected, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong with a resource or a connection."""

    MISSING_PERMISSION = "missing_permission"
    DANGLING = "dangling"
    DISABLED = "disabled"
    PROBLEM = "problem"
    LOOP = "loop"


@dataclass
class Node:
    """One resource.

    Attributes:
        kind: ``function``, ``alias``, ``bucket``, ``queue``, ``topic``, ``rule``, ``table``,
            ``stream``, ``url``, ``bus`` or ``other``.
        details: short lines under its name.
        missing: something points to it, and it does not exist.
    """

    id: str
    kind: str
    name: str
    details: Sequence[str] = ()
    missing: bool = False
    faults: dict[Fault, str] = field(default_factory=dict)


@dataclass
class Edge:
    """One connection, in the direction in which events travel.

    Attributes:
        label: what makes it: ``s3:ObjectCreated:*``, ``on failure`` …
        faults: fault → words that AWS has for it, or empty.
    """

    source: str
    target: str
    label: str
    faults: dict[Fault, str] = field(default_factory=dict)


@dataclass
class Graph:
    """``nodes`` by id, ``edges`` in the order in which they were found."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    unread: Mapping[str, str] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        self.nodes.setdefault(node.id, node)

    def connect(self, edge: Edge, described: Callable[[str], Node]) -> None:
        """Add the edge; an end that is not there is drawn as missing, as ``described`` says."""
        for known in (edge.source, edge.target):
            if known not in self.nodes:
                self.nodes[known] = described(known)
                self.nodes[known].missing = True
            if self.nodes[known].missing:
                edge.faults.setdefault(Fault.DANGLING, "")
        self.edges.append(edge)

    @property
    def faults(self) -> list[tuple[str, Fault, str]]:
        """Where, what, and AWS's words for it, if any."""
        found = [
            (node.name, fault, told)
            for node in self.nodes.values()
            for fault, told in node.faults.items()
        ]
        for edge in self.edges:
            where = f"{self.nodes[edge.source].name} → {self.nodes[edge.target].name}"
            found += [(where, fault, told) for fault, told in edge.faults.items()]
        return found


def mark_loops(graph: Graph) -> None:
    """Mark every edge from which events can come back to where they were."""
    after: dict[str, list[str]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
    for edge in graph.edges:
        if edge.source in _reachable(after, edge.target):
            edge.faults.setdefault(Fault.LOOP, "")


def _reachable(after: Mapping[str, list[str]], start: str) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for following in after.get(waiting.pop(), []):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen
