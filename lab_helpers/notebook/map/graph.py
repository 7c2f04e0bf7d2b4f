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
    WRITE_BACK = "write_back"
    NOT_DEPLOYED = "not_deployed"


@dataclass
class Node:
    """One resource.

    Attributes:
        kind: ``function``, ``alias``, ``bucket``, ``queue``, ``topic``, ``rule``, ``table``,
            ``stream``, ``url``, ``api``, ``bus`` or ``other``.
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
        """Add the edge; an end that is not there yet is drawn as ``described`` says."""
        for known in (edge.source, edge.target):
            if known not in self.nodes:
                self.nodes[known] = described(known)
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
