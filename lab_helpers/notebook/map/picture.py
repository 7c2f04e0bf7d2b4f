"""The map as one SVG that needs nothing else: it stays in the saved notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from lab_helpers.notebook.map.graph import Edge, Graph, Node
from lab_helpers.notebook.map.layout import columns_of, unconnected
from lab_helpers.notebook.map.letters import in_two_lines, shortened

Say = Callable[..., str]

_BOX_PX, _LINE_PX, _GAP_PX, _WAY_PX, _EDGE_PX = 200, 16, 26, 210, 12
_LEFT_PX, _LANE_PX, _LABEL_PX = 30, 30, 13
_TEXT = "var(--jp-ui-font-color1,#212121)"
# JupyterLab's border colours are too faint for lines that carry meaning (WCAG 1.4.11: 3 to 1).
_FRAME = "var(--jp-ui-font-color2,#757575)"
_FILL = "var(--jp-layout-color1,#fff)"
_FAULT = "var(--jp-error-color1,#c62828)"
_PADDING_PX = 10
_ROOM_PX = _BOX_PX - 2 * _PADDING_PX
_LABEL_ROOM_PX = _WAY_PX - 12
_SAID = ("detail", "fault")


class Place:
    """Where a box stands, in pixels."""

    def __init__(self, x: float, y: float, lines: int) -> None:
        self.x, self.y = x, y
        self.height = 14 + lines * _LINE_PX

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


class LabelRows:
    """Where the words of arrows stand: those of one gap between columns never on each other."""

    def __init__(self) -> None:
        self._taken: set[tuple[float, int]] = set()

    def place(self, x: float, y: float, lines: int) -> float:
        """The height nearest to ``y`` at which so many lines are free; they are taken then."""
        wanted = round(y / _LABEL_PX)
        for step in range(2 * len(self._taken) + 1):
            row = wanted + (step + 1) // 2 * (1 if step % 2 else -1)
            rows = {(x, row + line) for line in range(lines)}
            if not rows & self._taken:
                break
        self._taken |= rows
        return y + (row - wanted) * _LABEL_PX


def map_svg(graph: Graph, say: Say) -> str:
    """Boxes and arrows; each has its facts as a title, and the whole its facts as ``<desc>``."""
    places, width, height = _connected_places(graph, say)
    lanes: dict[int, float] = {}
    for edge in graph.edges:
        if places[edge.target].x <= places[edge.source].x:  # it goes back, below everything
            lanes[id(edge)] = height + 8
            height += _LANE_PX
    height = _add_unconnected(graph, say, places, width, height)
    rows = LabelRows()
    parts = [_edge(edge, places, say, lanes.get(id(edge)), rows) for edge in graph.edges]
    parts += [_box(graph.nodes[name], place, say) for name, place in places.items()]
    told = "; ".join(_told(edge, graph, say) for edge in graph.edges) or say("nothing")
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" '
        'style="max-width:100%;height:auto" xmlns="http://www.w3.org/2000/svg" '
        'font-family="sans-serif">'
        f"<title>{escape(say('map'))}</title><desc>{escape(told)}</desc>"
        f'<rect width="100%" height="100%" fill="{_FILL}"/>{"".join(parts)}</svg>'
    )


def _connected_places(graph: Graph, say: Say) -> tuple[dict[str, Place], float, float]:
    """The place of each node that has a connection, and the size that they take."""
    places: dict[str, Place] = {}
    columns = columns_of(graph)
    leaving = Counter(edge.source for edge in graph.edges)
    arriving = Counter(edge.target for edge in graph.edges)
    bottom = 10.0
    for index, column in enumerate(columns):
        y = 10.0
        for name in column:
            lines = len(_lines(graph.nodes[name], say))
            place = Place(_LEFT_PX + index * (_BOX_PX + _WAY_PX), y, lines)
            # The words of each arrow need a line of their own.
            needed = max(place.height, max(leaving[name], arriving[name]) * (_EDGE_PX + 10))
            place.y = y + (needed - place.height) / 2
            places[name] = place
            y += needed + _GAP_PX
        bottom = max(bottom, y)
    width = _LEFT_PX + len(columns) * (_BOX_PX + _WAY_PX) - _WAY_PX + _LEFT_PX
    return places, max(width, 3 * (_BOX_PX + 20) + 2 * _LEFT_PX), bottom


def _add_unconnected(
    graph: Graph, say: Say, places: dict[str, Place], width: float, height: float
) -> float:
    """Put what has no connection below, row by row; the height of it all."""
    x, y, tallest = float(_LEFT_PX), height + 10, 0.0
    for name in unconnected(graph):
        if x + _BOX_PX > width:
            x, y, tallest = float(_LEFT_PX), y + tallest + 12, 0.0
        places[name] = Place(x, y, len(_lines(graph.nodes[name], say)))
        tallest = max(tallest, places[name].height)
        x += _BOX_PX + 20
    return y + tallest + 10


def _lines(node: Node, say: Say) -> list[tuple[str, str]]:
    """Text and style: the kind, the name, what is wrong, details."""
    names = in_two_lines(node.name, _ROOM_PX, _STYLES["name"].size_px, bold=True)
    lines = [(say(f"kind_{node.kind}"), "kind"), *((name, "name") for name in names)]
    lines += [(detail, "detail") for detail in node.details]
    if node.missing:
        lines.append((f"✗ {say('does_not_exist')}", "fault"))
    lines += [(f"✗ {say(f'node_{fault}')}", "fault") for fault in node.faults]
    return lines


@dataclass(frozen=True)
class _Style:
    size_px: float
    bold: bool


_STYLES = {
    "kind": _Style(11, bold=False),
    "name": _Style(13, bold=True),
    "detail": _Style(11, bold=False),
    # The theme's red is too faint for small letters in the dark: frame and arrow have it.
    "fault": _Style(11, bold=True),
}


def _box(node: Node, place: Place, say: Say) -> str:
    wrong = node.missing or bool(node.faults)
    stroke, dashes = (_FAULT, ' stroke-dasharray="5 3"') if node.missing else (_FRAME, "")
    if wrong:
        stroke = _FAULT
    lines = _lines(node, say)
    texts = "".join(
        _line(text, _STYLES[style], place.x + _PADDING_PX, place.y + 18 + index * _LINE_PX)
        for index, (text, style) in enumerate(lines)
    )
    told = escape("\n".join([lines[0][0], node.name, *(t for t, style in lines if style in _SAID)]))
    return (
        f'<g><title>{told}</title><rect x="{place.x:g}" y="{place.y:g}" width="{_BOX_PX}" '
        f'height="{place.height:g}" rx="6" fill="{_FILL}" stroke="{stroke}" '
        f'stroke-width="{2 if wrong or node.kind == "function" else 1}"{dashes}/>{texts}</g>'
    )


def _line(text: str, style: _Style, x: float, y: float) -> str:
    short = shortened(text, _ROOM_PX, style.size_px, bold=style.bold)
    weight = "600" if style.bold else "400"
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{style.size_px:g}" font-weight="{weight}" '
        f'fill="{_TEXT}">{escape(short)}</text>'
    )


def _edge(
    edge: Edge, places: Mapping[str, Place], say: Say, below: float | None, rows: LabelRows
) -> str:
    """An arrow with its words; ``below``: the height at which one that goes back runs."""
    start, end = places[edge.source], places[edge.target]
    x1, y1, x2, y2 = start.x + _BOX_PX, start.middle, end.x, end.middle
    colour = _FAULT if edge.faults else _FRAME
    dashes = ' stroke-dasharray="5 4"' if edge.faults else ""
    if below is None:
        bend = (x1 + x2) / 2
        way = f"M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2 - 7:g} {y2:g}"
        tip = f"M{x2:g} {y2:g}l-9 -4v8z"
        # Not in the middle, where arrows of the same box cross: nearer to where they part.
        x, y = x2 - _WAY_PX / 2, y1 + (y2 - y1) * 0.5
    else:
        # Through the gaps between the columns, so that it crosses no box.
        way = f"M{x1:g} {y1:g}h14V{below:g}H{x2 - 18:g}V{y2:g}H{x2 - 7:g}"
        tip = f"M{x2:g} {y2:g}l-9 -4v8z"
        x, y = (x1 + x2) / 2, below
    words = [(edge.label, "400")]
    words += [(f"✗ {say(f'edge_{fault}')}", "700") for fault in edge.faults]
    y = rows.place(x, y, len(words))
    shown = [
        (shortened(text, _LABEL_ROOM_PX, 11, bold=bold == "700"), bold) for text, bold in words
    ]
    texts = "".join(
        f'<text x="{x:g}" y="{y - 4 + index * _LABEL_PX:g}" font-size="11" text-anchor="middle" '
        f'font-weight="{weight}" fill="{_TEXT}" stroke="{_FILL}" stroke-width="3" '
        f'paint-order="stroke">{escape(text)}</text>'
        for index, (text, weight) in enumerate(shown)
    )
    told = escape(" · ".join([edge.label, *(text for text, _ in words[1:]), *_aws(edge)]))
    return (
        f'<g><title>{told}</title><path d="{way}" fill="none" stroke="{colour}" '
        f'stroke-width="1.5"{dashes}/><path d="{tip}" fill="{colour}"/>{texts}</g>'
    )


def _aws(edge: Edge) -> list[str]:
    return [told for told in edge.faults.values() if told]


def _told(edge: Edge, graph: Graph, say: Say) -> str:
    names = f"{graph.nodes[edge.source].name} → {graph.nodes[edge.target].name}"
    wrong = "".join(f", {say(f'edge_{fault}')}" for fault in edge.faults)
    return f"{names}: {edge.label}{wrong}"
