"""Metric math: arithmetic over metrics, as GetMetricData and alarms use it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
Read here: ``+ - * / ^``, parentheses, numbers, ids, and the functions below. Where an operand
has no value at a time, the result has none, as at AWS.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Series = Mapping[int, float]
"""Start of a period (seconds since the epoch) → value."""
Value = float | Series

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_REDUCTIONS: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVG": lambda values: sum(values) / len(values),
}
LONGEST_EXPRESSION = 2048


class MetricMathError(Exception):
    """Attributes: message, in AWS's tone."""

    def __init__(self, expression: str, why: str) -> None:
        self.message = f"Error in expression '{expression}': {why}"
        super().__init__(self.message)


@dataclass(frozen=True)
class _Evaluation:
    """One expression over the series that are there."""

    text: str
    series: Mapping[str, Series]

    def error(self, why: str) -> MetricMathError:
        return MetricMathError(self.text, why)

    def of(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                if name not in self.series:
                    raise self.error(f"Undefined id {name}")
                return self.series[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _combine(_OPERATORS[type(op)], self.of(left), self.of(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _combine(operator.mul, -1.0, self.of(operand))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(name.upper(), arguments)
            case ast.List(elts=elements):
                return _over_series(_REDUCTIONS["SUM"], [self.of(one) for one in elements])
        raise self.error("Unsupported syntax")

    def call(self, name: str, arguments: list[ast.expr]) -> Value:
        if name == "FILL" and len(arguments) == 2:
            return self.fill(self.of(arguments[0]), arguments[1])
        if name not in _REDUCTIONS or len(arguments) != 1:
            raise self.error(f"Unsupported function {name}")
        (argument,) = arguments
        match argument:
            case ast.List(elts=elements):
                return _over_series(_REDUCTIONS[name], [self.of(one) for one in elements])
            case ast.Call(func=ast.Name(id="METRICS"), args=[]):
                return _over_series(_REDUCTIONS[name], list(self.series.values()))
        value = self.of(argument)
        if isinstance(value, float):
            return value
        return _REDUCTIONS[name](list(value.values())) if value else {}

    def fill(self, value: Value, filler: ast.expr) -> Value:
        if isinstance(value, float):
            return value
        every = sorted({time for one in self.series.values() for time in one})
        if isinstance(filler, ast.Name) and filler.id == "REPEAT":
            filled: dict[int, float] = {}
            for time in every:
                last = filled[max(filled)] if filled else None
                if time in value or last is not None:
                    filled[time] = value.get(time, last or 0.0)
            return filled
        constant = self.of(filler)
        if not isinstance(constant, float):
            raise self.error("FILL needs a number or REPEAT")
        return {time: value.get(time, constant) for time in every}


def evaluate(expression: str, series: Mapping[str, Series]) -> Value:
    """Raises MetricMathError."""
    if len(expression) > LONGEST_EXPRESSION:
        raise MetricMathError(expression[:40] + "…", "the expression is too long")
    try:
        tree = ast.parse(expression.strip().replace("^", "**"), mode="eval")
        return _Evaluation(expression, series).of(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise MetricMathError(expression, "it cannot be read") from error
    except (OverflowError, ArithmeticError) as error:
        raise MetricMathError(expression, "it cannot be calculated") from error


def _combine(how: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if isinstance(left, float) and isinstance(right, float):
        return how(left, right)
    one = left if isinstance(left, Mapping) else dict.fromkeys(right, left)  # type: ignore[arg-type]
    two = right if isinstance(right, Mapping) else dict.fromkeys(one, right)
    result: dict[int, float] = {}
    for time in one:
        if time not in two:
            continue
        try:
            result[time] = how(one[time], two[time])
        except ZeroDivisionError:
            continue  # CloudWatch shows no data point where it would divide by zero
    return result


def _over_series(how: Callable[[list[float]], float], values: list[Value]) -> Series:
    every = sorted({time for one in values if isinstance(one, Mapping) for time in one})
    result = {}
    for time in every:
        there = [one[time] for one in values if isinstance(one, Mapping) and time in one]
        there += [one for one in values if isinstance(one, float)]
        result[time] = how(there)
    return result
