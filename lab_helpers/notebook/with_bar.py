"""A bar over work that takes a while, such as 200 invocations: ``for number in with_bar(…)``.

In a notebook it is a ``<progress>`` element in one output, so a saved notebook holds the end and no
widget is needed; in a terminal rich draws it; elsewhere there is one plain line at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, TypeVar

Each = TypeVar("Each")

_AGAIN_S = 0.1
"""More often nobody sees it, and each time costs a message to the browser."""


def with_bar(items: Sequence[Each], label: str) -> Iterator[Each]:
    """``items`` one by one, with a bar that says how many are done.

    Args:
        label: what is counted, such as ``invocations``.
    """
    if _in_notebook():
        return _in_output(items, label)
    if sys.stderr.isatty():
        return _in_terminal(items, label)
    return _plainly(items, label)


def bar_html(done: int, total: int, label: str) -> str:
    """The bar with its figures; screen readers hear both."""
    told = f"{done:,} / {total:,} {label}"
    return (
        f'<progress value="{done}" max="{max(1, total)}" aria-label="{escape(label)}" '
        f'style="width:20em;vertical-align:middle"></progress> {escape(told)}'
    )


def _in_notebook() -> bool:
    """Whether a kernel shows what is displayed. IPython is not loaded for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _in_output(items: Sequence[Each], label: str) -> Iterator[Each]:
    from IPython.display import display  # loaded already: this is a notebook

    show: Any = display  # IPython does not annotate it
    total, shown_s = len(items), time.monotonic()
    output = show(_data(0, total, label), raw=True, display_id=True)
    for done, item in enumerate(items):
        if time.monotonic() - shown_s > _AGAIN_S:
            shown_s = time.monotonic()
            output.update(_data(done, total, label), raw=True)
        yield item
    output.update(_data(total, total, label), raw=True)


def _data(done: int, total: int, label: str) -> dict[str, str]:
    text = f"{done:,} / {total:,} {label}"
    return {"text/html": bar_html(done, total, label), "text/plain": text}


def _in_terminal(items: Sequence[Each], label: str) -> Iterator[Each]:
    # rich takes a twentieth of a second to load: only where there is a terminal to draw in
    from rich.console import Console
    from rich.progress import track

    yield from track(items, label, console=Console(stderr=True), transient=True)


def _plainly(items: Sequence[Each], label: str) -> Iterator[Each]:
    yield from items
    print(f"{len(items):,} / {len(items):,} {label}", file=sys.stderr)
