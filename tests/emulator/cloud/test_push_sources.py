"""Services that push to functions: what arrives, and only with permission."""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import Queue, function_arn, journal, new_topic, permit

SAYING = "import json\ndef handler(event, context): print('EVENT ' + json.dumps(event))"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
SCHEDULER = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/"
TRUST_SCHEDULER = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


class Listener:
    """A function that writes its events into its log."""

    def __init__(self, cloud: CloudProcess) -> None:
        self.cloud = cloud
        self.name = cloud.create_function(SAYING)
        self.arn = function_arn(cloud, self.name)

    def permit(self, service: str, source_arn: str) -> None:
        permit(self.cloud, self.name, service, source_arn)

    def events(self, count: int = 1) -> list[Any]:
        """The first ``count`` events, waited for."""

        def look() -> list[Any]:
            try:
                lines = self.cloud.log_lines(self.name)
            except ClientError:
                return []
            found = [json.loads(line[6:]) for line in lines if line.startswith("EVENT ")]
            return found if len(found) >= count else []

        found: list[Any] = eventually(look)
        return found


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def refused(cloud: CloudProcess, function: str) -> list[dict[str, Any]]:
    entries = journal(cloud, "delivery.refused")
    return [entry for entry in entries if entry["data"]["function"] == function]


@pytest.mark.fidelity(
    "SNS sends a function one record with all of its members.", page=f"{LAMBDA}with-sns.html"
)
def test_a_topic_sends_its_whole_record(hurried_cloud: CloudProcess) -> None:
    listener = Listener(hurried_cloud)
    topic = new_topic(hurried_cloud, listener.arn, "lambda")
    listener.permit("sns.amazonaws.com", topic)
    answer = hurried_cloud.client("sns").publish(
        TopicArn=topic,
        Message="こんにちは",
        MessageAttributes={
            "kind": {"DataType": "String", "StringValue": "greeting"},
            "raw": {"DataType": "Binary", "BinaryValue": b"abc"},
        },
    )
    (event,) = listener.events()
    (record,) = event["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["EventVersion"] == "1.0"
    assert record["EventSubscriptionArn"].startswith(topic + ":")
    sns = record["Sns"]
    assert sns["Type"] == "Notification"
    assert sns["MessageId"] == answer["MessageId"]
    assert sns["TopicArn"] == topic
    assert sns["Subject"] is None
    assert sns["Message"] == "こんにちは"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", sns["Timestamp"])
    assert sns["MessageAttributes"]["kind"] == {"Type": "String", "Value": "greeting"}
    assert sns["MessageAttributes"]["raw"]["Value"] == base64.b64encode(b"abc").decode()
    assert {"SignatureVersion", "Signature", "SigningCertUrl", "UnsubscribeUrl"} <= set(sns)


@pytest.mark.fidelity(
    "Without a resource-based policy SNS may not invoke; the message goes to the subscription's "
    "dead-letter queue.",
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
)
def test_without_permission_a_message_goes_to_the_subscriptions_dead_letter_queue(
    hurried_cloud: CloudProcess,
) -> None:
    listener, queue = Listener(hurried_cloud), Queue(hurried_cloud)
    topic = new_topic(hurried_cloud, listener.arn, "lambda")
    listener.permit("sns.amazonaws.com", topic + "-another")
    queue.let_in("sns.amazonaws.com", topic)
    sns = hurried_cloud.client("sns")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"],
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": queue.arn}),
    )
    sns.publish(TopicArn=topic, Message="lost?")
    assert json.loads(queue.message()["Body"])["Message"] == "lost?"
    (entry,) = refused(hurried_cloud, listener.arn)
    assert entry["data"]["code"] == "AccessDeniedException"


