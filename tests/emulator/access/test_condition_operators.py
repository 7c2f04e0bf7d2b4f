"""Condition operators against AWS's page of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.access.condition_operators import condition_met
from lab_helpers.emulator.access.policy_document import Condition

PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_elements_condition_operators.html"
)
SETS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_condition-single-vs-multi-valued-context-keys.html"
)
BUCKET = "arn:aws:s3:::photos"


def met(operator: str, wanted: str | list[str], *found: str) -> bool:
    values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    context = {"aws:username": ("ann",)} | ({"my:key": found} if found else {})
    return condition_met(Condition(operator, "My:Key", values), context, variables=True)


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "A", "a", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "${aws:username}", "ann", True),
        ("StringEquals", "${aws:nothing}", "ann", False),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEqualsIgnoreCase", "A", "a", False),
        ("StringLike", "home/${aws:username}/*", "home/ann/x/y", True),
        ("StringLike", "a?c", "abc", True),
        ("StringLike", "${*}", "abc", False),
        ("StringNotLike", "a*", "abc", False),
        ("NumericLessThan", "10", "9.5", True),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericNotEquals", "10", "11", True),
        ("NumericEquals", "ten", "10", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-11-22T13:00:00Z", True),
        ("DateLessThan", "2026-01-01", "2026-11-22T13:00:00Z", False),
        ("DateLessThan", "1800000000", "2026-11-22T13:00:00Z", True),
        ("DateLessThan", "2027", "2026-11-22T13:00:00Z", True),
        ("Bool", "true", "true", True),
        ("Bool", "True", "true", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.9", "203.0.113.9", True),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("NotIpAddress", ["10.0.0.0/8", "127.0.0.0/8"], "127.0.0.1", False),
        ("IpAddress", "nowhere", "127.0.0.1", False),
        ("ArnLike", "arn:aws:s3:::pho*", BUCKET, True),
        ("ArnEquals", "arn:aws:s3:::pho*", BUCKET, True),
        ("ArnLike", "arn:aws:s3:*", BUCKET, False),
        ("ArnLike", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::ann", True),
        ("ArnNotLike", "arn:aws:s3:::*", BUCKET, False),
        ("ArnLike", "arn:aws:sns:*:*:t:*", "arn:aws:sns:us-east-1:1:t:sub", True),
        ("stringequals", "a", "a", True),
        ("StringAlmostEquals", "a", "a", False),
    ],
)
@pytest.mark.fidelity("Condition operators of every family compare as documented", page=PAGE)
def test_operators(operator: str, wanted: str | list[str], found: str, expected: bool) -> None:
    assert met(operator, wanted, found) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
@pytest.mark.fidelity("Without the key: false, but for Not operators and IfExists", page=PAGE)
def test_a_key_that_is_not_in_the_request(operator: str, expected: bool) -> None:
    assert met(operator, "true") is expected


@pytest.mark.fidelity("Null asks whether a key is in the request", page=PAGE)
def test_null() -> None:
    assert met("Null", "true")
    assert not met("Null", "false")
    assert met("Null", "false", "x")
    assert not met("Null", "true", "x")


@pytest.mark.parametrize(
    ("operator", "found", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("c", "b"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAllValues:StringNotEquals", ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ("c", "a"), False),
        ("ForAnyValue:StringNotEquals", ("c", "a"), True),
    ],
)
@pytest.mark.fidelity("ForAllValues and ForAnyValue compare keys with several values", page=SETS)
def test_sets(operator: str, found: tuple[str, ...], expected: bool) -> None:
    assert met(operator, ["a", "b"], *found) is expected


NAMES = st.sampled_from(
    ["String", "StringLike", "Numeric", "Date", "Arn", "IpAddress", "Bool", "Nonsense"]
)


@given(NAMES, st.text(max_size=30), st.text(max_size=30))
def test_no_value_breaks_an_operator(kind: str, wanted: str, found: str) -> None:
    for operator in (kind, f"{kind}Equals", f"{kind}Like", f"{kind}LessThan"):
        assert met(operator, wanted, found) in (True, False)


@given(st.text(alphabet="ab*?/", max_size=8), st.text(alphabet="ab/", max_size=8))
def test_negation_turns_a_comparison_around(pattern: str, text: str) -> None:
    assert met("StringLike", pattern, text) is not met("StringNotLike", pattern, text)
    assert met("StringEquals", text, text)


@given(st.text(alphabet="ab*?", max_size=6), st.text(alphabet="ab", max_size=6))
def test_wildcards_match_as_a_plain_search_does(pattern: str, text: str) -> None:
    def search(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return search(p[1:], t) or (bool(t) and search(p, t[1:]))
        return bool(t) and p[0] in ("?", t[0]) and search(p[1:], t[1:])

    assert met("StringLike", pattern, text or "x") is search(pattern, text or "x")
