"""A picture of what memory does to a function: its duration and its cost at each size.

Drawn as SVG, with no plotting library: two rows of bars, their numbers beside them, and a table
for who cannot see them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lab_helpers.pricing import BilledInvocation, RegionPrices
from lab_helpers.settings import Settings

_WORDS = {
    "en": ("memory (MB)", "billed duration (ms)", "cost of 1 million (USD)"),
    "ja": ("メモリ (MB)", "請求対象の時間 (ms)", "100 万回の料金 (USD)"),
}
_COLOURS = ("var(--jp-brand-color1,#1976d2)", "var(--jp-warn-color1,#e65100)")
_ROW_PX, _LABEL_PX, _BAR_PX, _NUMBER_PX = 26, 52, 190, 74
_PANEL_PX = _LABEL_PX + _BAR_PX + _NUMBER_PX


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
        self._words = _WORDS["ja" if (language or _learners()) == "ja" else "en"]
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

    def __repr__(self) -> str:
        """A table; what a terminal shows."""
        lines: list[str] = []
        for name, rows in self.rows.items():
            lines.append(f"{name}: {' | '.join(self._words)}")
            lines += [f"{size:>8,}  {duration:>8,}  {cost:>8.2f}" for size, duration, cost in rows]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return "".join(self._chart(name, rows) for name, rows in self.rows.items())

    def _chart(self, name: str, rows: Sequence[tuple[int, int, float]]) -> str:
        height = (len(rows) + 1) * _ROW_PX
        durations = [(f"{size:,}", float(ms), f"{ms:,} ms") for size, ms, _ in rows]
        costs = [(f"{size:,}", usd, f"${usd:.2f}") for size, _, usd in rows]
        panels = _panel(0, self._words[1], durations, _COLOURS[0])
        panels += _panel(_PANEL_PX + 24, self._words[2], costs, _COLOURS[1])
        said = "; ".join(f"{size:,} MB: {ms:,} ms, ${usd:.2f}" for size, ms, usd in rows)
        return (
            f'<figure style="margin:.6em 0"><figcaption><strong>{escape(name)}</strong> · '
            f"{escape(self._words[0])}</figcaption>"
            f'<svg role="img" aria-label="{escape(f"{name}: {said}", quote=True)}" '
            f'viewBox="0 0 {2 * _PANEL_PX + 24} {height}" style="max-width:44em;width:100%" '
            f'font-family="sans-serif" font-size="13" fill="currentColor">{panels}</svg></figure>'
        )


def _panel(left: int, title: str, bars: Sequence[tuple[str, float, str]], colour: str) -> str:
    """Bars from top to bottom: label, length, number. The longest fills the panel."""
    longest = max((value for _, value, _ in bars), default=0.0) or 1.0
    parts = [f'<text x="{left + _LABEL_PX}" y="14" font-weight="bold">{escape(title)}</text>']
    for row, (label, value, number) in enumerate(bars, start=1):
        top, width = row * _ROW_PX, max(1.0, value / longest * _BAR_PX)
        middle = top + _ROW_PX / 2
        parts += [
            f'<text x="{left + _LABEL_PX - 6}" y="{middle}" text-anchor="end">{label}</text>',
            f'<rect x="{left + _LABEL_PX}" y="{top + 1}" width="{width:.1f}" height="17" rx="2" '
            f'fill="{colour}"/>',
            f'<text x="{left + _LABEL_PX + width + 5:.1f}" y="{middle}">{escape(number)}</text>',
        ]
    return "".join(parts)


def _learners() -> str:
    return Settings.from_environment().language