class Rule:
    """A rule on a bus of its own, with one function as target."""

    def __init__(self, listener: Listener, pattern: dict[str, Any], **target: Any) -> None:
        self.events = listener.cloud.client("events")
        self.bus = unique("bus")
        self.events.create_event_bus(Name=self.bus)
        self.arn = self.events.put_rule(
            Name="rule", EventBusName=self.bus, EventPattern=json.dumps(pattern)
        )["RuleArn"]
        self.events.put_targets(
            Rule="rule",
            EventBusName=self.bus,
            Targets=[{"Id": "function", "Arn": listener.arn, **target}],
        )

    def put(self, detail: dict[str, Any], source: str = "shop") -> str:
        (entry,) = self.events.put_events(
            Entries=[
                {
                    "Source": source,
                    "DetailType": "Order",
                    "Detail": json.dumps(detail),
                    "EventBusName": self.bus,
                    "Resources": ["arn:shop:1"],
                }
            ]
        )["Entries"]
        return str(entry["EventId"])


@pytest.mark.fidelity(
    "A rule sends what its pattern asks for.", page=f"{EVENTS}eb-event-patterns.html"
)
def test_a_rule_sends_matching_events_to_a_function(hurried_cloud: CloudProcess) -> None:
    listener = Listener(hurried_cloud)
    rule = Rule(
        listener,
        {
            "source": ["shop"],
            "detail": {"total": [{"numeric": [">", 100]}], "kind": [{"prefix": "a"}]},
        },
    )
    listener.permit("events.amazonaws.com", rule.arn)
    rule.put({"total": 99, "kind": "ab"})
    rule.put({"total": 101, "kind": "ab"}, source="another")
    event_id = rule.put({"total": 101, "kind": "ab"})
    (event,) = listener.events()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
    assert event == {
        "version": "0",
        "id": event_id,
        "detail-type": "Order",
        "source": "shop",
        "account": hurried_cloud.account_id,
        "region": hurried_cloud.region,
        "resources": ["arn:shop:1"],
        "detail": {"total": 101, "kind": "ab"},
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": '{"fixed": true}'}, {"fixed": True}),
        ({"InputPath": "$.detail.item"}, {"sku": "x"}),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"sku": "$.detail.item.sku", "n": "$.detail.n"},
                    "InputTemplate": '{"text": "<n> of <sku>", "n": <n>}',
                }
            },
            {"text": "2 of x", "n": 2},
        ),
    ],
)
@pytest.mark.fidelity(
    "A target may get a constant, a part or a template.",
    page=f"{EVENTS}eb-transform-target-input.html",
)
def test_a_target_shapes_its_input(
    hurried_cloud: CloudProcess, target: dict[str, Any], expected: object
) -> None:
    listener = Listener(hurried_cloud)
    rule = Rule(listener, {"source": ["shop"]}, **target)
    listener.permit("events.amazonaws.com", rule.arn)
    rule.put({"item": {"sku": "x"}, "n": 2})
    assert listener.events() == [expected]


