"""A query's text as tokens, one list for each command between the pipes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"@{0,2}[A-Za-z_][\w.@:]*"
_PATTERN = re.compile(
    rf"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<quoted>`[^`]+`)
  | (?P<period>\d+[a-zA-Z]+)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<word>{_WORD})
  | (?P<sign>=~|!=|<=|>=|[=<>+\-*/%^(),\[\]|])
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)+)/")


class InsightsQueryError(Exception):
    """What is wrong with a query. Attributes: message, start: offset in the query's text."""

    def __init__(self, message: str, start: int = 0) -> None:
        self.message = message
        self.start = start
        super().__init__(message)


@dataclass(frozen=True)
class Token:
    """Attributes: kind: string, regex, name, word, period, number or sign; text, unquoted."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs


def commands_of(query: str) -> list[list[Token]]:
    """The tokens of each command. Raises InsightsQueryError where something is no token."""
    commands: list[list[Token]] = [[]]
    position = 0
    while position < len(query):
        token, position = _next(query, position, commands[-1])
        if token is None:
            continue
        if token.is_sign("|"):
            commands.append([])
        else:
            commands[-1].append(token)
    return commands


def _next(query: str, position: int, before: list[Token]) -> tuple[Token | None, int]:
    if query[position] == "/" and _regex_may_follow(before):
        regex = _REGEX.match(query, position)
        if regex is None:
            raise InsightsQueryError("unterminated regular expression", position)
        return Token("regex", regex[1], position), regex.end()
    found = _PATTERN.match(query, position)
    if found is None:
        raise InsightsQueryError(f"unexpected symbol found {query[position]}", position)
    kind, text = str(found.lastgroup), found[0]
    if kind == "space":
        return None, found.end()
    if kind == "string":
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    elif kind == "quoted":
        kind, text = "name", text[1:-1]
    return Token(kind, text, position), found.end()


def _regex_may_follow(before: list[Token]) -> bool:
    """A slash divides, but for parse, and after ``like`` and ``=~``."""
    if not before:
        return False
    return before[0].is_word("parse") or before[-1].is_word("like") or before[-1].is_sign("=~")
