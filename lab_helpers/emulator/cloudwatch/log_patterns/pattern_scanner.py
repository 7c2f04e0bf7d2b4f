"""Reading a filter pattern from left to right: white space, symbols, quoted strings, regexes."""

from __future__ import annotations

import re
import warnings

from lab_helpers.emulator.cloudwatch.log_patterns.linear_regex import LinearRegex, TooLongError

_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_REGEX = re.compile(r"%((?:[^%\\]|\\.)+)%")
# Letters, digits, the symbols that AWS lists, its operators, and the space of its own examples.
_REGEX_ALLOWED = re.compile(r"[A-Za-z0-9:_#=@/;,\- ^$?\[\]{}|\\*+.]+")
_QUANTIFIER_TWICE = re.compile(r"(?<!\\)[*+?}][*+?]")


class LogPatternError(ValueError):
    """A text is no filter pattern.

    Attributes:
        message: AWS's text, where it is the same for all operations; empty where each operation
            has its own ("Invalid filter pattern", "Invalid metric filter pattern").
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message or "Invalid filter pattern")
        self.message = message


class PatternScanner:
    """A place in a pattern's text.

    Attributes:
        regexes: how many ``%...%`` have been read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self.regexes = 0

    @property
    def at_end(self) -> bool:
        return self._place >= len(self._text)

    def skip_space(self) -> None:
        found = _SPACE.match(self._text, self._place)
        self._place = found.end() if found else self._place

    def sees(self, literal: str) -> bool:
        return self._text.startswith(literal, self._place)

    def take(self, literal: str) -> bool:
        """Read ``literal`` if it comes next."""
        if not self.sees(literal):
            return False
        self._place += len(literal)
        return True

    def need(self, literal: str) -> None:
        """Raises LogPatternError where something else comes next."""
        if not self.take(literal):
            raise LogPatternError

    def take_match(self, wanted: re.Pattern[str]) -> str:
        """What ``wanted`` matches from here; empty where it does not."""
        found = wanted.match(self._text, self._place)
        if not found:
            return ""
        self._place = found.end()
        return found.group()

    def quoted(self) -> str | None:
        """The content of a string in double quotes; None where none begins here."""
        if not self.sees('"'):
            return None
        found = _QUOTED.match(self._text, self._place)
        if not found:
            raise LogPatternError
        self._place = found.end()
        return _ESCAPED.sub(r"\1", found[1])

    def regex(self) -> LinearRegex | None:
        """A regular expression between percent signs; None where none begins here."""
        if not self.sees("%"):
            return None
        found = _REGEX.match(self._text, self._place)
        if not found:
            raise LogPatternError
        self._place = found.end()
        self.regexes += 1
        return compiled(found[1])


def compiled(source: str) -> LinearRegex:
    """AWS's regular expressions are a part of Python's, without groups.

    Raises:
        LogPatternError: characters that AWS does not take, or no regular expression.
    """
    if not _REGEX_ALLOWED.fullmatch(source):
        raise LogPatternError(f"Invalid character(s) in term '{source}'")
    if _QUANTIFIER_TWICE.search(source):  # lazy and possessive in Python, nothing at AWS
        raise LogPatternError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a "[[" that may once mean something else
            re.compile(source, re.ASCII)
            return LinearRegex(source)
    except (re.error, OverflowError, RecursionError, TooLongError) as error:
        raise LogPatternError from error
