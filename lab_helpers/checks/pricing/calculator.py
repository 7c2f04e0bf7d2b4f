"""Ask the learner's calculator about a month that it has not seen."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect, expect_found, unmet

LAB = "pricing"
RELATIVE_TOLERANCE = 1e-4
"""A learner's floats, and prices rounded a digit earlier, are close enough."""


def ask(ev: Evidence, page: str, key: str, **usage: Any) -> float:
    """The number under ``key`` in the page's answer.

    A page that is not deployed, or still has a blank (``...``), is not attempted.
    """
    expect_found(ev.function("calculator"), "calculator_missing")
    invoked = ev.invoke(ev.name("calculator"), {"page": page, "usage": usage})
    expect("ellipsis" not in invoked.error_message, "page_blank", page=page)
    found = expect_found(invoked.succeeded().result, "page_blank", page=page)
    number = found.get(key) if isinstance(found, Mapping) else None
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    expect(is_number, "answer_is_no_number", page=page, key=key, found=invoked.result_text)
    return float(found[key])


def same(found: float, expected: float) -> bool:
    """Equal but for rounding."""
    return math.isclose(found, expected, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-9)


def judge(
    found: float,
    expected: float,
    mistakes: Mapping[str, float],
    otherwise: str,
    **values: Any,
) -> None:
    """Compare an answer; where it is wrong, name the mistake that gives this very number.

    Args:
        mistakes: diagnosis → the number that the mistake leads to.
        otherwise: the diagnosis of any other number.
    """
    if same(found, expected):
        return
    told = {"found": shown(found), "expected": shown(expected), **values}
    for diagnosis, number in mistakes.items():
        if same(found, number):
            unmet(diagnosis, **told)
    unmet(otherwise, **told)


def shown(number: float) -> str:
    """``540,000`` or ``2.733338``: no more digits than say something."""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.6f}".rstrip("0").rstrip(".") if abs(number) >= 0.001 else f"{number:.3g}"


def draw_month() -> dict[str, int]:
    """A month beyond the free tier, of a size that no mistake leaves in the dark."""
    return {
        "requests": random.randrange(3_000_000, 9_000_000, 10_000),
        "billed_ms": random.randrange(210, 790),
        "memory_mb": random.choice((640, 896, 1280, 1536, 1792)),
    }


def told(usage: Mapping[str, Any]) -> str:
    """``requests=3,000,000, billed_ms=120``: the question, for the message."""
    return ", ".join(
        f"{key}={value:,}" if isinstance(value, int) else f"{key}={value}"
        for key, value in usage.items()
    )
