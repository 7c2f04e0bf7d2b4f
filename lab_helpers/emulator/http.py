"""An HTTP message as the emulator's rooms pass it on: raw path and query kept, body whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote


class Headers:
    """Header names are case-insensitive; order and repeats are kept."""

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = [(name, value) for name, value in items]
        # Each request is asked for some thirty headers: the names are folded once.
        self._values: dict[str, list[str]] | None = None

    def get(self, name: str, default: str = "") -> str:
        found = self._by_name().get(name.lower())
        return default if found is None else found[0]

    def get_all(self, name: str) -> list[str]:
        return list(self._by_name().get(name.lower(), ()))

    def set(self, name: str, value: str) -> None:
        """Replace every value of ``name`` by one."""
        self.remove(name)
        self._items.append((name, value))
        self._values = None

    def remove(self, name: str) -> None:
        wanted = name.lower()
        if wanted in self._by_name():
            self._items = [(key, value) for key, value in self._items if key.lower() != wanted]
            self._values = None

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def _by_name(self) -> dict[str, list[str]]:
        if self._values is None:
            self._values = {}
            for name, value in self._items:
                self._values.setdefault(name.lower(), []).append(value)
        return self._values


@dataclass
class Request:
    """One request.

    Attributes:
        raw_path: as it came over the wire, percent-encoding kept; starts with ``/``.
        raw_query: what followed ``?``, or an empty string.
    """

    method: str
    raw_path: str
    raw_query: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def path(self) -> str:
        return unquote(self.raw_path)

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, decoded; of a repeated one the last value."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))


@dataclass
class Response:
    """One answer, sent in one piece."""

    status: int = 200
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""


Answer = Callable[[Request], Awaitable[Response]]
"""Whatever answers requests; never raises."""
