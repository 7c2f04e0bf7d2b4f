"""Filter patterns of CloudWatch Logs, on AWS's own examples and on generated messages."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.cloudwatch.log_patterns.log_pattern import (
    LogPatternError,
    parse_log_pattern,
)

SYNTAX = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"
BAD = "[ERROR 400] BAD REQUEST"
UNAUTHORIZED = "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING = "[ERROR 419] MISSING ARGUMENTS"
TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "cluster.name": "c",
        "number": [1000, 0.001],
        "latency": 50,
        "ok": True,
    }
)
USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [
            {"id": 2, "email": "John.Doe@example.com"},
            {"id": 3, "email": "Jane.Doe@example.com"},
        ],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
APACHE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


def found(pattern: str, message: str) -> bool:
    return parse_log_pattern(pattern).match(message) is not None


@pytest.mark.fidelity(
    "Terms of a filter pattern: all of them, any of those with a question mark, none of those with "
    "a minus; phrases in quotes; case counts; a term is found within a word.",
    page=SYNTAX,
)
@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("", [BAD, UNAUTHORIZED, MISSING]),
        ('" "', [BAD, UNAUTHORIZED, MISSING]),
        ("ERROR", [BAD, UNAUTHORIZED, MISSING]),
        ("error", []),
        ("AUTHORIZED", [UNAUTHORIZED]),
        ("ERROR ARGUMENTS", [MISSING]),
        ("?BAD ?ARGUMENTS", [BAD, MISSING]),
        ("?BAD ?ARGUMENTS REQUEST", [BAD, UNAUTHORIZED]),  # AWS ignores the optional ones
        ('"BAD REQUEST"', [BAD]),
        ('"[ERROR 401]"', [UNAUTHORIZED]),
        ("ERROR -ARGUMENTS", [BAD, UNAUTHORIZED]),
        ('ERROR - "ARGUMENTS"', [BAD, UNAUTHORIZED]),
        ("-REQUEST", [MISSING]),
        ("%4[01]0|MISS%", [BAD, MISSING]),
        (r"%^\[ERROR \d{3}\]% REQUEST", [BAD, UNAUTHORIZED]),
    ],
)
def test_terms(pattern: str, matches: list[str]) -> None:
    assert [one for one in (BAD, UNAUTHORIZED, MISSING) if found(pattern, one)] == matches


@pytest.mark.fidelity(
    "Filter patterns on JSON messages: selectors with indexes and wildcards, comparisons of texts "
    "and numbers, IS NULL, NOT EXISTS, && before ||, regular expressions.",
    page=SYNTAX,
)
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=UpdateTrail}", True),
        ('{ $.eventType = "*Trail" }', True),
        ('{ $.eventType = "*trail" }', False),
        ("{ $.eventType = %Trail% }", True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress != 111.111.* }", False),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "value" }', False),
        ("{ $.arrayKey[*] = %val.{2}% }", True),
        (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", True),
        ('{ $.arrayKey = "value" }', False),  # an array is no value
        ("{ $.['cluster.name'] = \"c\" }", True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.SomeOther IS NULL }", False),
        ("{ $.ok IS TRUE }", True),
        ("{ $.ok IS FALSE }", False),
        ("{ $.SomeOther NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.latency = * }", True),
        ("{ $.SomeOther = * }", False),
        ("{ $.latency > 49.5 }", True),
        ("{ $.latency > 50 }", False),
        ("{ $.latency >= 50 && $.latency <= 50 }", True),
        ("{ $.number[0] = 1e+3 }", True),
        ("{ $.number[1] != 1e-3 }", False),
        ("{ $.eventType > 3 }", False),
    ],
)
def test_json_conditions(pattern: str, expected: bool) -> None:
    assert found(pattern, TRAIL) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" '
            '&& $.actions[2] = "nonmatch" }',
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") '
            '&& $.actions[2] = "nonmatch" }',
            False,
        ),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
    ],
)
def test_compound_json_conditions_are_those_of_the_guide(pattern: str, expected: bool) -> None:
    assert found(pattern, USERS) is expected


def test_what_is_no_json_never_matches_a_json_pattern() -> None:
    for message in ("ERROR", '[INFO]\t{"a": 1}', "{", "[" * 100_000, ""):
        assert not found("{ $.a NOT EXISTS }", message)


@pytest.mark.fidelity(
    "Filter patterns on space-delimited messages: fields by their place, an ellipsis, conditions; "
    "brackets and quotes make one field; the last field holds the rest.",
    page=SYNTAX,
)
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", True),
        (r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request, code, bytes]", True),
        ("[..., request =*.html*, status_code = 4*, bytes]", True),
        ("[..., status_code = 404 || status_code = 410, bytes]", True),
        ("[..., status_code = 4* && status_code != 404, bytes]", False),
        ("[..., bytes > 1533]", True),
        ("[..., bytes > 1534]", False),
        ("[w1=127.0.0.1, w2]", True),
        ("[w1=127.0.0.1]", False),  # the only field is the whole message
        ("[a, b, c, d, e, f, g, h]", False),
        ("[a, b, c, d, e, f, g=1534, ...]", True),
        ("[ip, ..., bytes=1534]", True),
    ],
)
def test_space_delimited_conditions(pattern: str, expected: bool) -> None:
    assert found(pattern, APACHE) is expected


@pytest.mark.fidelity(
    "TestMetricFilter names the values that a pattern extracts.",
    page="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
    "API_TestMetricFilter.html",
)
@pytest.mark.parametrize(
    ("pattern", "message", "values"),
    [
        ("ERROR", BAD, {}),
        (
            "[..., request=*.html*, status_code=4*,]",
            APACHE,
            {
                "$1": "127.0.0.1",
                "$2": "-",
                "$3": "frank",
                "$4": "10/Oct/2000:13:25:15 -0700",
                "$request": "GET /index.html HTTP/1.0",
                "$status_code": "404",
                "$7": "1534",
            },
        ),
        ("[]", "a [b c] d", {"$1": "a", "$2": "b c", "$3": "d"}),
        ("[w1, w2]", "ERROR of the world\n", {"$w1": "ERROR", "$w2": "of the world"}),
        (
            '{ $.eventType = "*" && $.latency > 1 }',
            TRAIL,
            {"$.eventType": "UpdateTrail", "$.latency": "50"},
        ),
    ],
)
def test_extracted_values(pattern: str, message: str, values: dict[str, str]) -> None:
    assert parse_log_pattern(pattern).match(message) == values


def test_a_report_line_of_lambda_is_space_delimited() -> None:
    line = (
        "REPORT RequestId: 3604209a-e9a3-11e6-939a-754dd98c7be3\tDuration: 12.34 ms\t"
        "Billed Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 18 MB\t\n"
    )
    pattern = parse_log_pattern(
        "[name=REPORT, id_name, id, d, duration, unit=ms, b, bd, billed, ...]"
    )
    assert pattern.match(line) is not None
    assert pattern.value("$duration", line) == "12.34"
    assert pattern.value("$billed", line) == "100"
    assert pattern.value("$nothing", line) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "ERROR: x",
        "a=b",
        "main.py",
        '"open',
        "%open",
        "%a(b)%",
        "%a!%",
        "%a**%",
        "%[%",
        "-",
        "{",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a > x }",
        "{ $.a > %x% }",
        "{ $.a EXISTS }",
        "{ $.a IS NOT NULL }",
        "{ a = 1 }",
        "{ $.a = 1 } x",
        "{ $.a = 1 && }",
        "{ ($.a = 1 }",
        "{ $.*.* = 1 }",
        "{ $.*=1 || $.*=1 || $.*=1 || $.*=1 }",
        "{ $.a = %a% || $.a = %b% || $.a = %c% }",
        "{ " + "(" * 60 + "$.a = 1" + ")" * 60 + " }",
        "[a",
        "[a b]",
        "[..., a, ...]",
        "[a, a]",
        "[a = 1 || b = 1]",
        "x" * 1025,
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(LogPatternError):
        parse_log_pattern(pattern)


def test_aws_names_the_term_that_it_cannot_read() -> None:
    with pytest.raises(LogPatternError) as refused:
        parse_log_pattern("level=error")
    assert refused.value.message == "Invalid character(s) in term 'level=error'"


WORDS = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=8)
NAMES = st.text(string.ascii_letters, min_size=1, max_size=5)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_pattern_or_refused(pattern: str, message: str) -> None:
    try:
        parsed = parse_log_pattern(pattern)
    except LogPatternError:
        return
    values = parsed.match(message)
    assert values is None or all(isinstance(one, str) for one in values.values())


@given(st.text('{}[]()$.*=!<>&|%"a1, ?-', max_size=25), st.text('{}[]":a1, \n', max_size=25))
def test_texts_of_the_languages_own_signs_are_patterns_or_refused(
    pattern: str, message: str
) -> None:
    test_any_text_is_a_pattern_or_refused.hypothesis.inner_test(pattern, message)  # type: ignore[attr-defined]


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=6))
def test_terms_mean_what_python_says(terms: list[str], words: list[str]) -> None:
    message = " ".join(words)
    assert found(" ".join(terms), message) == all(term in message for term in terms)
    assert found(" ".join("?" + term for term in terms), message) == any(
        term in message for term in terms
    )
    assert found(" ".join("-" + term for term in terms), message) == (
        not any(term in message for term in terms)
    )


@given(st.dictionaries(NAMES, st.one_of(st.integers(-1000, 1000), WORDS), max_size=4), NAMES)
def test_a_value_equals_itself_and_nothing_else(values: dict[str, Any], absent: str) -> None:
    message = json.dumps(values)
    for name, value in values.items():
        written = f'"{value}"' if isinstance(value, str) else str(value)
        assert found(f"{{ $.{name} = {written} }}", message)
        assert not found(f"{{ $.{name} != {written} }}", message)
        assert not found(f"{{ $.{name} NOT EXISTS }}", message)
    assert found(f"{{ $.{absent} NOT EXISTS }}", message) is (absent not in values)


@given(st.integers(-100, 100), st.integers(-100, 100))
def test_numbers_are_ordered_as_numbers(value: int, limit: int) -> None:
    message = json.dumps({"n": value})
    assert found(f"{{ $.n < {limit} }}", message) == (value < limit)
    assert found(f"{{ $.n >= {limit} }}", message) == (value >= limit)
    assert found(f"[n <= {limit}]", str(value)) == (value <= limit)


@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_a_field_is_the_word_at_its_place(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    names = [f"w{number}" for number in range(len(words))]
    names[place] += f"={words[place]}"
    assert found(f"[{', '.join(names)}]", "\t".join(words))
    names[place] = f"w{place}!={words[place]}"
    assert not found(f"[{', '.join(names)}]", " ".join(words))
