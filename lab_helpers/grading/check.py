"""``@check``: how a lab's module of checks names what must hold for a step.

A step has one condition or several, each a small function. They are looked at in the order in
which they are written; the first that does not hold is what the learner reads about.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.grading.evidence import Evidence

Look = Callable[[Evidence], None]


@dataclass(frozen=True)
class Condition:
    """One thing that must hold; ``look`` raises ``Unmet`` where it does not."""

    lab: str
    step: str
    name: str
    look: Look


_conditions: dict[str, dict[str, list[Condition]]] = {}


def check(*, lab: str, step: str) -> Callable[[Look], Look]:
    """Register the decorated function as the next condition of ``step``."""

    def register(look: Look) -> Look:
        of_step = _conditions.setdefault(lab, {}).setdefault(step, [])
        of_step[:] = [known for known in of_step if known.name != look.__name__]
        of_step.append(Condition(lab, step, look.__name__, look))
        return look

    return register


def conditions_of(lab: str) -> dict[str, tuple[Condition, ...]]:
    """Step id → its conditions in order, from ``lab_helpers.checks.<lab>``.

    The module is imported on first use: a lab's checks cost nothing until they are wanted.

    Raises:
        ModuleNotFoundError: no checks are written for this lab.
    """
    importlib.import_module(f"lab_helpers.checks.{lab}")
    return {step: tuple(found) for step, found in _conditions.get(lab, {}).items()}
