"""From boto3's answers to the map: connections, and what is wrong with them. No cloud is asked."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.notebook.map.cloud_records import CloudState
from lab_helpers.notebook.map.connections import graph_of
from lab_helpers.notebook.map.far_ends import node_of
from lab_helpers.notebook.map.graph import Edge, Fault, Graph, Node
from lab_helpers.notebook.map.layout import columns_of, unconnected
from lab_helpers.notebook.map.loops import mark_loops
from lab_helpers.notebook.map.picture import map_svg
from lab_helpers.notebook.map.resource_policies import lets_in
from lab_helpers.notebook.map.shown import ShownMap
from lab_helpers.notebook.map.words import _WORDS, speaker

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/exec"


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{name}"


FUNCTION = arn("lambda", "function:resize")
S3_MAY = {
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": FUNCTION,
    "Condition": {
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::uploads"},
        "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    },
}


def state_with(**changes: Any) -> CloudState:
    """A bucket that notifies a function, as it should be."""
    rule = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    given: dict[str, Any] = {
        "functions": [{"FunctionName": "resize", "FunctionArn": FUNCTION, "Role": ROLE}],
        "policies": {FUNCTION: [S3_MAY]},
        "notifications": {"uploads": {"LambdaFunctionConfigurations": [rule]}},
        "roles": {ROLE},
    }
    return CloudState(**{**given, **changes})


def drawn(state: CloudState, language: str = "en") -> Graph:
    return graph_of(state, speaker(language), ACCOUNT)


def faults(state: CloudState) -> list[tuple[str, Fault]]:
    return [(where, fault) for where, fault, _ in drawn(state).faults]


def test_what_is_right_has_no_fault() -> None:
    graph = drawn(state_with())
    assert [(edge.source, edge.target) for edge in graph.edges] == [
        ("arn:aws:s3:::uploads", FUNCTION)
    ]
    assert graph.faults == []
    assert "✓ Nothing is wrong" in repr(ShownMap(graph, "en"))


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [{**S3_MAY, "Principal": {"Service": "sns.amazonaws.com"}}],
        [{**S3_MAY, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::other"}}}],
        [{**S3_MAY, "Condition": {"StringEquals": {"aws:SourceAccount": "1" * 12}}}],
        [{**S3_MAY, "Action": "lambda:GetFunction"}],
        [S3_MAY, {**S3_MAY, "Effect": "Deny"}],
    ],
)
def test_a_service_that_is_not_let_in_is_marked(statements: list[Any]) -> None:
    assert faults(state_with(policies={FUNCTION: statements})) == [
        ("uploads → resize", Fault.MISSING_PERMISSION)
    ]


def test_wide_statements_let_in_too() -> None:
    for statement in (
        {"Effect": "Allow", "Principal": "*", "Action": "lambda:*"},
        {**S3_MAY, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::up*"}}},
        {**S3_MAY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ):
        source = "arn:aws:s3:::uploads"
        assert lets_in([statement], "s3.amazonaws.com", "lambda:InvokeFunction", source, ACCOUNT)


def test_an_arn_that_leads_nowhere_is_drawn_as_missing() -> None:
    state = state_with(functions=[], policies={})
    graph = drawn(state)
    assert graph.nodes[FUNCTION].missing
    assert faults(state) == [("uploads → resize", Fault.DANGLING)]
    assert "does not exist" in map_svg(graph, speaker("en"))


def test_a_role_that_is_gone_is_told_at_its_function() -> None:
    assert faults(state_with(roles=set())) == [("resize", Fault.DANGLING)]
    assert faults(state_with(roles=set(), unread={"iam": "no answer"})) == []


def test_mappings_tell_that_they_are_disabled_or_fail_or_poll_nothing() -> None:
    queue = arn("sqs", "work")
    mapping = {"EventSourceArn": queue, "FunctionArn": FUNCTION, "State": "Enabled", "BatchSize": 5}
    right = state_with(mappings=[mapping], queues={queue: {"QueueArn": queue}})
    assert faults(right) == []
    right.allowed[ROLE, "sqs:ReceiveMessage", queue] = False
    assert faults(right) == [("work → resize", Fault.MISSING_PERMISSION)]
    off = state_with(mappings=[{**mapping, "State": "Disabled"}], queues=right.queues)
    assert faults(off) == [("work → resize", Fault.DISABLED)]
    failing = {**mapping, "LastProcessingResult": "PROBLEM: Function call failed"}
    told = drawn(state_with(mappings=[failing], queues=right.queues)).faults
    assert told == [("work → resize", Fault.PROBLEM, "PROBLEM: Function call failed")]
    assert faults(state_with(mappings=[mapping])) == [("work → resize", Fault.DANGLING)]
    stream = arn("dynamodb", "table/Orders/stream/2026-01-01T00:00:00.000")
    table = state_with(mappings=[{**mapping, "EventSourceArn": stream}], tables=["Orders"])
    assert faults(table) == []
    assert drawn(table).nodes[stream].name == "Orders"


def test_aliases_show_their_weights() -> None:
    routing = {"AdditionalVersionWeights": {"2": 0.1}}
    alias = {"Name": "live", "FunctionVersion": "1", "RoutingConfig": routing}
    state = state_with(aliases={"resize": [alias]}, versions={"resize": ["1", "2"]})
    assert "version 1: 90%, 2: 10%" in [edge.label for edge in drawn(state).edges]
    assert "versions: 1, 2" in drawn(state).nodes[FUNCTION].details


def test_a_destination_that_leads_back_is_a_loop() -> None:
    topic = arn("sns", "news")
    sns_may = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "*"}
    state = state_with(
        topics=[topic],
        policies={FUNCTION: [S3_MAY, sns_may]},
        subscriptions=[{"TopicArn": topic, "Endpoint": FUNCTION}],
        asynchronous={"resize": {"DestinationConfig": {"OnFailure": {"Destination": topic}}}},
    )
    assert faults(state) == [("news → resize", Fault.LOOP), ("resize → news", Fault.LOOP)]
    state.allowed[ROLE, "sns:Publish", topic] = False
    assert ("resize → news", Fault.MISSING_PERMISSION) in faults(state)


def test_queues_tell_their_dead_letter_queues_and_rules_their_targets() -> None:
    queue, dead, rule = arn("sqs", "work"), arn("sqs", "dead"), arn("events", "rule/nightly")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    state = state_with(
        queues={queue: {"RedrivePolicy": redrive}, dead: {}},
        rules=[{"Name": "nightly", "Arn": rule, "State": "DISABLED"}],
        targets={"nightly": [{"Arn": queue}]},
    )
    assert faults(state) == [
        ("nightly → work", Fault.DISABLED),
        ("nightly → work", Fault.MISSING_PERMISSION),
    ]
    assert "dead-letter queue (3 receives)" in [edge.label for edge in drawn(state).edges]


def test_subscriptions_of_a_topic_that_is_gone_and_of_an_address_are_drawn() -> None:
    topic = arn("sns", "news")
    mail = {"TopicArn": topic, "Endpoint": "aiko@example.com"}
    assert faults(state_with(topics=[topic], subscriptions=[mail])) == []
    gone = state_with(subscriptions=[{"TopicArn": topic, "Endpoint": FUNCTION}])
    assert ("news → resize", Fault.DANGLING) in faults(gone)
    both = state_with(functions=[], notifications={}, subscriptions=gone.subscriptions)
    assert [node.name for node in drawn(both).nodes.values() if node.missing] == ["news", "resize"]


IDS = st.integers(0, 11).map(str)


@settings(deadline=None)  # a busy machine is no fault of the layout
@given(st.lists(st.tuples(IDS, IDS), max_size=30))
def test_any_graph_is_laid_out_with_no_two_boxes_in_one_place(ends: list[tuple[str, str]]) -> None:
    graph = Graph()
    for name in map(str, range(12)):
        graph.add(Node(name, "queue", f"<{name}>"))
    for source, target in ends:
        graph.connect(Edge(source, target, "&"), node_of)
    mark_loops(graph)
    placed = [name for column in columns_of(graph) for name in column] + unconnected(graph)
    assert sorted(placed) == sorted(graph.nodes)
    svg = map_svg(graph, speaker("en"))
    ElementTree.fromstring(svg)
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="200" height="([\d.]+)"', svg)
    corners = [(float(x), float(y), float(height)) for x, y, height in boxes]
    assert len(corners) == 12
    for i, (x, y, height) in enumerate(corners):
        for x2, y2, height2 in corners[i + 1 :]:
            assert abs(x - x2) >= 200 or y + height <= y2 or y2 + height2 <= y
    words = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="11" text-anchor="middle"', svg)
    assert len(words) == len(set(words)) >= len(ends)
    for edge in graph.edges:
        assert (Fault.LOOP in edge.faults) == (edge.source in reachable(ends, edge.target))


def reachable(ends: list[tuple[str, str]], start: str) -> set[str]:
    seen = {start}
    while True:
        more = {target for source, target in ends if source in seen} - seen
        if not more:
            return seen
        seen |= more


def test_the_map_is_told_in_both_languages_and_in_words() -> None:
    for key, pair in _WORDS.items():
        holes = [sorted(re.findall(r"\{\w+\}", text)) for text in (pair.en, pair.ja)]
        assert holes[0] == holes[1], key
    shown = ShownMap(drawn(state_with(policies={}, functions=[]), "ja"), "ja")
    assert "✗ uploads → resize" in shown.table()
    assert "存在しません" in shown._repr_html_()
    assert "<desc>uploads → resize: s3:ObjectCreated:*" in shown._repr_html_()
    assert "まだ何もありません" in repr(ShownMap(Graph(unread={"sns": "x"}), "ja"))
    assert "sns" in repr(ShownMap(Graph(unread={"sns": "x"}), "ja"))