@pytest.mark.fidelity(
    "Without permission a rule's event goes to the target's dead-letter queue and counts in "
    "FailedInvocations.",
    page=f"{EVENTS}eb-rule-dlq.html",
)
def test_a_rule_without_permission_uses_the_targets_dead_letter_queue(
    hurried_cloud: CloudProcess,
) -> None:
    listener, queue = Listener(hurried_cloud), Queue(hurried_cloud)
    rule = Rule(listener, {"source": ["shop"]}, DeadLetterConfig={"Arn": queue.arn})
    queue.let_in("events.amazonaws.com", rule.arn)
    rule.put({"n": 1})
    message = queue.message()
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    attributes = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["RULE_ARN"] == rule.arn
    assert attributes["TARGET_ARN"] == listener.arn
    now = datetime.now(UTC)
    points = hurried_cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events",
        MetricName="FailedInvocations",
        Dimensions=[{"Name": "RuleName", "Value": "rule"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=2),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    assert sum(point["Sum"] for point in points) >= 1


@pytest.mark.fidelity(
    "A rule's schedule sends AWS's scheduled event again and again.",
    page=f"{EVENTS}eb-create-rule-schedule.html",
    difference="Minutes are shorter by the time scale; the events' times are a minute apart.",
)
@pytest.mark.slow
def test_a_rule_fires_on_its_schedule(hurried_cloud: CloudProcess) -> None:
    listener, events, name = Listener(hurried_cloud), hurried_cloud.client("events"), unique("rule")
    rule = events.put_rule(Name=name, ScheduleExpression="rate(5 minutes)")["RuleArn"]
    listener.permit("events.amazonaws.com", rule)
    events.put_targets(Rule=name, Targets=[{"Id": "f", "Arn": listener.arn}])
    first, second = listener.events(2)[:2]
    assert first["source"] == "aws.events"
    assert first["detail-type"] == "Scheduled Event"
    assert first["resources"] == [rule]
    assert first["detail"] == {}
    moments = [datetime.fromisoformat(one["time"]) for one in (first, second)]
    assert moments[1] - moments[0] == timedelta(minutes=5)
    events.disable_rule(Name=name)
    eventually(lambda: _is_quiet(listener))


def _is_quiet(listener: Listener) -> bool:
    before = len(listener.events())
    time.sleep(1.2)  # more than two of its five minutes
    return len(listener.events()) == before


@pytest.fixture(scope="module")
def scheduler_role(hurried_cloud: CloudProcess) -> str:
    iam, name = hurried_cloud.client("iam"), unique("scheduler")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_SCHEDULER)
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    iam.put_role_policy(
        RoleName=name,
        PolicyName="invoke",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return str(made["Role"]["Arn"])


@pytest.mark.fidelity(
    "EventBridge Scheduler invokes with its role, once at a moment, with the Input's context "
    "attributes filled in.",
    page=f"{SCHEDULER}managing-schedule-context-attributes.html",
)
def test_a_schedule_invokes_with_its_role_and_no_policy(
    hurried_cloud: CloudProcess, scheduler_role: str
) -> None:
    listener, scheduler = Listener(hurried_cloud), hurried_cloud.client("scheduler")
    moment = (datetime.now(UTC) + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S")
    name = unique("schedule")
    arn = scheduler.create_schedule(
        Name=name,
        ScheduleExpression=f"at({moment})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": listener.arn,
            "RoleArn": scheduler_role,
            "Input": json.dumps(
                {"when": "<aws.scheduler.scheduled-time>", "by": "<aws.scheduler.schedule-arn>"}
            ),
        },
    )["ScheduleArn"]
    assert listener.events() == [{"when": moment + "Z", "by": arn}]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        scheduler.get_schedule(Name=name)


def test_a_schedule_whose_role_does_not_trust_the_scheduler_is_refused(
    hurried_cloud: CloudProcess,
) -> None:
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
        hurried_cloud.client("scheduler").create_schedule(
            Name=unique("schedule"),
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": "arn:aws:lambda:us-east-1:1:function:f",
                "RoleArn": hurried_cloud.role(),
            },
        )


@pytest.mark.fidelity(
    "A bucket with EventBridge on tells the default bus; the key is not URL-encoded.",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
)
def test_a_bucket_tells_event_bridge(hurried_cloud: CloudProcess) -> None:
    listener, s3 = Listener(hurried_cloud), hurried_cloud.client("s3")
    bucket, name, events = unique("told"), unique("rule"), hurried_cloud.client("events")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "f", "Arn": listener.arn}])
    listener.permit("events.amazonaws.com", rule)
    put = s3.put_object(Bucket=bucket, Key="in/red flower.jpg", Body=b"123")
    s3.delete_object(Bucket=bucket, Key="in/red flower.jpg")
    by_type = {event["detail-type"]: event for event in listener.events(2)}
    created = by_type["Object Created"]
    assert created["resources"] == [f"arn:aws:s3:::{bucket}"]
    detail = created["detail"]
    assert detail["reason"] == "PutObject"
    assert detail["request-id"] == put["ResponseMetadata"]["RequestId"]
    assert detail["object"]["key"] == "in/red flower.jpg"
    assert detail["object"]["size"] == 3
    assert detail["object"]["etag"] == put["ETag"].strip('"')
    deleted = by_type["Object Deleted"]["detail"]
    assert deleted["deletion-type"] == "Permanently Deleted"
    assert set(deleted["object"]) == {"key", "sequencer"}


