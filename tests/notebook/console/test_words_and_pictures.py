"""Words in both languages, and pictures that can be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from lab_helpers.notebook import console
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.function_console import ACTIONS, CONFIGURATION
from lab_helpers.notebook.console.metric_chart import Period, Series, chart_svg
from lab_helpers.notebook.console.monitor_tab import chosen_here, what_is_not_measured
from lab_helpers.notebook.console.overview import overview_svg, read_overview
from lab_helpers.notebook.console.test_tab import read_report
from lab_helpers.notebook.console.words import all_words, in_language

FOLDER = Path(console.__file__).parent
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}


def desk(language: str = "en") -> Desk:
    nobody: Any = None
    return Desk(nobody, "f<1>", language, "us-east-1", "123456789012")


def test_every_word_is_there_in_both_languages_with_the_same_placeholders() -> None:
    for key, pair in all_words().items():
        assert set(pair) == {"en", "ja"}, key
        assert pair["en"].strip(), key
        assert pair["ja"].strip(), key
        holes = [sorted(re.findall(r"\{\w+\}", pair[language])) for language in ("en", "ja")]
        assert holes[0] == holes[1], key


def test_every_word_that_the_panel_uses_exists() -> None:
    known = in_language("ja")
    used = {key for text in SCRIPTS.values() for key in re.findall(r"\bwords\.(\w+)", text)}
    assert used - set(known) == set()
    assert {*CONFIGURATION} <= set(known)


def test_every_action_of_a_form_or_a_row_can_be_done() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    named = set(re.findall(r'(?:Form|RowAction)\(\s*"(\w+)"', texts))
    assert named
    assert named <= set(ACTIONS)


def test_the_overview_tells_triggers_and_destinations_in_words_too() -> None:
    statement = {
        "Sid": "s3",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}},
    }
    mapping = {"EventSourceArn": "arn:aws:dynamodb:us-east-1:1:table/Orders/stream/2026"}
    target = "arn:aws:sqs:us-east-1:1:failed"
    settings = {"DestinationConfig": {"OnFailure": {"Destination": target}, "OnSuccess": {}}}
    configuration = {"DeadLetterConfig": {"TargetArn": "arn:aws:sns:us-east-1:1:dead"}}
    seen = read_overview(desk(), configuration, [mapping], [statement], settings)
    assert list(seen.sources) == [("S3", "photos"), ("DynamoDB", "Orders")]
    assert seen.targets == [
        ("On failure", "SQS", "failed"),
        ("Dead-letter queue", "SNS", "dead"),
    ]
    svg = overview_svg(desk(), seen)
    ElementTree.fromstring(svg)
    assert "S3 photos, DynamoDB Orders → f&lt;1&gt; → On failure: SQS failed" in svg
    assert "トリガー: S3: photos" in seen.section(desk("ja")).as_text()


def test_a_chart_tells_its_points_and_escapes_its_words() -> None:
    series = [Series("<Sum>", [(60.0, 3.0), (120.0, 7.0)]), Series("Maximum", [(60.0, 9.0)])]
    svg = chart_svg("In & out", series, Period(0.0, 180.0), "ms", "No data")
    ElementTree.fromstring(svg)
    assert "&lt;Sum&gt;: 00:01 3 ms, 00:02 7 ms; Maximum: 00:01 9 ms" in svg
    assert ">10<" in svg  # the ceiling of the axis
    assert "<title>00:02 &lt;Sum&gt;: 7 ms</title>" in svg
    assert "No data" not in svg
    empty = chart_svg("x", [Series("Sum", [])], Period(0.0, 60.0), "", "No data")
    assert "No data" in empty


def test_lines_are_chosen_here_where_a_cloud_did_not_choose_and_patterns_are_left_to_it() -> None:
    lines = [("", "", "an ERROR came"), ("", "", "all is well")]
    assert chosen_here(lines, "ERROR") == lines[:1]
    assert chosen_here(lines, "ERROR came") == lines[:1]
    for pattern in ("", "?ERROR ?well", '"all is"', "-ERROR", "{ $.level = 1 }"):
        assert chosen_here(lines, pattern) == lines


def test_a_cloud_that_counts_and_does_not_measure_is_said_to() -> None:
    counted = {"invocations_sum": [(60.0, 1.0)]}
    assert "counts invocations" in what_is_not_measured(desk(), counted)
    assert what_is_not_measured(desk(), {**counted, "duration_average": [(60.0, 5.0)]}) == ""
    assert what_is_not_measured(desk(), {}) == ""


@pytest.mark.parametrize(
    "log",
    [
        "hello\nREPORT RequestId: 1\tDuration: 5.95 ms\tBilled Duration: 133 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 12 MB\tInit Duration: 126.81 ms\t\n",
        '{"time":"t","type":"platform.report","record":{"metrics":{"durationMs":5.95,'
        '"billedDurationMs":133,"memorySizeMB":128,"maxMemoryUsedMB":12,"initDurationMs":126.81}}}',
    ],
)
def test_the_report_is_read_in_both_log_formats(log: str) -> None:
    report = read_report(log)
    assert (report.duration_ms, report.billed_duration_ms) == (5.95, 133)
    assert (report.memory_size_mb, report.max_memory_used_mb) == (128, 12)
    assert report.init_duration_ms == 126.81


def test_a_log_tail_without_a_report_has_no_figures() -> None:
    assert read_report('hello {"type": "platform.report"}').duration_ms is None
    assert read_report('{"type":"platform.report"').duration_ms is None
