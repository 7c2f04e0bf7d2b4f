"""The course's charts: drawn by matplotlib, finished so that they belong to the page they are in.

matplotlib writes colours and fonts as fixed words, measures letters that it has no font for, and
names every part. After it has drawn, colours become JupyterLab's own variables (their fallback is
what shows in an image, where no theme is), letters take the page's font, so that Japanese is text
too, and each mark says its figure when it is pointed at.

Import this module where a chart is drawn, and only there: matplotlib takes 0.5 s to load.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, FAINT, PAPER = "#212121", "#9e9e9e", "#ffffff"
LINES = ("#1565c0", "#bf360c", "#1a7f37")
"""Of the first, second and third series; each with its own mark too, for who sees no colours."""
MARKS = ("o", "s", "^")
DASHES: tuple[str, ...] = ("-", "--", ":")

_VARIABLES = {
    INK: "--jp-ui-font-color1",
    FAINT: "--jp-border-color1",
    PAPER: "--jp-layout-color0",
    LINES[0]: "--jp-brand-color1",
    LINES[1]: "--jp-warn-color0",
    LINES[2]: "--jp-success-color0",
}
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_FONTS = re.compile(r"(?<=font-family: )[^;]*|(?<=px )'[^;]*")
_SPEAKS_OF_ALL = {f"{{{_SVG}}}style", f"{{{_SVG}}}metadata"}
_HELD = re.compile(r"<(\d+)\.*>")
_TOLD = "told-"
_PX_PER_INCH = 72  # the SVG of matplotlib has 72 dots to an inch, whatever the figure's dpi


class Chart:
    """Axes beside each other, and the words and figures that matplotlib does not write itself.

    Args:
        columns: how many axes.

    Attributes:
        axes: from left to right, in the house style and with nothing in them.
    """

    def __init__(self, width_px: float, height_px: float, columns: int = 1) -> None:
        size = (width_px / _PX_PER_INCH, height_px / _PX_PER_INCH)
        self._size_px = (width_px, height_px)
        self._figure = Figure(figsize=size, dpi=_PX_PER_INCH, layout="constrained")
        self._held: list[str] = []
        self._told: dict[str, tuple[str, ...]] = {}
        self.axes: list[Axes] = list(self._figure.subplots(1, columns, squeeze=False)[0])
        for axes in self.axes:
            _plain(axes)

    def words(self, text: str) -> str:
        """What to give matplotlib in place of ``text``: as wide, and in letters that it has."""
        self._held.append(text)
        # A Japanese letter is as wide as two; a dot is half as wide as a letter.
        width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
        mark = f"<{len(self._held) - 1}"
        return mark + "." * max(0, 2 * (width - len(mark) - 1)) + ">"

    def tell(self, *texts: str) -> str:
        """The ``gid`` of what says this when it is pointed at: a bar, or the marks of a line."""
        name = f"{_TOLD}{len(self._told)}"
        self._told[name] = texts
        return name

    def head(self, text: str) -> None:
        """Above all axes."""
        look = {"x": 0.01, "ha": "left", "color": INK, "fontsize": 13, "fontweight": "bold"}
        self._figure.suptitle(self.words(text), **_any(look))

    def curve(
        self,
        at: int,
        title: str,
        below: str,
        steps: Sequence[str],
        points: Sequence[tuple[float, str]],
    ) -> None:
        """Values over steps of equal width, from zero on, with each number beside its mark.

        Args:
            at: which axes.
            below: what the steps are.
            points: value and its number, one for each step.
        """
        axes, values = self.axes[at], [value for value, _ in points]
        axes.set_title(self.words(title), loc="left", color=INK, fontsize=12)
        axes.set_xlabel(self.words(below), color=INK, fontsize=11)
        axes.set_xticks(range(len(steps)), [self.words(step) for step in steps])
        axes.set_xlim(-0.4, max(len(steps) - 0.6, 0.6))
        axes.set_ylim(0, max(values, default=1.0) * 1.2 or 1.0)
        axes.yaxis.set_major_formatter(lambda level, _: f"{level:,g}")
        mark = {"color": LINES[at], "marker": MARKS[at], "markersize": 6, "linewidth": 2}
        (line,) = axes.plot(range(len(values)), values, **_any(mark))
        said = [f"{step}: {told}" for step, (_, told) in zip(steps, points, strict=True)]
        line.set_gid(self.tell(*said))
        for step, (value, told) in enumerate(points):
            before = values[step - 1] if step else value
            after = values[step + 1] if step + 1 < len(values) else value
            beside = _beside(before, value, after, max(values) / 10)
            look = {"ha": beside, "color": INK, "fontsize": 10, "textcoords": "offset points"}
            axes.annotate(self.words(told), (step, value), (_ASIDE_PX[beside], 6), **_any(look))

    def svg(self, title: str, told: str, *, kind: str = "", paper: bool = True) -> str:
        """The whole picture, the same bytes for the same chart.

        Args:
            told: the figures in words, for who cannot see them.
            kind: its class.
            paper: also behind it; without, what it stands on is seen.
        """
        drawn = io.StringIO()
        # matplotlib reads these two where it writes, and nowhere else can they be given.
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "lambda-dojo"}):
            unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            self._figure.savefig(drawn, format="svg", metadata=unsaid)
        root = ElementTree.fromstring(drawn.getvalue())
        _leave_the_page_alone(root)
        _say(root, self._told)
        for element in root.iter():
            if style := element.get("style"):
                element.set("style", _in_the_page_s_style(style))
            if match := _HELD.fullmatch(element.text or ""):
                element.text = self._held[int(match[1])]
        self._head(root, title, told, kind)
        if paper:
            size = {"width": "100%", "height": "100%", "style": f"fill: {_variable(PAPER)}"}
            root.insert(2, ElementTree.Element(f"{{{_SVG}}}rect", size))
        return ElementTree.tostring(root, encoding="unicode")

    def _head(self, root: ElementTree.Element, title: str, told: str, kind: str) -> None:
        width, height = self._size_px
        root.attrib.clear()
        root.attrib |= {
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "role": "img",
            "aria-label": f"{title}: {told}" if told else title,
            "style": "max-width:100%;height:auto;stroke-linejoin:round",
        }
        if kind:
            root.set("class", kind)
        for place, (name, text) in enumerate((("title", title), ("desc", told))):
            made = ElementTree.Element(f"{{{_SVG}}}{name}")
            made.text = text
            root.insert(place, made)


_ASIDE_PX = {"left": 3, "right": -3, "center": 0}


def _beside(before: float, value: float, after: float, much: float) -> str:
    """Where a number does not lie on the lines that come and go."""
    falls, rises = before - value > much, max(value - before, after - value) > much
    if falls == rises:
        return "center"
    return "left" if falls else "right"


def _any(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """matplotlib annotates each of its keywords apart; together they are of no type."""
    return keywords


def _plain(axes: Axes) -> None:
    """Two axes and faint lines to read values by; no frame."""
    axes.set_facecolor("none")
    axes.figure.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(color=FAINT, labelcolor=INK, labelsize=10, length=3)
    axes.grid(axis="y", color=FAINT, linewidth=0.5, linestyle=(0, (2, 3)))
    axes.set_axisbelow(True)


def _leave_the_page_alone(root: ElementTree.Element) -> None:
    """Take out what would reach beyond the picture where it stands in a page.

    matplotlib's style sheet speaks of every element (``*``), and its names of parts
    (``figure_1``) are the same in each picture.
    """
    for parent in list(root.iter()):
        parent.text, parent.tail = (parent.text or "").strip(), ""
        for child in list(parent):
            if child.tag in _SPEAKS_OF_ALL:
                parent.remove(child)
        if parent.tag == f"{{{_SVG}}}g" and not parent.get("id", "").startswith(_TOLD):
            parent.attrib.pop("id", None)
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata" or (
            child.tag == f"{{{_SVG}}}defs" and not len(child)
        ):
            root.remove(child)


def _say(root: ElementTree.Element, told: Mapping[str, Sequence[str]]) -> None:
    for element in root.iter():
        if texts := told.get(element.get("id", "")):
            del element.attrib["id"]
            # Each mark of a line is a copy (`use`) of the first; anything else is one whole.
            marks = list(element.iter(f"{{{_SVG}}}use")) or [element]
            for mark, text in zip(marks, texts, strict=False):
                title = ElementTree.Element(f"{{{_SVG}}}title")
                title.text = text
                mark.insert(0, title)


def _in_the_page_s_style(style: str) -> str:
    for colour in _VARIABLES:
        style = style.replace(colour, _variable(colour))
    return _FONTS.sub("var(--jp-ui-font-family, sans-serif)", style)


def _variable(colour: str) -> str:
    return f"var({_VARIABLES[colour]}, {colour})"


def told_in_words(rows: Sequence[tuple[str, str]]) -> str:
    """Pairs of what and how much, as one sentence."""
    return "; ".join(f"{what}: {much}" for what, much in rows)


ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)
