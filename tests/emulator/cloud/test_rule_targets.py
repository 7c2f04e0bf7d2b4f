"""EventBridge rules: patterns that can be tested, and targets that are reached with a role."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/"
TRUST_EVENTS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
EVENT = {
    "id": "1",
    "account": "123456789012",
    "source": "shop",
    "time": "2026-11-22T00:00:00Z",
    "region": "us-east-1",
    "detail-type": "Order",
    "detail": {"total": 12, "kind": "book"},
}


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response["Error"]
    return answer["Code"], answer["Message"]


def role(cloud: CloudProcess, *actions: str) -> str:
    iam, name = cloud.client("iam"), unique("role")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_EVENTS)["Role"]["Arn"]
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return str(arn)


@pytest.mark.fidelity(
    "TestEventPattern says whether a pattern matches an event, and refuses what is neither.",
    page=f"{EVENTS}APIReference/API_TestEventPattern.html",
)
def test_an_event_pattern_can_be_tested(cloud: CloudProcess) -> None:
    test = cloud.client("events").test_event_pattern

    def result(pattern: dict[str, Any]) -> bool:
        answer = test(EventPattern=json.dumps(pattern), Event=json.dumps(EVENT))
        return bool(answer["Result"])

    assert result({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}})
    assert not result({"source": ["shop"], "detail": {"total": [{"numeric": [">", 12]}]}})
    assert refused(test, EventPattern='{"source": "shop"}', Event=json.dumps(EVENT)) == (
        "InvalidEventPatternException",
        'Event pattern is not valid. Reason: "source" must be an object or an array',
    )
    assert refused(test, EventPattern='{"source": ["shop"]}', Event='{"source": "shop"}') == (
        "ValidationException",
        "Parameter Event is not valid.",
    )


@pytest.mark.fidelity(
    "PutRule refuses what is no event pattern.", page=f"{EVENTS}APIReference/API_PutRule.html"
)
def test_a_rule_needs_a_pattern_that_is_one(cloud: CloudProcess) -> None:
    put = cloud.client("events").put_rule
    code, message = refused(put, Name="r", EventPattern='{"detail": {"a": [{"prefx": "b"}]}}')
    assert code == "InvalidEventPatternException"
    assert message == "Event pattern is not valid. Reason: Unrecognized match type prefx"
    assert refused(put, Name="r", EventPattern="{")[1] == (
        "Event pattern is not valid. Reason: Invalid JSON"
    )


@pytest.mark.fidelity(
    "A rule puts records into a Kinesis stream and starts a state machine, with the target's role.",
    page=f"{EVENTS}userguide/eb-targets.html",
    difference="Executions of state machines are moto's: recorded, not run",
)
def test_streams_and_state_machines_are_reached_with_a_role(cloud: CloudProcess) -> None:
    events, kinesis, states = (
        cloud.client(name) for name in ("events", "kinesis", "stepfunctions")
    )
    stream, rule = unique("stream"), unique("rule")
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    stream_arn = f"arn:aws:kinesis:{cloud.region}:{cloud.account_id}:stream/{stream}"
    machine = states.create_state_machine(
        name=unique("machine"),
        definition='{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
        roleArn=role(cloud),
    )["stateMachineArn"]
    source = unique("source")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [source]}))
    assert refused(events.put_targets, Rule=rule, Targets=[{"Id": "s", "Arn": stream_arn}]) == (
        "ValidationException",
        f"RoleArn is required for target {stream_arn}.",
    )
    may_put, may_nothing = role(cloud, "kinesis:PutRecord"), role(cloud)
    events.put_targets(
        Rule=rule,
        Targets=[
            {"Id": "s", "Arn": stream_arn, "RoleArn": may_put},
            {"Id": "not", "Arn": stream_arn, "RoleArn": may_nothing, "Input": '"no"'},
            {"Id": "m", "Arn": machine, "RoleArn": role(cloud, "states:StartExecution")},
        ],
    )
    entry = {"Source": source, "DetailType": "Order", "Detail": '{"n": 1}'}
    events.put_events(Entries=[entry])
    shard = kinesis.list_shards(StreamName=stream)["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    event = json.loads(record["Data"])
    assert event["detail"] == {"n": 1}
    assert record["PartitionKey"] == event["id"]
    (execution,) = eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"])["detail"] == {"n": 1}


def test_a_target_that_is_not_provided_is_refused_and_says_what_is(cloud: CloudProcess) -> None:
    events, rule = cloud.client("events"), unique("rule")
    events.put_rule(Name=rule, EventPattern='{"source": ["x"]}')
    arn = f"arn:aws:ecs:{cloud.region}:{cloud.account_id}:cluster/c"
    code, message = refused(events.put_targets, Rule=rule, Targets=[{"Id": "e", "Arn": arn}])
    assert code == "ValidationException"
    assert message.startswith(f"{arn} is a target that Lambda Dojo's embedded cloud does not")
