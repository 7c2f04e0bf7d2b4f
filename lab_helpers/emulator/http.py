"""An HTTP message as the emulator's rooms pass it on: raw path and query kept, body whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote


class Headers:
    """Header names are case-insensitive; order and repeats are kept."""

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = [(name, value) for name, value in items]

    def get(self, name: str, default: str = "") -> str:
        wanted = name.lower()
        for key, value in self._items:
            if key.lower() == wanted:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self._items if key.lower() == wanted]

    def set(self, name: str, value: str) -> None:
        """Replace every value of ``name`` by one."""
        self.remove(name)
        self._items.append((name, value))

    def remove(self, name: str) -> None:
        wanted = name.lower()
        self._items = [(key, value) for key, value in self._items if key.lower() != wanted]

    def __contains__(self, name: str) -> bool:
        wanted = name.lower()
        return any(key.lower() == wanted for key, _ in self._items)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)


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
