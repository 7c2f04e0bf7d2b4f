"""``lab.timeline`` on a real cloud: what ran is drawn, its log read, its limits known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab_helpers.backends.backend import Capability
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.grading.evidence import Evidence
from lab_helpers.notebook.shown import Note
from lab_helpers.notebook.timeline.shown import ShownTimeline
from lab_helpers.notebook.timeline.verb import timeline
from tests.cloud_process import CloudProcess, eventually

FAILS = "def handler(event, context):\n    print('seen', event)\n    raise ValueError('no')\n"
WORKS = "def handler(event, context):\n    return context.function_version\n"


@pytest.fixture
def backend(cloud: CloudProcess) -> EndpointBackend:
    return cloud.backend()


@pytest.fixture
def evidence(backend: EndpointBackend) -> Evidence:
    return Evidence(backend, {})


def shown(evidence: Evidence, what: object) -> ShownTimeline:
    found = timeline(evidence, what, "en", live=False)
    assert isinstance(found, ShownTimeline)
    return found


def invoke(cloud: CloudProcess, function: str, **options: Any) -> Any:
    return cloud.client("lambda").invoke(FunctionName=function, **options)


def test_the_life_of_an_event_is_drawn_from_the_response_of_boto3(
    cloud: CloudProcess, evidence: Evidence
) -> None:
    function = cloud.create_function(FAILS)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=function, MaximumRetryAttempts=1
    )
    response = invoke(cloud, function, InvocationType="Event", Payload=b"{}")
    eventually(lambda: "RetriesExhausted" in shown(evidence, response).svg)
    table = shown(evidence, response).table()
    told = [row[2] for row in table.rows]
    assert told[0] == "● user/learner called lambda:Invoke"
    assert [line for line in told if "attempt" in line] == [
        "✗ attempt 1: function error (ValueError)",
        "✗ attempt 2: function error (ValueError)",
    ]
    assert any(line.startswith("⋯ waits 60 s at AWS, 1") for line in told)


def test_the_log_lines_of_one_attempt_are_its_own(cloud: CloudProcess, evidence: Evidence) -> None:
    function = cloud.create_function(FAILS)
    for number in range(2):
        invoke(cloud, function, Payload=json.dumps({"number": number}))
    view = shown(evidence, function)._view
    keys = [run.key for run in view._runs.runs]
    first, said = eventually(lambda: (found := view.log_of(keys[0]))[0] and found)
    second, _ = eventually(lambda: (found := view.log_of(keys[1]))[0] and found)
    assert said == ""
    assert first[0].startswith("INIT_START")
    assert second[0].startswith("START RequestId")
    assert "seen {'number': 0}" in first
    assert "seen {'number': 1}" in second
    assert "seen {'number': 0}" not in second
    assert [lines[-1].startswith("REPORT") for lines in (first, second)] == [True, True]
    assert view.log_of(0)[1] == "CloudWatch Logs has no lines of it."


def test_reserved_concurrency_and_weights_are_asked_of_lambda(
    cloud: CloudProcess, evidence: Evidence
) -> None:
    function, client = cloud.create_function(WORKS), cloud.client("lambda")
    first = client.publish_version(FunctionName=function)["Version"]
    cloud.change_function(function, MemorySize=256)
    second = client.publish_version(FunctionName=function)["Version"]
    client.create_alias(
        FunctionName=function,
        Name="live",
        FunctionVersion=first,
        RoutingConfig={"AdditionalVersionWeights": {second: 0.25}},
    )
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=3)
    invoke(cloud, function)
    drawn = shown(evidence, function)
    assert "expected 25.0 %" not in drawn.svg
    # An alias that is invoked for the first time is asked for, although nothing has changed.
    invoke(cloud, f"{function}:live")
    drawn._tail.look()
    drawn._view.refresh()
    assert "reserved concurrency: 3" in drawn.svg
    assert f"version {second}" in drawn.svg
    assert "expected 25.0 %" in drawn.svg


def test_a_throttled_call_is_told_from_its_error(cloud: CloudProcess, evidence: Evidence) -> None:
    function = cloud.create_function(WORKS)
    cloud.client("lambda").put_function_concurrency(
        FunctionName=function, ReservedConcurrentExecutions=0
    )
    with pytest.raises(ClientError) as refused:
        invoke(cloud, function)
    told = [row[2] for row in shown(evidence, refused.value).table().rows]
    assert any(line.startswith("⊘ throttled: ReservedFunction") for line in told)


def test_without_a_journal_or_anything_to_draw_a_note_says_so(
    evidence: Evidence, backend: EndpointBackend
) -> None:
    for what in ("no-such-function", "ada0c97b-3524-4584-8abd-2d8230711369", 7):
        assert isinstance(timeline(evidence, what, "en", live=False), Note)
    silent = replace(backend, name="localstack", capabilities=frozenset({Capability.LAMBDA}))
    note = timeline(Evidence(silent, {}), None, "ja", live=False)
    assert isinstance(note, Note)
    assert "localstack" in note.text


def test_the_widget_gets_no_key_and_closes_with_its_last_view(
    cloud: CloudProcess, evidence: Evidence
) -> None:
    from lab_helpers.notebook.timeline.widget import TimelineWidget  # as late as the verb does

    function = cloud.create_function(WORKS)
    invoke(cloud, function)
    view, tail = (drawn := shown(evidence, function))._view, drawn._tail
    widget = TimelineWidget(view, tail, view.picture())
    kept: list[str] = []
    widget.follow(kept.append)
    widget._heard(None, {"kind": "opened"}, None)
    invoke(cloud, function)
    eventually(lambda: widget.picture.count('role="group"') and "invocations: 2" in widget.picture)
    assert cloud.secret_access_key not in json.dumps(widget.get_state(), default=str)
    assert "invocations: 2" in eventually(lambda: kept)[-1]
    widget._heard(None, {"kind": "closed"}, None)
    assert not widget.live
    assert not widget._follower.is_alive
