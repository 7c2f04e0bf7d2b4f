"""The keys of a bucket in their order, kept while objects come and go.

moto keeps them in a dict, and puts all of them in order for each page that it lists.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

from moto.s3.utils import _VersionedKeyStore

_set = _VersionedKeyStore.__setitem__
_set_all = _VersionedKeyStore.setlist
_pop = _VersionedKeyStore.pop
_LAST_CHARACTER = "\U0010ffff"


def install() -> None:
    _VersionedKeyStore.__setitem__ = _noted_set
    _VersionedKeyStore.setlist = _noted_set_all
    _VersionedKeyStore.pop = _noted_pop


def names_in_order(keys: Any) -> list[str]:
    """All of a bucket's keys, sorted; not to be changed. Sorts once, at the first look."""
    names: list[str] | None = vars(keys).get("names")
    if names is None or len(names) != len(keys):
        names = vars(keys)["names"] = sorted(dict.__iter__(keys))
    return names


def place_behind(names: list[str], prefix: str, begin: int = 0) -> int:
    """Index of the first name, from ``begin`` on, that is behind all that start with ``prefix``."""
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return len(names)
    return bisect_left(names, stem[:-1] + chr(ord(stem[-1]) + 1), begin)


def _noted_set(keys: Any, name: str, value: Any) -> None:
    _note(keys, name)
    _set(keys, name, value)


def _noted_set_all(keys: Any, name: str, versions: Any) -> None:
    _note(keys, name)
    _set_all(keys, name, versions)


def _note(keys: Any, name: str) -> None:
    names = vars(keys).get("names")
    if names is not None and not dict.__contains__(keys, name):
        insort(names, name)


def _noted_pop(keys: Any, name: str) -> None:
    names = vars(keys).get("names")
    if names is not None and dict.__contains__(keys, name):
        del names[bisect_left(names, name)]
    _pop(keys, name)
