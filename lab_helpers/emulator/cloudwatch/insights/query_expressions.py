"""Expressions read from a command's tokens: operators from what binds least, fields, functions."""

from __future__ import annotations

import re

from lab_helpers.emulator.cloudwatch.insights.query_functions import period_ms
from lab_helpers.emulator.cloudwatch.insights.query_nodes import (
    COMPARISONS,
    Expression,
    both,
    both_equal,
    calculated,
    called,
    compared,
    constant,
    either,
    negated,
)
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError, Token
from lab_helpers.emulator.cloudwatch.insights.query_values import shown

_LEVELS = (("+", "-"), ("*", "/", "%"), ("^",))
_DEEPEST = 50


class ExpressionReader:
    """Reads expressions from one command's tokens. Raises InsightsQueryError."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    # --- tokens

    @property
    def peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> Token:
        token = self.peek
        if token is None:
            end = self._tokens[-1].start if self._tokens else 0
            raise InsightsQueryError("unexpected end of the command", end)
        self._at += 1
        return token

    def took_word(self, *words: str) -> str:
        """The word in lower case, taken if it is the next one; else empty."""
        token = self.peek
        if token is None or not token.is_word(*words):
            return ""
        return self.take().text.lower()

    def took_sign(self, *signs: str) -> str:
        token = self.peek
        return self.take().text if token is not None and token.is_sign(*signs) else ""

    def expect_sign(self, sign: str) -> None:
        token = self.peek
        if not self.took_sign(sign):
            found = token.text if token else "the end"
            raise InsightsQueryError(f"expected {sign}, found {found}", token.start if token else 0)

    def name(self) -> str:
        token = self.take()
        if token.kind not in ("word", "name"):
            raise InsightsQueryError(f"expected a name, found {token.text}", token.start)
        return token.text

    # --- expressions, from what binds least

    def read(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InsightsQueryError("the expression is nested too deeply")
        left = self._conjunction()
        while self.took_word("or"):
            left = either(left, self._conjunction())
        self._depth -= 1
        return left

    def _conjunction(self) -> Expression:
        left = self._negation()
        while self.took_word("and"):
            left = both(left, self._negation())
        return left

    def _negation(self) -> Expression:
        if self.took_word("not"):
            return negated(self._negation())
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._arithmetic(0)
        is_negated = bool(self.took_word("not"))
        if sign := self.took_sign(*COMPARISONS):
            found = compared(left, sign, self._arithmetic(0))
        elif self.took_word("like") or self.took_sign("=~"):
            found = self._like(left)
        elif self.took_word("in"):
            found = self._member(left)
        elif is_negated:
            raise InsightsQueryError("expected like or in after not")
        else:
            return left
        return negated(found) if is_negated else found

    def _like(self, left: Expression) -> Expression:
        token = self.take()
        if token.kind not in ("string", "regex"):
            raise InsightsQueryError("expected a text or a regular expression", token.start)
        pattern = compiled(token) if token.kind == "regex" else re.compile(re.escape(token.text))
        return Expression(
            f"{left.text} like {token.text}",
            lambda row, rows: pattern.search(shown(left.evaluate(row, rows))) is not None,
        )

    def _member(self, left: Expression) -> Expression:
        self.expect_sign("[")
        members = [self._arithmetic(0)]
        while self.took_sign(","):
            members.append(self._arithmetic(0))
        self.expect_sign("]")
        return Expression(
            f"{left.text} in [{', '.join(one.text for one in members)}]",
            lambda row, rows: any(
                both_equal(left.evaluate(row, rows), one.evaluate(row, rows)) for one in members
            ),
        )

    def _arithmetic(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._primary()
        left = self._arithmetic(level + 1)
        while sign := self.took_sign(*_LEVELS[level]):
            left = calculated(left, sign, self._arithmetic(level + 1))
        return left

    def _primary(self) -> Expression:
        if self.took_sign("("):
            inner = self.read()
            self.expect_sign(")")
            return Expression(f"({inner.text})", inner.evaluate, inner.is_aggregate)
        if self.took_sign("-"):
            return calculated(constant("0", 0.0), "-", self._primary())
        token = self.take()
        if token.kind == "number":
            return constant(token.text, float(token.text))
        if token.kind == "string":
            return constant(f'"{token.text}"', token.text)
        if token.kind == "period":
            milliseconds = period_ms(token.text)
            return constant(token.text, None if milliseconds is None else float(milliseconds))
        if token.kind not in ("word", "name"):
            raise InsightsQueryError(f"unexpected symbol found {token.text}", token.start)
        if token.kind == "word" and self.took_sign("("):
            return self._call(token)
        name = token.text
        return Expression(name, lambda row, _: row.get(name))

    def _call(self, name: Token) -> Expression:
        arguments: list[Expression] = []
        every = bool(self.took_sign("*"))
        while not every and not (self.peek and self.peek.is_sign(")")):
            arguments.append(self.read())
            if not self.took_sign(","):
                break
        self.expect_sign(")")
        return called(name, arguments, every)


def compiled(token: Token) -> re.Pattern[str]:
    """A regular expression of the query. Raises InsightsQueryError."""
    try:
        return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", token.text))
    except re.error as error:
        raise InsightsQueryError(f"invalid regular expression: {error}", token.start) from error
