"""The map as a value that shows itself: a picture in a notebook, a table elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from lab_helpers.notebook.map.cloud_state import read_cloud
from lab_helpers.notebook.map.connections import graph_of
from lab_helpers.notebook.map.graph import Fault, Graph
from lab_helpers.notebook.map.picture import map_svg
from lab_helpers.notebook.map.words import speaker
from lab_helpers.notebook.with_bar import with_bar

_HIDE_SECOND = (
    "<style>.jp-OutputArea-child:has(.lambda-dojo-map) + .jp-OutputArea-child{display:none}</style>"
)


class ShownMap:
    """What ``lab.map()`` returns.

    Attributes:
        graph: the facts: nodes, edges and what is wrong with them.
    """

    def __init__(self, graph: Graph, language: str) -> None:
        self.graph = graph
        self._say = speaker(language)

    def table(self) -> str:
        """Resources, connections and faults as text."""
        say, nodes = self._say, self.graph.nodes
        if not nodes:
            return "\n".join([say("nothing"), *self._unread()])
        lines = [f"{say('kind')} | {say('resource')}"]
        lines += [
            " | ".join([say(f"kind_{node.kind}"), node.name, *node.details])
            + (f" | ✗ {say('does_not_exist')}" if node.missing else "")
            for node in nodes.values()
        ]
        if self.graph.edges:
            lines += ["", " | ".join(say(name) for name in ("from", "to", "by"))]
            lines += [" | ".join(row) for row in self._connections()]
        lines += ["", *self._faults(), *self._unread()]
        return "\n".join(lines)

    def _connections(self) -> list[Sequence[str]]:
        nodes = self.graph.nodes
        return [
            (nodes[edge.source].name, nodes[edge.target].name, edge.label)
            for edge in self.graph.edges
        ]

    def _faults(self) -> list[str]:
        """A line per fault: where, what, AWS's words; and once what each kind means."""
        say, found = self._say, self.graph.faults
        if not found:
            return [say("all_well")]
        lines = [
            f"✗ {where}: {self._named(where, fault)} {told}".rstrip()
            for where, fault, told in found
        ]
        kinds = dict.fromkeys(fault for _, fault, _ in found)
        return lines + [say(f"how_{fault}") for fault in kinds if fault != Fault.PROBLEM]

    def _named(self, where: str, fault: Fault) -> str:
        return self._say(f"edge_{fault}" if " → " in where else f"node_{fault}")

    def _unread(self) -> list[str]:
        services = ", ".join(self.graph.unread)
        return [self._say("unread", services=services)] if services else []

    @property
    def svg(self) -> str:
        """The picture alone."""
        return map_svg(self.graph, self._say)

    def __repr__(self) -> str:
        return self.table()

    def _ipython_display_(self) -> None:
        """The picture with its words; then the picture alone, which only others show.

        GitHub shows no SVG within HTML; JupyterLab's theme and tool tips reach only that one.
        """
        # IPython takes a tenth of a second to load: only where it is loaded anyway.
        from IPython.display import display

        told: Any = display  # IPython does not annotate it
        html = self._repr_html_() + (_HIDE_SECOND if self.graph.nodes else "")
        told({"text/html": html, "text/plain": self.table()}, raw=True)
        if self.graph.nodes:
            told({"image/svg+xml": self.svg, "text/plain": ""}, raw=True)

    def _repr_html_(self) -> str:
        """The picture; below it what is wrong in words, and everything as a table."""
        say = self._say
        faults = "".join(f"<li>{escape(line)}</li>" for line in [*self._faults(), *self._unread()])
        heads = "".join(f'<th scope="col">{say(name)}</th>' for name in ("from", "to", "by"))
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._connections()
        )
        if not self.graph.nodes:
            return f"<p>{escape(say('nothing'))}</p>"
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return (
            f'<div class="lambda-dojo-map" style="overflow-x:auto" role="region" tabindex="0" '
            f'aria-label="{escape(say("map"))}">{self.svg}'
            f'<ul style="list-style:none;padding-left:0">{faults}</ul>'
            f"<details><summary>{escape(say('as_table'))}</summary>{table}</details></div>"
        )


MANY_FUNCTIONS = 100
"""To ask about more takes longer than a blink: a bar is shown."""


def draw_map(client: Callable[[str], Any], account_id: str, language: str) -> ShownMap:
    """Ask the cloud and draw what it tells.

    Args:
        client: service → boto3 client, such as ``lab.client``.
    """
    say = speaker(language)

    def bar(functions: Sequence[str]) -> Iterator[str]:
        if len(functions) < MANY_FUNCTIONS:
            return iter(functions)
        return with_bar(functions, say("functions"))

    state = read_cloud(client, bar)
    return ShownMap(graph_of(state, say, account_id), language)
