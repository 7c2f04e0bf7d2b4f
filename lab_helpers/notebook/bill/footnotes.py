"""Numbered sources under a table: each is named once."""

from __future__ import annotations

from lab_helpers.notebook.bill.words import say
from lab_helpers.pricing.price_book import Source


class Footnotes:
    """Grows as sources are cited."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._sources: list[Source] = []

    def number(self, source: Source) -> int:
        """Of this source: 1, 2, 3 …"""
        if source not in self._sources:
            self._sources.append(source)
        return self._sources.index(source) + 1

    def lines(self) -> tuple[str, ...]:
        return tuple(
            say(
                "source" if source.on_aws_page else "source_copy",
                self._language,
                number=number,
                title=_dated(source),
                url=source.url,
            )
            for number, source in enumerate(self._sources, start=1)
        )


def _dated(source: Source) -> str:
    """Some titles say the day themselves."""
    return source.title if source.as_of in source.title else f"{source.title}, {source.as_of}"
