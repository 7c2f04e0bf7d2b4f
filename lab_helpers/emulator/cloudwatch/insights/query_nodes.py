"""What a query's expressions are made of: each evaluates to a value for a row and its group."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from lab_helpers.emulator.cloudwatch.insights.query_functions import (
    AGGREGATES,
    SCALARS,
    date_floor,
)
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError, Token
from lab_helpers.emulator.cloudwatch.insights.query_values import (
    Row,
    Rows,
    Value,
    as_number,
    equal,
    less,
)

Evaluate = Callable[[Row, Rows], Value]
"""(row, rows of its group): aggregate functions look at all rows of the group."""


@dataclass(frozen=True)
class Expression:
    """Attributes: text: as a result's column is named where the query gives no name."""

    text: str
    evaluate: Evaluate
    is_aggregate: bool = False


def both_equal(left: Value, right: Value) -> bool:
    return left is not None and right is not None and equal(left, right)


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": less,
    ">": lambda left, right: less(right, left),
    "<=": lambda left, right: less(left, right) or both_equal(left, right),
    ">=": lambda left, right: less(right, left) or both_equal(left, right),
}
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": operator.pow,
}


def constant(text: str, value: Value) -> Expression:
    return Expression(text, lambda _row, _rows: value)


def either(left: Expression, right: Expression) -> Expression:
    def evaluate(row: Row, rows: Rows) -> Value:
        return _true(left.evaluate(row, rows)) or _true(right.evaluate(row, rows))

    return Expression(f"{left.text} or {right.text}", evaluate)


def both(left: Expression, right: Expression) -> Expression:
    def evaluate(row: Row, rows: Rows) -> Value:
        return _true(left.evaluate(row, rows)) and _true(right.evaluate(row, rows))

    return Expression(f"{left.text} and {right.text}", evaluate)


def negated(found: Expression) -> Expression:
    return Expression(f"not {found.text}", lambda row, rows: not _true(found.evaluate(row, rows)))


def _true(value: Value) -> bool:
    return value is not None and value is not False and not equal(value, 0.0) and value != ""


def is_true(expression: Expression, row: Row) -> bool:
    """Whether a row fulfils a condition."""
    return _true(expression.evaluate(row, (row,)))


def compared(left: Expression, sign: str, right: Expression) -> Expression:
    compare = COMPARISONS[sign]
    return Expression(
        f"{left.text} {sign} {right.text}",
        lambda row, rows: compare(left.evaluate(row, rows), right.evaluate(row, rows)),
    )


def calculated(left: Expression, sign: str, right: Expression) -> Expression:
    calculate = ARITHMETIC[sign]

    def evaluate(row: Row, rows: Rows) -> Value:
        a, b = as_number(left.evaluate(row, rows)), as_number(right.evaluate(row, rows))
        if a is None or b is None:
            return None
        try:
            found = calculate(a, b)
        except (ArithmeticError, ValueError):  # by zero, or beyond what a number holds
            return None
        return None if isinstance(found, complex) else found

    text = f"{left.text} {sign} {right.text}"
    return Expression(text, evaluate, left.is_aggregate or right.is_aggregate)


def called(name: Token, arguments: list[Expression], every: bool) -> Expression:
    function = name.text.lower()
    text = f"{name.text}({'*' if every else ', '.join(one.text for one in arguments)})"
    if function == "bin" and len(arguments) == 1:
        period = arguments[0]
        return Expression(
            text, lambda row, rows: date_floor(row.get("@timestamp"), period.evaluate(row, rows))
        )
    if function in AGGREGATES:
        return _aggregated(function, text, arguments, every)
    scalar = SCALARS.get(function)
    if scalar is None:
        raise InsightsQueryError(f"unknown function {name.text}", name.start)

    def evaluate(row: Row, rows: Rows) -> Value:
        try:
            return scalar(*(one.evaluate(row, rows) for one in arguments))
        except TypeError as error:
            raise InsightsQueryError(f"wrong arguments for {name.text}", name.start) from error

    return Expression(text, evaluate, any(one.is_aggregate for one in arguments))


def _aggregated(function: str, text: str, arguments: list[Expression], every: bool) -> Expression:
    if function == "count" and (every or not arguments):
        return Expression(text, lambda _row, rows: float(len(rows)), True)
    if not arguments:
        raise InsightsQueryError(f"{function} needs a field")
    first, *more = arguments
    aggregate = AGGREGATES[function]

    def evaluate(row: Row, rows: Rows) -> Value:
        values = [first.evaluate(one, (one,)) for one in rows]
        return aggregate(values, *(one.evaluate(row, rows) for one in more))

    return Expression(text, evaluate, True)
