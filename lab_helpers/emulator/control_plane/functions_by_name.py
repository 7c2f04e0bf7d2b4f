"""A Region's functions, found by name and kept in the order of their names.

ListFunctions answers in that order, a page at a time: to sort all names for each page costs 50 ms
where there are ten thousand.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, MutableMapping
from itertools import islice

from lab_helpers.emulator.control_plane.records import Function


class FunctionsByName(MutableMapping[str, Function]):
    """Iterates in the order of names; finding, adding and removing one look at no other."""

    def __init__(self) -> None:
        self._by_name: dict[str, Function] = {}
        self._names: list[str] = []

    def __getitem__(self, name: str) -> Function:
        return self._by_name[name]

    def __setitem__(self, name: str, function: Function) -> None:
        if name not in self._by_name:
            insort(self._names, name)
        self._by_name[name] = function

    def __delitem__(self, name: str) -> None:
        del self._by_name[name]
        del self._names[bisect_left(self._names, name)]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def since(self, name: str) -> Iterator[Function]:
        """That name's function, if there is one, and all behind it."""
        for one in islice(self._names, bisect_left(self._names, name), None):
            yield self._by_name[one]
