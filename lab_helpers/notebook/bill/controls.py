"""What of a month can be moved: stops for each slider, measured values among them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lab_helpers.notebook.bill.month import Month
from lab_helpers.notebook.bill.words import say
from lab_helpers.pricing import price_book

_REQUESTS = [step * 10**power for power in range(3, 9) for step in (1, 2, 3, 5)] + [10**9]
_BILLED_MS = [step * 10**power for power in range(5) for step in (1, 2, 5)] + [100_000, 900_000]
_MEMORY_MB = [128, 256, 512, 1024, 1536, 1769, 2048, 3008, 4096, 6144, 8192, 10240]
_PROVISIONED = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


@dataclass(frozen=True)
class Control:
    """One thing to choose.

    Attributes:
        name: the field of ``Month``.
        kind: ``range`` or ``choice``.
        values: what there is to choose from, ``texts`` how each is shown.
        start: index of what is chosen at first.
    """

    name: str
    label: str
    kind: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int

    def for_browser(self) -> dict[str, Any]:
        """Without the values: the browser sends back an index."""
        told = {"name": self.name, "label": self.label, "kind": self.kind}
        return told | {"texts": list(self.texts), "start": self.start}


def controls_of(month: Month, language: str) -> list[Control]:
    """At first they stand at ``month``."""
    tiers = {True: say("yes", language), False: say("no", language)}
    regions = list(price_book().regions)
    return [
        _range("requests", _REQUESTS, month, language, lambda number: f"{number:,}"),
        _range("billed_ms", _BILLED_MS, month, language, lambda number: f"{number:,} ms"),
        _range("memory_size_mb", _MEMORY_MB, month, language, lambda number: f"{number:,} MB"),
        _range("provisioned_concurrency", _PROVISIONED, month, language, lambda n: f"{n:,}"),
        _choice("architecture", ["x86_64", "arm64"], month, language, str),
        _choice("region", regions, month, language, str),
        _choice("free_tier", [True, False], month, language, tiers.__getitem__),
    ]


def chosen_month(month: Month, controls: Sequence[Control], chosen: Mapping[str, object]) -> Month:
    """``month`` with what was chosen; an index that does not exist changes nothing.

    Args:
        chosen: control's name → index of its value.
    """
    changes = {}
    for control in controls:
        index = chosen.get(control.name)
        if isinstance(index, int) and 0 <= index < len(control.values):
            changes[control.name] = control.values[index]
    return replace(month, **changes)


def _range(
    name: str, stops: Sequence[int], month: Month, language: str, shown: Callable[[int], str]
) -> Control:
    """The measured value is a stop of its own."""
    measured: int = getattr(month, name)
    values = sorted({*stops, measured})
    texts = [shown(value) for value in values]
    start = values.index(measured)
    if measured not in stops:
        texts[start] = say("measured", language, value=texts[start])
    return Control(name, say(f"c_{name}", language), "range", tuple(values), tuple(texts), start)


def _choice(
    name: str, values: Sequence[Any], month: Month, language: str, shown: Callable[[Any], str]
) -> Control:
    texts = tuple(shown(value) for value in values)
    start = list(values).index(getattr(month, name))
    return Control(name, say(f"c_{name}", language), "choice", tuple(values), texts, start)
