"""What botocore works out for each session and client anew although it never changes.

Half of the time that a client takes once its models are there: other names of its events, and
whether the functions that it registers take any keyword. Only a warm parent imports this.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Any: the runtime's package, of whatever version, not the project's.
hooks: Any = import_module("botocore.hooks")

_names: dict[str, str] = {}
_answers: dict[Any, Any] = {}
_make_aliaser = hooks.EventAliaser.__init__
_accepts_kwargs = hooks.accepts_kwargs


def note() -> None:
    """From now on, until ``keep``, answers are remembered."""
    hooks.accepts_kwargs = _noting_accepts_kwargs


def keep(*aliasers: Any) -> None:
    """Give what was noted, and the names that these have found, to all that come later."""
    for aliaser in aliasers:
        _names.update(aliaser._alias_name_cache)
    hooks.accepts_kwargs = _kept_accepts_kwargs
    hooks.EventAliaser.__init__ = _make_kept_aliaser


def _noting_accepts_kwargs(func: Any) -> Any:
    answer = _answers[getattr(func, "__func__", func)] = _accepts_kwargs(func)
    return answer


def _kept_accepts_kwargs(func: Any) -> Any:
    """Nothing is added: a function's own closures are nobody's to keep."""
    plain = getattr(func, "__func__", func)
    try:
        return _answers[plain]
    except (KeyError, TypeError):
        return _accepts_kwargs(func)


def _make_kept_aliaser(aliaser: Any, *args: Any, **more: Any) -> None:
    _make_aliaser(aliaser, *args, **more)
    if aliaser._event_aliases == hooks.EVENT_ALIASES:
        aliaser._alias_name_cache.update(_names)
