"""Terms in plain text: ``ERROR -ARGUMENTS``, ``?ERROR ?WARN``, ``"INTERNAL SERVER ERROR"``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

_WORD = re.compile(r"\w+")
_UP_TO_SPACE = re.compile(r"\S+")

Test = Callable[[str], bool]


@dataclass(frozen=True)
class TermPattern:
    """All of ``included`` and none of ``excluded``; without either, any of ``optional``.

    AWS ignores the terms with a question mark where there are other ones.
    """

    included: tuple[Test, ...]
    excluded: tuple[Test, ...]
    optional: tuple[Test, ...]

    @property
    def has_fields(self) -> bool:
        return False

    def match(self, message: str) -> dict[str, str] | None:
        if self.optional and not self.included and not self.excluded:
            found = any(test(message) for test in self.optional)
        else:
            found = all(test(message) for test in self.included) and not any(
                test(message) for test in self.excluded
            )
        return {} if found else None

    def value(self, selector: str, message: str) -> str | None:
        """A message without structure has no values to select."""
        return None


def read_terms(text: str) -> TermPattern:
    """Raises LogPatternError; an empty text matches everything."""
    terms: Mapping[str, list[Test]] = {"": [], "-": [], "?": []}
    scanner = PatternScanner(text)
    scanner.skip_space()
    while not scanner.at_end:
        kind = next((one for one in "-?" if scanner.take(one)), "")
        scanner.skip_space()
        terms[kind].append(_read_term(scanner))
        scanner.skip_space()
    return TermPattern(tuple(terms[""]), tuple(terms["-"]), tuple(terms["?"]))


def _read_term(scanner: PatternScanner) -> Test:
    regex = scanner.regex()
    if regex is not None:
        return regex.search
    phrase = scanner.quoted()
    if phrase is not None:
        # AWS writes the pattern for everything as a quoted space.
        return lambda message: not phrase.strip() or phrase in message
    word = scanner.take_match(_UP_TO_SPACE)
    if not _WORD.fullmatch(word):
        raise LogPatternError(f"Invalid character(s) in term '{word}'" if word else "")
    return lambda message: word in message
