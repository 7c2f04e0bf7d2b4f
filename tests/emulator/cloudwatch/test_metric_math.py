from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.cloudwatch.metric_math import MetricMathError, evaluate

SERIES = {"e": {0: 1.0, 60: 0.0}, "i": {0: 4.0, 60: 8.0, 120: 2.0}}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("100 * e / i", {0: 25.0, 60: 0.0}),
        ("i - e", {0: 3.0, 60: 8.0}),
        ("i / e", {0: 4.0}),
        ("2 ^ 3", 8.0),
        ("-i", {0: -4.0, 60: -8.0, 120: -2.0}),
        ("FILL(e, 0) + i", {0: 5.0, 60: 8.0, 120: 2.0}),
        ("FILL(e, REPEAT)", {0: 1.0, 60: 0.0, 120: 0.0}),
        ("SUM([e, i])", {0: 5.0, 60: 8.0, 120: 2.0}),
        ("MAX(METRICS())", {0: 4.0, 60: 8.0, 120: 2.0}),
        ("AVG(i)", 14 / 3),
    ],
)
def test_expressions(expression: str, expected: object) -> None:
    assert evaluate(expression, SERIES) == expected


@pytest.mark.parametrize(
    "expression",
    ["", "x", "e +", "__import__('os')", "e.real", "SEARCH('a')", "9^9^9^9", "(0-1)^0.5", "1/0"],
)
def test_what_cannot_be_calculated_is_refused(expression: str) -> None:
    with pytest.raises(MetricMathError):
        evaluate(expression, SERIES)


@given(st.text(max_size=200))
def test_no_text_does_anything_else(expression: str) -> None:
    with contextlib.suppress(MetricMathError):
        evaluate(expression, SERIES)
