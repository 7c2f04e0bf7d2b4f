"""``a && (b || c)``: conditions in the order ``()`` before ``&&`` before ``||``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lab_helpers.emulator.cloudwatch.log_patterns.pattern_scanner import (
    LogPatternError,
    PatternScanner,
)

Subject = TypeVar("Subject")
Condition = Callable[[Subject], bool]
ReadOne = Callable[[PatternScanner], Callable[[Subject], bool]]

DEEPEST = 50
"""Parentheses within each other; deeper ones are refused rather than left to Python's stack."""


def read_conditions(
    scanner: PatternScanner, read_one: ReadOne[Subject], depth: int = 0
) -> Condition[Subject]:
    """Everything up to what is neither ``&&`` nor ``||``."""
    either = [_read_all(scanner, read_one, depth)]
    while _take(scanner, "||"):
        either.append(_read_all(scanner, read_one, depth))
    return either[0] if len(either) == 1 else lambda subject: any(one(subject) for one in either)


def _read_all(
    scanner: PatternScanner, read_one: ReadOne[Subject], depth: int
) -> Condition[Subject]:
    every = [_read_operand(scanner, read_one, depth)]
    while _take(scanner, "&&"):
        every.append(_read_operand(scanner, read_one, depth))
    return every[0] if len(every) == 1 else lambda subject: all(one(subject) for one in every)


def _read_operand(
    scanner: PatternScanner, read_one: ReadOne[Subject], depth: int
) -> Condition[Subject]:
    scanner.skip_space()
    if not scanner.take("("):
        return read_one(scanner)
    if depth >= DEEPEST:
        raise LogPatternError
    inner = read_conditions(scanner, read_one, depth + 1)
    scanner.skip_space()
    scanner.need(")")
    return inner


def _take(scanner: PatternScanner, literal: str) -> bool:
    scanner.skip_space()
    return scanner.take(literal)
