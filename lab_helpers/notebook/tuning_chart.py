"""A picture of what memory does to a function: its duration and its cost at each size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.catalog import Text
from lab_helpers.notebook.table import Table
from lab_helpers.pricing import BilledInvocation, RegionPrices
from lab_helpers.settings import Settings

_FUNCTION = Text("function", "関数")
_MEMORY = Text("memory (MB)", "メモリ (MB)")
_DURATION = Text("billed duration (ms)", "請求対象の時間 (ms)")
_COST = Text("cost of 1 million (USD)", "100 万回の料金 (USD)")
_TITLE = Text("Duration and cost by memory size", "メモリごとの時間と料金")
_HIDE_SAVED = (
    "<style>.jp-OutputArea-child:has(.ldb-themed svg) + .jp-OutputArea-child "
    "{ display: none }</style>"
)
"""Where the picture in the page's own colours is shown, the saved one is not shown as well."""


class TuningChart:
    """Durations and costs of functions by memory size; shows itself in a notebook.

    Args:
        measured: function name → one run for each memory size.
        prices: of the Region whose costs are shown, without the free tier.
        language: ``en`` or ``ja``; default: the learner's.
    """

    def __init__(
        self,
        measured: Mapping[str, Sequence[BilledInvocation]],
        prices: RegionPrices,
        language: str | None = None,
    ) -> None:
        self._language = language or Settings.from_environment().language
        self.rows: dict[str, list[tuple[int, int, float]]] = {
            name: [
                (
                    run.memory_size_mb,
                    run.billed_duration_ms,
                    float(run.cost_usd(prices) * 1_000_000),
                )
                for run in sorted(runs, key=lambda run: run.memory_size_mb)
            ]
            for name, runs in measured.items()
        }

    def table(self) -> Table:
        """The same figures as a table."""
        rows = [
            (name, f"{size:,}", f"{duration:,}", f"{cost:.2f}")
            for name, own in self.rows.items()
            for size, duration, cost in own
        ]
        heads = (_FUNCTION, _MEMORY, _DURATION, _COST)
        return Table(
            _TITLE.in_language(self._language),
            tuple(head.in_language(self._language) for head in heads),
            tuple(rows),
            numbers=frozenset({1, 2, 3}),
        )

    def pictures(self) -> list[str]:
        """SVG, one for each function."""
        return [self._picture(name, rows) for name, rows in self.rows.items()]

    def __repr__(self) -> str:
        """A table; what a terminal shows."""
        return repr(self.table())

    def _ipython_display_(self) -> None:
        """Each picture twice: in the page's colours, and saved as an image.

        GitHub and notebooks that JupyterLab does not trust show no SVG within HTML, and an image
        does not know JupyterLab's theme.
        """
        # IPython takes a tenth of a second to load: only where it is loaded anyway.
        from IPython.display import display

        told: Any = display  # IPython does not annotate it
        for name, picture in zip(self.rows, self.pictures(), strict=True):
            themed = f'<div class="ldb-themed">{picture}</div>{_HIDE_SAVED}'
            told({"text/html": themed, "text/plain": name}, raw=True)
            told({"image/svg+xml": picture, "text/plain": self._told(name)}, raw=True)

    def _told(self, name: str) -> str:
        return "\n".join(
            f"{size:>8,} MB  {duration:>8,} ms  ${cost:.2f}"
            for size, duration, cost in self.rows[name]
        )

    def _picture(self, name: str, rows: Sequence[tuple[int, int, float]]) -> str:
        """Two curves over memory, each point with its number."""
        # matplotlib takes half a second to load: only once a chart is drawn.
        from lab_helpers.notebook.chart import Chart, told_in_words

        chart = Chart(640, 260, columns=2)
        chart.head(name)
        sizes = [f"{size:,}" for size, _, _ in rows]
        panels = (
            (_DURATION, [(float(ms), f"{ms:,}") for _, ms, _ in rows], " ms"),
            (_COST, [(usd, f"${usd:.2f}") for _, _, usd in rows], ""),
        )
        told = []
        for number, (title, points, unit) in enumerate(panels):
            words = title.in_language(self._language)
            below = _MEMORY.in_language(self._language)
            chart.curve(number, words, below, sizes, points)
            figures = zip(sizes, (shown for _, shown in points), strict=True)
            told.append(
                f"{words}: " + told_in_words([(size, shown + unit) for size, shown in figures])
            )
        return chart.svg(name, ". ".join(told), kind="ldb-tuning")
