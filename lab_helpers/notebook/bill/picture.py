"""A month's bill as a picture: a bar for each item."""

from __future__ import annotations

from lab_helpers.notebook.bars import Bar, Panel, bars_picture
from lab_helpers.notebook.bill.figures import usd_text
from lab_helpers.notebook.bill.month import Month
from lab_helpers.notebook.bill.tables import month_text
from lab_helpers.notebook.bill.words import item_name, say


def total_text(month: Month, language: str) -> str:
    """``A month: 2.73 USD``."""
    return say("month_total", language, usd=usd_text(month.bill().total_usd))


def month_picture(month: Month, language: str) -> str:
    """SVG."""
    bill = month.bill()
    bars = [
        Bar(item_name(line.item, language), float(line.usd), usd_text(line.usd))
        for line in bill.lines
    ]
    bars += [Bar(item_name(item, language), 0.0, "—") for item, _ in bill.unpriced]
    panel = Panel(say("usd", language), tuple(bars), label_px=270, bar_px=360, number_px=100)
    below = month_text(month, language).split(" · ")
    return bars_picture(total_text(month, language), [panel], below)
