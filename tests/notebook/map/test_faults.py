"""Loops through a write-back, topics, APIs, function URLs and far ends. No cloud is asked."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.notebook.map.apis import Api, Route
from lab_helpers.notebook.map.graph import Fault
from lab_helpers.notebook.map.write_back import write_backs

from .test_graph import ACCOUNT, FUNCTION, ROLE, arn, drawn, faults, state_with

BUCKET = "arn:aws:s3:::uploads"


def notified_for(prefix: str, target: str = FUNCTION) -> dict[str, Any]:
    filters = {"Key": {"FilterRules": [{"Name": "Prefix", "Value": prefix}]}}
    kind = "LambdaFunction" if ":lambda:" in target else "Topic"
    rule = {f"{kind}Arn": target, "Events": ["s3:ObjectCreated:*"], "Filter": filters}
    return {"uploads": {f"{kind}Configurations": [rule]}}


def test_a_role_that_may_write_where_the_events_come_from_is_a_loop_in_waiting() -> None:
    state = state_with(notifications=notified_for("in/"))
    (back,) = write_backs(state)
    assert (back.action, back.resource) == ("s3:PutObject", f"{BUCKET}/in/any-object")
    assert faults(state) == []
    state.allowed[ROLE, back.action, back.resource] = True
    assert faults(state) == [("resize → uploads", Fault.WRITE_BACK)]
    assert drawn(state).faults[0][2] == "exec: s3:PutObject"


def test_a_write_back_is_found_through_a_topic_and_not_where_objects_are_removed() -> None:
    topic = arn("sns", "news")
    through = state_with(
        notifications=notified_for("", topic),
        topics={topic: []},
        subscriptions=[{"TopicArn": topic, "Endpoint": f"{FUNCTION}:live"}],
    )
    assert {(back.source, back.action) for back in write_backs(through)} == {
        (BUCKET, "s3:PutObject"),
        (topic, "sns:Publish"),
    }
    removed = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectRemoved:*"]}
    only = state_with(notifications={"uploads": {"LambdaFunctionConfigurations": [removed]}})
    assert write_backs(only) == []


@pytest.mark.parametrize(
    ("statement", "lacking"),
    [
        ({"Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"Principal": {"Service": "events.amazonaws.com"}}, True),
        # A topic's default policy: for its account's callers, not for services.
        (
            {
                "Principal": {"AWS": "*"},
                "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
            },
            True,
        ),
    ],
)
def test_a_topic_s_policy_lets_a_bucket_in_or_not(statement: dict[str, Any], lacking: bool) -> None:
    topic = arn("sns", "news")
    told = {"Effect": "Allow", "Action": ["SNS:Publish"], "Resource": topic, **statement}
    state = state_with(notifications=notified_for("", topic), topics={topic: [told]})
    assert (("uploads → news", Fault.MISSING_PERMISSION) in faults(state)) == lacking


def api_may(path: str) -> dict[str, Any]:
    source = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/{path}"
    return {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": source}},
    }


@pytest.mark.parametrize(
    ("label", "path", "lacking"),
    [
        ("GET /items", "*/*/items", False),
        ("GET /items", "prod/GET/items", False),
        ("GET /items", "old/GET/items", True),
        ("GET /items", "*/POST/items", True),
        ("ANY /{proxy+}", "*/*/*", False),
        ("$default", "*/$default", False),
    ],
)
def test_a_route_needs_the_function_s_policy_for_its_method_and_path(
    label: str, path: str, lacking: bool
) -> None:
    api = Api("abc", "shop", "HTTP API", ["prod"], [Route(label, FUNCTION)])
    state = state_with(apis=[api], notifications={}, policies={FUNCTION: [api_may(path)]})
    assert faults(state) == ([("shop → resize", Fault.MISSING_PERMISSION)] if lacking else [])


def test_a_route_with_a_role_asks_no_policy_and_an_api_without_a_stage_is_told() -> None:
    api = Api("abc", "shop", "REST API", [], [Route("GET /", FUNCTION, by_role=True)])
    state = state_with(apis=[api], notifications={}, policies={FUNCTION: []})
    assert faults(state) == [("shop", Fault.NOT_DEPLOYED)]


def test_a_public_url_needs_both_permissions() -> None:
    settings = {"FunctionUrl": "https://x.lambda-url/", "AuthType": "NONE"}
    may = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl"}
    given: dict[str, Any] = {"notifications": {}, "urls": {FUNCTION: settings}}
    half = drawn(state_with(**given, policies={FUNCTION: [may]}))
    assert half.faults[0][1:] == (Fault.MISSING_PERMISSION, "*: lambda:InvokeFunction")
    both = [may, {**may, "Action": "lambda:InvokeFunction"}]
    assert faults(state_with(**given, policies={FUNCTION: both})) == []
    signed = {**settings, "AuthType": "AWS_IAM"}
    assert faults(state_with(notifications={}, urls={FUNCTION: signed})) == []


def test_an_end_that_nobody_looked_at_is_not_said_to_be_missing() -> None:
    queue = arn("sqs", "work")
    mapping = {"EventSourceArn": queue, "FunctionArn": FUNCTION, "State": "Enabled"}
    assert faults(state_with(mappings=[mapping], unread={"sqs": "no answer"})) == []
    elsewhere = queue.replace(ACCOUNT, "9" * 12)
    state = state_with(mappings=[{**mapping, "EventSourceArn": elsewhere}])
    assert faults(state) == []
    assert drawn(state).nodes[elsewhere].details == ["in account 999999999999"]
    far = queue.replace("us-east-1", "eu-west-1")
    assert faults(state_with(mappings=[{**mapping, "EventSourceArn": far}])) == []


def test_a_published_version_at_an_end_is_the_function_s_and_one_that_is_not_is_missing() -> None:
    for number, there in (("1", True), ("7", False)):
        state = state_with(
            versions={"resize": ["1"]},
            policies={},
            notifications=notified_for("", f"{FUNCTION}:{number}"),
        )
        graph = drawn(state)
        assert graph.nodes[f"{FUNCTION}:{number}"].missing != there
        assert any(edge.target == FUNCTION for edge in graph.edges) == there
