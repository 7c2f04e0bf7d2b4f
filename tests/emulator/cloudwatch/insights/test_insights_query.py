"""Queries give the rows that AWS's documentation says they give."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.cloudwatch.insights.discovered_fields import QueriedEvent
from lab_helpers.emulator.cloudwatch.insights.insights_query import read_query
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError

NOON = 1_795_348_800_000


def event(message: str, second: float = 0, stream: str = "s") -> QueriedEvent:
    at = NOON + int(second * 1000)
    return QueriedEvent(f"p{second}", at, at + 5, message, stream, "1:/g")


def record(second: float, **fields: Any) -> QueriedEvent:
    return event(json.dumps(fields), second)


def ask(query: str, *events: QueriedEvent, limit: int | None = None) -> list[dict[str, str]]:
    """Rows without the pointer."""
    rows = [dict(row) for row in read_query(query).run(events, limit).results]
    return [{name: value for name, value in row.items() if name != "@ptr"} for row in rows]


ORDERS = (
    record(1, level="INFO", currency="USD", total=12.5),
    record(2, level="ERROR", currency="CHF"),
    record(3, level="INFO", currency="EUR", total=7),
    record(400, level="ERROR", currency="CHF"),
    record(401, level="ERROR", currency="NOK"),
)
REPORT = (
    "REPORT RequestId: 7f2c\tDuration: 15.74 ms\tBilled Duration: 147 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 56 MB\tInit Duration: 130.49 ms\t\n"
)


def test_without_fields_time_and_message_are_shown_the_newest_first() -> None:
    assert ask("filter @message like /o/", event("one"), event("two", 1)) == [
        {"@timestamp": "2026-11-22T12:00:01.000".replace("T", " "), "@message": "two"},
        {"@timestamp": "2026-11-22 12:00:00.000", "@message": "one"},
    ]


def test_a_row_has_the_pointer_of_its_event_unless_it_is_a_group() -> None:
    (row,) = read_query("fields @message").run([event("one")]).results
    assert ("@ptr", "p0") in row
    (row,) = read_query("stats count(*)").run([event("one")]).results
    assert row == [("count(*)", "1")]


def test_json_records_have_their_fields_nested_ones_with_dots() -> None:
    (row,) = ask("fields a.b, a.c.1, flag", record(0, a={"b": 1, "c": [2, "x"]}, flag=True))
    assert row == {"a.b": "1", "a.c.1": "x", "flag": "1"}


def test_lambda_lines_have_their_fields_with_memory_in_bytes() -> None:
    query = "fields @type, @requestId, @duration, @billedDuration, @initDuration, @memorySize"
    assert ask(query, event(REPORT)) == [
        {
            "@type": "REPORT",
            "@requestId": "7f2c",
            "@duration": "15.74",
            "@billedDuration": "147",
            "@initDuration": "130.49",
            "@memorySize": "128000000",
        }
    ]


def test_a_log_record_has_its_request_id() -> None:
    line = "[INFO]\t2026-11-22T15:39:02.471Z\t7f2c\torder A-1"
    assert ask("fields @requestId", event(line)) == [{"@requestId": "7f2c"}]


def test_rejected_orders_are_counted_by_currency() -> None:
    query = """
    filter level = "ERROR"
    | stats count(*) as rejected by currency
    | sort rejected desc
    """
    assert ask(query, *ORDERS) == [
        {"currency": "CHF", "rejected": "2"},
        {"currency": "NOK", "rejected": "1"},
    ]


def test_the_number_of_matched_records_is_that_of_the_filters() -> None:
    found = read_query('filter level = "ERROR" | stats count(*)').run(ORDERS)
    assert found.records_matched == 3


def test_time_is_grouped_in_bins() -> None:
    assert ask("stats count(*) as n by bin(5m) | sort n asc", *ORDERS) == [
        {"bin(5m)": "2026-11-22 12:05:00.000", "n": "2"},
        {"bin(5m)": "2026-11-22 12:00:00.000", "n": "3"},
    ]


def test_a_period_is_capped_by_its_unit() -> None:
    """AWS: with s, 60 is the most, so bin(300s) is bin(60s)."""
    (row,) = ask("stats count(*) by bin(300s)", event("x", 119))
    assert row["bin(300s)"] == "2026-11-22 12:01:00.000"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum(total)", "19.5"),
        ("avg(total)", "9.75"),
        ("min(total)", "7"),
        ("max(total) * 2 + 1", "26"),
        ("pct(total, 50)", "7"),
        ("count(total)", "2"),
        ("count_distinct(currency)", "4"),
        ("sum(total) / count(*)", "3.9"),
        ("sortsFirst(currency)", "CHF"),
        ("stddev(total)", "2.75"),
    ],
)
def test_aggregates_look_at_the_whole_group(expression: str, value: str) -> None:
    (row,) = ask(f"stats {expression} as found", *ORDERS)
    assert row == {"found": value}


@pytest.mark.parametrize(
    ("condition", "seconds"),
    [
        ('level = "ERROR" and currency = "CHF"', [400, 2]),
        ('level = "ERROR" and not currency = "CHF"', [401]),
        ('currency in ["USD", "EUR"]', [3, 1]),
        ('currency not in ["USD", "EUR"]', [401, 400, 2]),
        ("total > 7", [1]),
        ("total >= 7 or currency =~ /^N/", [401, 3, 1]),
        ('currency like "H"', [400, 2]),
        ("currency not like /(?i)h|s/", [401, 3]),
        ("ispresent(total)", [3, 1]),
        ("(total + 1) * 2 < 17", [3]),
        ('strcontains(tolower(currency), "ok")', [401]),
        ("missing = 1", []),
    ],
)
def test_conditions_choose_rows(condition: str, seconds: list[float]) -> None:
    rows = ask(f"filter {condition} | fields toMillis(@timestamp) as t", *ORDERS)
    assert [(float(row["t"]) - NOON) / 1000 for row in rows] == seconds


def test_parse_takes_words_out_of_a_message() -> None:
    line = event("user=ana, method:GET, latency := 12")
    (row,) = ask('parse @message "user=*, method:*, latency := *" as user, method, ms', line)[:1]
    assert row["@message"].startswith("user=ana")
    query = 'parse @message "user=*, method:*, latency := *" as user, method, ms | display user, ms'
    assert ask(query, line) == [{"user": "ana", "ms": "12"}]
    query = "parse @message /user=(?<user>\\w+).*:= (?<ms>\\d+)/ | stats max(ms) as most by user"
    assert ask(query, line) == [{"user": "ana", "most": "12"}]


def test_an_event_that_does_not_match_stays_without_the_fields() -> None:
    query = 'parse @message "user=*" as user | display @message, user'
    assert ask(query, event("nobody")) == [{"@message": "nobody"}]


def test_stats_may_follow_stats() -> None:
    query = "stats count(*) as n by bin(5m) as five | stats max(n) as most, min(n) as least"
    assert ask(query, *ORDERS) == [{"most": "3", "least": "2"}]


def test_dedup_keeps_the_first_row_of_each_value() -> None:
    rows = ask("fields currency | sort @timestamp asc | dedup currency | limit 3", *ORDERS)
    assert [row["currency"] for row in rows] == ["USD", "CHF", "EUR"]


def test_limits_are_those_of_the_query_and_of_the_call() -> None:
    assert len(ask("fields @message | limit 2", *ORDERS)) == 2
    assert len(ask("fields @message", *ORDERS, limit=4)) == 4


def test_comments_and_letter_case_of_commands_do_not_matter() -> None:
    assert ask("FIELDS @message # all of it\n| LIMIT 1", event("x")) == [{"@message": "x"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("filtre level = 1", "unknown command filtre"),
        ("filter level =", "unexpected end"),
        ('filter level = "ERROR" extra', "unexpected symbol found extra"),
        ("filter level ! 1", "unexpected symbol found !"),
        ("stats currency", "no aggregate function"),
        ("stats nonsense(x)", "unknown function nonsense"),
        ("limit many", "limit needs a whole number"),
        ("sort x | stats count(*)", "sort must come after"),
        ('parse @message "a*b*" as one', "2 wildcards, but 1 names"),
        ("filter a like /(/", "invalid regular expression"),
        ("fields a | | limit 1", "a command is missing"),
    ],
)
def test_what_is_no_query_is_refused_with_its_reason(query: str, message: str) -> None:
    with pytest.raises(InsightsQueryError, match=message):
        read_query(query)


QUERIES = st.lists(
    st.sampled_from(
        [
            "fields",
            "filter",
            "stats",
            "sort",
            "limit",
            "parse",
            "by",
            "as",
            "and",
            "or",
            "not",
            "in",
            "like",
            "@message",
            "level",
            "1",
            "5m",
            "(",
            ")",
            "[",
            "]",
            ",",
            "|",
            "=",
            "!=",
            "/",
            "*",
            "+",
            "-",
            "count(",
            "bin(",
            '"x"',
            "/a/",
            "`q`",
        ]
    ),
    max_size=12,
).map(" ".join)


@settings(deadline=None)
@given(st.one_of(QUERIES, st.text(max_size=40)))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        read_query(text).run(ORDERS)
    except InsightsQueryError as error:
        assert error.message
