"""A filter pattern of any of the three kinds, and what it finds in a message."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from lab_helpers.emulator.cloudwatch.log_patterns.json_patterns import read_json_pattern
from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import LogPatternError
from lab_helpers.emulator.cloudwatch.log_patterns.space_delimited_patterns import (
    read_space_delimited_pattern,
)
from lab_helpers.emulator.cloudwatch.log_patterns.term_patterns import read_terms

__all__ = ["LogPattern", "LogPatternError", "parse_log_pattern"]

LONGEST_PATTERN = 1024


class LogPattern(Protocol):
    """A parsed filter pattern."""

    @property
    def has_fields(self) -> bool:
        """Whether values can be selected: of JSON and of space-delimited messages."""

    def match(self, message: str) -> dict[str, str] | None:
        """What TestMetricFilter calls ``extractedValues``; None where the message does not match.

        Keys are ``$.level`` for JSON, ``$name`` or ``$3`` for space-delimited messages.
        """

    def value(self, selector: str, message: str) -> str | None:
        """The text at ``selector`` in a message that matches; None where there is none."""


@lru_cache(maxsize=512)
def parse_log_pattern(text: str) -> LogPattern:
    """Raises LogPatternError where ``text`` is no filter pattern."""
    if len(text) > LONGEST_PATTERN:
        raise LogPatternError
    start = text.lstrip()[:1]
    if start == "{":
        return read_json_pattern(text)
    if start == "[":
        return read_space_delimited_pattern(text)
    return read_terms(text)
