"""Hooks around a SnapStart snapshot, by the name that AWS's Python runtimes bring along.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Hook = Callable[..., Any]

_before: list[tuple[Hook, tuple[Any, ...], dict[str, Any]]] = []
_after: list[tuple[Hook, tuple[Any, ...], dict[str, Any]]] = []


def register_before_snapshot(func: Hook, *args: Any, **kwargs: Any) -> Hook:
    """Run ``func`` before the snapshot; the last registered runs first. Also a decorator."""
    _before.append((func, args, kwargs))
    return func


def register_after_restore(func: Hook, *args: Any, **kwargs: Any) -> Hook:
    """Run ``func`` after each restore, in the order of registration. Also a decorator."""
    _after.append((func, args, kwargs))
    return func


def run_before_snapshot() -> None:
    for func, args, kwargs in reversed(_before):
        func(*args, **kwargs)


def run_after_restore() -> None:
    for func, args, kwargs in _after:
        func(*args, **kwargs)