@pytest.mark.fidelity(
    "A log subscription sends matching lines, gzipped and in base64, and needs permission.",
    page=f"{LAMBDA}services-cloudwatchlogs.html",
)
def test_a_log_subscription_sends_what_its_pattern_asks_for(hurried_cloud: CloudProcess) -> None:
    listener, logs, group = Listener(hurried_cloud), hurried_cloud.client("logs"), unique("/app")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")

    def subscribe(log_group: str) -> None:
        logs.put_subscription_filter(
            logGroupName=log_group,
            filterName="errors",
            filterPattern="ERROR",
            destinationArn=listener.arn,
        )

    with pytest.raises(ClientError, match="Could not execute the lambda function"):
        subscribe(group)
    group_arn = (
        f"arn:aws:logs:{hurried_cloud.region}:{hurried_cloud.account_id}:log-group:{group}:*"
    )
    listener.permit("logs.amazonaws.com", group_arn)
    subscribe(group)
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[
            {"timestamp": now, "message": "INFO all is well"},
            {"timestamp": now, "message": "ERROR 花 is missing"},
        ],
    )
    (event,) = listener.events()
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    assert data["messageType"] == "DATA_MESSAGE"
    assert data["owner"] == hurried_cloud.account_id
    assert (data["logGroup"], data["logStream"]) == (group, "s")
    assert data["subscriptionFilters"] == ["errors"]
    assert [one["message"] for one in data["logEvents"]] == ["ERROR 花 is missing"]
    assert len(data["logEvents"][0]["id"]) == 56
    with pytest.raises(ClientError, match="reserved for the function logs of the destination"):
        subscribe(f"/aws/lambda/{listener.name}")


ALARMS = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html"
)


@pytest.mark.fidelity(
    "An alarm on a function's errors goes off and invokes a function.", page=ALARMS
)
def test_an_alarm_on_errors_invokes_a_function(hurried_cloud: CloudProcess) -> None:
    listener, cloudwatch = Listener(hurried_cloud), hurried_cloud.client("cloudwatch")
    failing = hurried_cloud.create_function("def handler(event, context): raise ValueError('x')")
    name = unique("alarm")
    arn = f"arn:aws:cloudwatch:{hurried_cloud.region}:{hurried_cloud.account_id}:alarm:{name}"
    listener.permit("lambda.alarms.cloudwatch.amazonaws.com", arn)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription="errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": failing}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[listener.arn],
    )
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"
    hurried_cloud.client("lambda").invoke(FunctionName=failing)
    (event,) = listener.events()
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmArn"] == arn
    data = event["alarmData"]
    assert data["alarmName"] == name
    assert data["state"]["value"] == "ALARM"
    assert data["state"]["reason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints")
    assert data["previousState"]["value"] == "INSUFFICIENT_DATA"
    (metric,) = data["configuration"]["metrics"]
    assert metric["metricStat"]["metric"]["dimensions"] == {"FunctionName": failing}


def test_a_set_alarm_state_tells_topics_and_the_default_bus(hurried_cloud: CloudProcess) -> None:
    queue, told = Queue(hurried_cloud), Queue(hurried_cloud)
    topic = new_topic(hurried_cloud, queue.arn, "sqs")
    queue.let_in("sns.amazonaws.com", topic)
    told.let_in("events.amazonaws.com")
    name, rule, events = unique("alarm"), unique("rule"), hurried_cloud.client("events")
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [name]}}
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": told.arn}])
    cloudwatch = hurried_cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Dojo",
        MetricName="Nothing",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
        AlarmActions=[topic],
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a drill")
    notification = json.loads(queue.message()["Body"])
    assert notification["Subject"].startswith(f'ALARM: "{name}"')
    message = json.loads(notification["Message"])
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    event = json.loads(told.message()["Body"])
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["detail"]["state"]["reason"] == "a drill"
    history = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")
    (item,) = history["AlarmHistoryItems"]
    assert item["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to ALARM"
    assert json.loads(item["HistoryData"])["newState"]["stateReason"] == "a drill"
