"""Event patterns: what each operator accepts, what is no pattern, and nothing else ever happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.event_sources.filter_patterns import FilterPattern, FilterPatternError

OPERATORS = (
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
)

ACCEPTED: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    # operator, leaf, values that match, values that do not
    ("exact", ["a", 5, True, None], ["a", 5, 5.0, True, None], ["A", "5", 1, False, "null"]),
    ("number", [1], [1, 1.0], [True, "1", None]),
    ("empty", [""], [""], [None, " "]),
    ("prefix", [{"prefix": "us-"}], ["us-east-1", "us-"], ["eu-us-", 5, None]),
    ("prefix, any case", [{"prefix": {"equals-ignore-case": "EV"}}], ["event"], ["tev"]),
    ("suffix", [{"suffix": ".png"}], ["a.png"], ["a.PNG", "png"]),
    ("suffix, any case", [{"suffix": {"equals-ignore-case": ".png"}}], ["a.PNG"], ["a.pn"]),
    ("equals-ignore-case", [{"equals-ignore-case": "alice"}], ["ALICE"], ["alices"]),
    ("numeric, one bound", [{"numeric": ["<", 10]}], [9, -3.5], [10, "9", True]),
    ("numeric, range", [{"numeric": [">", 0, "<=", 5]}], [0.1, 5], [0, 5.1]),
    ("numeric, equal", [{"numeric": ["=", 301.8]}], [301.8, 3.018e2], [301]),
    ("cidr", [{"cidr": "10.0.0.0/24"}], ["10.0.0.33"], ["10.0.1.1", "no address", "::1", 10]),
    ("cidr, IPv6", [{"cidr": "2001:db8::/32"}], ["2001:db8::1"], ["2001:db9::1"]),
    ("wildcard", [{"wildcard": "a*c*e"}], ["ace", "abcde"], ["aec", "ac", "aceX"]),
    ("wildcard, overlap", [{"wildcard": "ab*ba"}], ["abba", "abXba"], ["aba"]),
    ("wildcard, escaped", [{"wildcard": "a\\*b\\\\*"}], ["a*b\\", "a*b\\x"], ["aXb\\"]),
    ("anything-but", [{"anything-but": "on"}], ["off", 5, None, True], ["on"]),
    ("anything-but, number", [{"anything-but": 123}], [1, "123"], [123, 123.0]),
    ("anything-but, list", [{"anything-but": ["a", "b"]}], ["c"], ["a", "b"]),
    ("anything-but, numbers", [{"anything-but": [1, 2]}], [3], [1, 2.0]),
    ("anything-but, prefix", [{"anything-but": {"prefix": "us-"}}], ["eu", 5], ["us-1"]),
    ("anything-but, prefixes", [{"anything-but": {"prefix": ["a", "b"]}}], ["c"], ["ax", "bx"]),
    ("anything-but, suffix", [{"anything-but": {"suffix": ".png"}}], ["a.jpg"], ["a.png"]),
    ("anything-but, any case", [{"anything-but": {"equals-ignore-case": "x"}}], ["y"], ["X"]),
    ("anything-but, wildcard", [{"anything-but": {"wildcard": "*/lib/*"}}], ["/a"], ["/lib/a"]),
    ("exists", [{"exists": True}], ["a", None, 0], []),
]
TABLE = [
    pytest.param(leaf, value, matches, id=f"{name} {value!r} {matches}")
    for name, leaf, good, bad in ACCEPTED
    for matches, values in ((True, good), (False, bad))
    for value in values
]


def matches(pattern: Any, event: dict[str, Any]) -> bool:
    return FilterPattern.from_json(pattern).matches(event)


@pytest.mark.fidelity("Event patterns know EventBridge's comparison operators", page=OPERATORS)
@pytest.mark.parametrize(("leaf", "value", "expected"), TABLE)
def test_an_operator_accepts_what_aws_accepts(leaf: list[Any], value: Any, expected: bool) -> None:
    assert matches({"detail": {"field": leaf}}, {"detail": {"field": value}}) is expected


@pytest.mark.parametrize("leaf", [leaf for _, leaf, _, _ in ACCEPTED], ids=str)
def test_nothing_matches_a_field_that_is_not_there(leaf: list[Any]) -> None:
    assert not matches({"field": leaf}, {})
    assert not matches({"field": leaf}, {"field": {"deeper": "a"}})
    assert not matches({"field": leaf}, {"field": []})


def test_absence_is_asked_of_leaves() -> None:
    pattern = {"detail": {"state": [{"exists": False}]}}
    assert matches(pattern, {"detail": {}})
    assert matches(pattern, {})
    assert matches(pattern, {"detail": {"state": {"inner": 1}}})  # an object is no leaf
    assert not matches(pattern, {"detail": {"state": None}})
    assert matches({"a": ["x", {"exists": False}]}, {"a": "x"})
    assert matches({"a": ["x", {"exists": False}]}, {})
    assert not matches({"a": ["x", {"exists": False}]}, {"a": "y"})


def test_all_fields_must_match_and_one_entry_of_each() -> None:
    pattern = {"source": ["aws.s3", "aws.ec2"], "detail": {"state": ["running"]}}
    assert matches(pattern, {"source": "aws.ec2", "detail": {"state": "running", "more": 1}})
    assert not matches(pattern, {"source": "aws.ec2", "detail": {"state": "stopped"}})
    assert not matches(pattern, {"source": "aws.sqs", "detail": {"state": "running"}})


@pytest.mark.fidelity(
    "A pattern matches an array of the event where one element fulfils all of it",
    page="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html",
)
def test_arrays_of_the_event_are_looked_through() -> None:
    assert matches({"tags": ["b"]}, {"tags": ["a", "b"]})
    assert matches({"tags": ["b"]}, {"tags": [["a"], ["b"]]})
    assert matches({"tags": [{"anything-but": "a"}]}, {"tags": ["a", "b"]})
    people = {"employees": [[{"first": "Anna", "last": "Smith"}], [{"first": "Jo", "last": "Ray"}]]}
    assert matches({"employees": {"first": ["Anna"], "last": ["Smith"]}}, people)
    assert not matches({"employees": {"first": ["Anna"], "last": ["Ray"]}}, people)
    assert not matches({"employees": {"last": [{"exists": False}]}}, people)
    assert matches({"employees": {"age": [{"exists": False}]}}, people)


def test_or_joins_alternatives_with_the_other_fields() -> None:
    pattern = {
        "source": ["aws.cloudwatch"],
        "$or": [
            {"metric": [{"prefix": "CPU"}]},
            {"namespace": ["AWS/EC2"], "$or": [{"id": [1]}, {"id": [2]}]},
        ],
    }
    assert matches(pattern, {"source": "aws.cloudwatch", "metric": "CPUUtilization"})
    assert matches(pattern, {"source": "aws.cloudwatch", "namespace": "AWS/EC2", "id": 2})
    assert not matches(pattern, {"source": "aws.cloudwatch", "namespace": "AWS/EC2", "id": 3})
    assert not matches(pattern, {"source": "aws.s3", "metric": "CPUUtilization"})


def test_or_of_an_object_is_a_field_of_that_name() -> None:
    assert matches({"$or": {"a": [1]}}, {"$or": {"a": 1}})
    assert not matches({"$or": {"a": [1]}}, {"a": 1})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "simple string",
        "[]",
        "{}",
        "null",
        '{"a": "b"}',
        '{"a": []}',
        '{"a": {}}',
        '{"a": [["b"]]}',
        '{"a": [{}]}',
        '{"a": [{"unknown": 1}]}',
        '{"a": [{"prefix": "a", "suffix": "b"}]}',
        '{"a": [{"prefix": 5}]}',
        '{"a": [{"prefix": {"wildcard": "x"}}]}',
        '{"a": [{"suffix": null}]}',
        '{"a": [{"equals-ignore-case": ["x"]}]}',
        '{"a": [{"exists": "true"}]}',
        '{"a": [{"numeric": ">5"}]}',
        '{"a": [{"numeric": []}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"numeric": ["!=", 5]}]}',
        '{"a": [{"numeric": [">", "5"]}]}',
        '{"a": [{"numeric": [">", true]}]}',
        '{"a": [{"numeric": ["<", 5, ">", 1]}]}',
        '{"a": [{"numeric": [">", 5, "<", 5]}]}',
        '{"a": [{"numeric": ["<", 6e9]}]}',
        '{"a": [{"numeric": ["<", NaN]}]}',
        '{"a": [{"cidr": "10.0.0.0"}]}',
        '{"a": [{"cidr": "10.0.0.0/99"}]}',
        '{"a": [{"wildcard": "a**b"}]}',
        '{"a": [{"wildcard": "a\\\\b"}]}',
        '{"a": [{"anything-but": []}]}',
        '{"a": [{"anything-but": ["x", 1]}]}',
        '{"a": [{"anything-but": null}]}',
        '{"a": [{"anything-but": true}]}',
        '{"a": [{"anything-but": {"numeric": ["<", 1]}}]}',
        '{"a": [{"anything-but": {"prefix": []}}]}',
        '{"$or": []}',
        '{"$or": [{"a": [1]}]}',
        '{"$or": [{"prefix": "x"}, {"a": [1]}, {"suffix": 3}]}',
        '{"$or": [{"a": [1]}, {}]}',
        '{"a":' * 200 + "[1]" + "}" * 200,
        "[" * 5000,
    ],
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(FilterPatternError):
        FilterPattern.parse(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "$or", "prefix", "exists"]) | st.text(), inner)
    ),
    max_leaves=20,
)
OPERATOR_LEAVES = st.one_of(
    SCALARS,
    st.builds(lambda name, value: {name: value}, st.sampled_from(["prefix", "suffix"]), st.text()),
    st.builds(lambda value: {"exists": value}, st.booleans()),
    st.builds(lambda value: {"anything-but": value}, st.text() | st.integers()),
    st.builds(
        lambda sign, value: {"numeric": [sign, value]},
        st.sampled_from(["<", "<=", ">", ">=", "="]),
        st.integers(-5_000_000_000, 5_000_000_000),
    ),
)
PATTERNS = st.recursive(
    st.lists(OPERATOR_LEAVES, min_size=1, max_size=3),
    lambda inner: (
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
        | st.lists(
            st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=2),
            min_size=2,
            max_size=2,
        ).map(lambda both: {"$or": both})
    ),
    max_leaves=12,
).filter(lambda one: isinstance(one, dict))


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        pattern = FilterPattern.parse(text)
    except FilterPatternError:
        return
    assert pattern.matches({}) in (True, False)


@given(PATTERNS, st.dictionaries(st.sampled_from("abc"), JSON, max_size=4))
def test_any_event_is_matched_or_not(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    assert FilterPattern.from_json(pattern).matches(event) in (True, False)


@given(st.text(), st.lists(st.text(alphabet="ab*"), max_size=4))
def test_wildcards_agree_with_a_plain_search(text: str, parts: list[str]) -> None:
    escaped = [part.replace("*", "\\*") for part in parts if part]
    pattern = FilterPattern.from_json({"a": [{"wildcard": "*" + "*".join([*escaped, ""])}]})
    position = 0
    for part in filter(None, parts):
        found = text.find(part, position)
        if found < 0:
            assert not pattern.matches({"a": text})
            return
        position = found + len(part)
    assert pattern.matches({"a": text})


@given(st.dictionaries(st.sampled_from("abc"), SCALARS, min_size=1))
def test_an_event_matches_the_pattern_made_of_its_own_values(event: dict[str, Any]) -> None:
    assert FilterPattern.from_json({key: [value] for key, value in event.items()}).matches(event)
