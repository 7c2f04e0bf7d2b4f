"""Results as JSON: what AWS's runtime writes, which uses simplejson."""

from __future__ import annotations

import math
from collections import namedtuple
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.runtime.python_runtime.lambda_dojo_runtime.faults import Fault
from lab_helpers.emulator.runtime.python_runtime.lambda_dojo_runtime.json_marshaller import (
    marshal_result,
    to_json,
    unmarshal_event,
)

Point = namedtuple("Point", "x y")

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(st.characters(exclude_categories=["Cs"])).map(str.encode),
    st.decimals(allow_infinity=False, allow_nan=False),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
        st.tuples(inner, inner),
        st.builds(Point, inner, inner),
    ),
    max_leaves=12,
)


@given(_values)
def test_the_text_is_that_of_aws_s_runtime(value: Any) -> None:
    pytest.importorskip("awslambdaric", reason="AWS's runtime client exists for Linux alone")
    from awslambdaric.lambda_runtime_marshaller import Encoder

    theirs = Encoder()
    theirs.ensure_ascii = False
    assert to_json(value) == theirs.encode(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"n": Decimal("1.10")}, '{"n": 1.10}'),
        ([Point(1, Decimal(2))], '[{"x": 1, "y": 2}]'),
        ({"b": b"bytes"}, '{"b": "bytes"}'),
        (Decimal("NaN"), "NaN"),
        ((1, 2), "[1, 2]"),
        (math.inf, "Infinity"),
        ({1: "a", None: "b", 2.5: "c"}, '{"1": "a", "null": "b", "2.5": "c"}'),
    ],
)
def test_values_that_the_standard_library_writes_differently(value: object, text: str) -> None:
    assert to_json(value) == text


def test_a_circle_is_a_marshal_error() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(Fault, match="Unable to marshal response: Circular reference detected"):
        marshal_result(circle)


def test_bytes_as_the_whole_result_pass_unchanged() -> None:
    assert marshal_result(b"\x00raw") == (b"\x00raw", "application/unknown")


def test_other_content_types_are_handed_over_as_bytes() -> None:
    assert unmarshal_event(b"plain", "text/plain") == b"plain"
