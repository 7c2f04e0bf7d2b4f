"""SNS, S3, EventBridge, schedules and alarms send only where a resource's policy or a role lets
them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.async_targets import Queue, journal, new_topic

SNS_TO_SQS = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
S3_TO_SQS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
RULES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"


def unique(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:10]}"


def denied(cloud: CloudProcess, resource: str) -> dict[str, Any]:
    """The decision that kept a service from this resource, waited for."""

    def look() -> dict[str, Any] | None:
        entries = journal(cloud, "service.denied")
        found = [one["data"]["decision"] for one in entries]
        return next((one for one in found if one["resource"] == resource), None)

    decision: dict[str, Any] = eventually(look)
    return decision


@pytest.mark.fidelity("SNS delivers to a queue only if the queue's policy lets it", page=SNS_TO_SQS)
def test_a_topic_needs_the_queues_policy(hurried_cloud: CloudProcess) -> None:
    queue, letters = Queue(hurried_cloud), Queue(hurried_cloud)
    topic, sns = new_topic(hurried_cloud, queue.arn, "sqs"), hurried_cloud.client("sns")
    queue.let_in("sns.amazonaws.com", topic + "-another")
    letters.let_in("sns.amazonaws.com", topic)
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"],
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": letters.arn}),
    )
    sns.publish(TopicArn=topic, Message="lost?")
    assert json.loads(letters.message()["Body"])["Message"] == "lost?"
    assert queue.is_empty()
    assert denied(hurried_cloud, queue.arn)["principal"] == "sns.amazonaws.com"
    queue.let_in("sns.amazonaws.com", topic)
    sns.publish(TopicArn=topic, Message="here")
    assert json.loads(queue.message()["Body"])["Message"] == "here"


@pytest.mark.fidelity(
    "S3 checks the policies of queues and topics when a notification is put", page=S3_TO_SQS
)
@pytest.mark.parametrize("kind", ["queue", "topic"])
def test_a_bucket_needs_the_destinations_policy(hurried_cloud: CloudProcess, kind: str) -> None:
    s3, bucket = hurried_cloud.client("s3"), unique("bucket")
    s3.create_bucket(Bucket=bucket)
    queue = Queue(hurried_cloud)
    topic = hurried_cloud.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    arn = queue.arn if kind == "queue" else topic
    rule = {f"{kind.capitalize()}Arn": arn, "Events": ["s3:ObjectCreated:*"]}
    put = {
        "Bucket": bucket,
        "NotificationConfiguration": {f"{kind.capitalize()}Configurations": [rule]},
    }
    with pytest.raises(ClientError) as error:
        s3.put_bucket_notification_configuration(**put)
    told = error.value.response["Error"]
    assert told["Message"] == "Unable to validate the following destination configurations"
    assert told["ArgumentValue1"] == (
        f"Permissions on the destination {kind} do not allow S3 to publish notifications from "
        "this bucket"
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage" if kind == "queue" else "SNS:Publish",
        "Resource": arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
            "StringEquals": {"aws:SourceAccount": hurried_cloud.account_id},
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if kind == "queue":
        sqs = hurried_cloud.client("sqs")
        sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    else:
        hurried_cloud.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy
        )
    s3.put_bucket_notification_configuration(**put)
    if kind == "queue":
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
        assert json.loads(queue.message()["Body"])["Event"] == "s3:TestEvent"
        (record,) = json.loads(queue.message()["Body"])["Records"]
        assert record["s3"]["object"]["key"] == "k"
        queue.let_in("s3.amazonaws.com", "arn:aws:s3:::another")
        s3.put_object(Bucket=bucket, Key="unseen", Body=b"")
        assert queue.is_empty()


@pytest.mark.fidelity("A rule needs the policy of its queue or topic", page=RULES)
def test_a_rule_needs_its_targets_policy(hurried_cloud: CloudProcess) -> None:
    queue, letters = Queue(hurried_cloud), Queue(hurried_cloud)
    events, name = hurried_cloud.client("events"), unique("rule")
    pattern = json.dumps({"source": [name]})
    rule = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
    target = {"Id": "q", "Arn": queue.arn, "DeadLetterConfig": {"Arn": letters.arn}}
    events.put_targets(Rule=name, Targets=[target])
    letters.let_in("events.amazonaws.com", rule)
    entry = {"Source": name, "DetailType": "t", "Detail": "{}"}
    events.put_events(Entries=[entry])
    attributes = letters.message()["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert queue.is_empty()
    queue.let_in("events.amazonaws.com", rule)
    events.put_events(Entries=[entry])
    assert json.loads(queue.message()["Body"])["source"] == name


@pytest.mark.fidelity(
    "A rule writes to a log group as CloudWatch Logs' policies let it", page=RULES
)
def test_a_rule_needs_a_policy_of_cloudwatch_logs(hurried_cloud: CloudProcess) -> None:
    logs, events = hurried_cloud.client("logs"), hurried_cloud.client("events")
    name = unique("rule")
    group = f"/aws/events/{name}"
    account = f"arn:aws:logs:{hurried_cloud.region}:{hurried_cloud.account_id}"
    logs.create_log_group(logGroupName=group)
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "l", "Arn": f"{account}:log-group:{group}"}])
    entry = {"Source": name, "DetailType": "t", "Detail": "{}"}
    events.put_events(Entries=[entry])
    assert logs.filter_log_events(logGroupName=group)["events"] == []
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{account}:log-group:/aws/events/*:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName=name, policyDocument=policy)
    events.put_events(Entries=[entry])
    (event,) = logs.filter_log_events(logGroupName=group)["events"]
    assert json.loads(event["message"])["source"] == name


def test_a_schedule_needs_its_roles_policy(hurried_cloud: CloudProcess) -> None:
    queue, iam = Queue(hurried_cloud), hurried_cloud.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role, scheduler = unique("role"), hurried_cloud.client("scheduler")
    role_arn = iam.create_role(
        RoleName=role,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    scheduler.create_schedule(
        Name=unique("schedule"),
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": queue.arn, "RoleArn": role_arn, "Input": "{}"},
    )
    assert denied(hurried_cloud, queue.arn)["identity"] == role_arn
    assert queue.is_empty()
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue.arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [send]})
    iam.put_role_policy(RoleName=role, PolicyName="send", PolicyDocument=policy)
    assert queue.message()["Body"] == "{}"
