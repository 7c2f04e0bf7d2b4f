"""What Lambda itself does with an execution role: polling sources, sending records."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, CloudProcess, eventually

SQS_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
DEAD_LETTERS = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
POLLS_QUEUES = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
SOURCE = "def handler(event, context): return len(event.get('Records', []))"
FAILING = "def handler(event, context): raise ValueError('no')"


class Role:
    """An execution role without permissions."""

    def __init__(self, cloud: CloudProcess) -> None:
        self.iam = cloud.client("iam")
        self.name = f"role-{uuid.uuid4().hex[:10]}"
        made = self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=TRUST_LAMBDA)
        self.arn = made["Role"]["Arn"]

    def may(self, *actions: str) -> None:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=self.name, PolicyName="p", PolicyDocument=document)

    def may_nothing(self) -> None:
        self.iam.delete_role_policy(RoleName=self.name, PolicyName="p")


def queue(cloud: CloudProcess) -> tuple[str, str]:
    """(URL, ARN) of a new queue."""
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:10]}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, attributes["Attributes"]["QueueArn"]


def function(cloud: CloudProcess, role: Role, source: str = SOURCE, **settings: Any) -> str:
    name = cloud.create_function(source, **settings)
    cloud.change_function(name, Role=role.arn)
    return name


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response["Error"]
    assert answer["Code"] == "InvalidParameterValueException"
    return str(answer["Message"])


@pytest.mark.fidelity("A mapping of a queue that the role may not poll is refused", page=SQS_PAGE)
def test_a_mapping_needs_the_roles_permissions(cloud: CloudProcess) -> None:
    role, (_, arn) = Role(cloud), queue(cloud)
    create = cloud.client("lambda").create_event_source_mapping
    new = {"FunctionName": function(cloud, role), "EventSourceArn": arn}
    needed = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    for number, action in enumerate(needed):
        assert refusal(create, **new) == (
            "The function execution role does not have permissions to call "
            f"{action.removeprefix('sqs:')} on SQS"
        )
        role.may(*needed[: number + 1])
    create(**new)


@pytest.mark.fidelity("A mapping of a stream that the role may not read is refused", page=SQS_PAGE)
def test_a_stream_mapping_needs_the_roles_permissions(cloud: CloudProcess) -> None:
    role, name = Role(cloud), f"s-{uuid.uuid4().hex[:10]}"
    cloud.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    arn = f"arn:aws:kinesis:{cloud.region}:{cloud.account_id}:stream/{name}"
    new = {
        "FunctionName": function(cloud, role),
        "EventSourceArn": arn,
        "StartingPosition": "TRIM_HORIZON",
    }
    create = cloud.client("lambda").create_event_source_mapping
    assert refusal(create, **new) == (
        f"Cannot access stream {arn}. Please ensure the role can perform the GetRecords, "
        "GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream "
        "in IAM."
    )
    role.may("kinesis:*")
    create(**new)


@pytest.mark.fidelity(
    "When the role may no longer poll the queue, the messages stay", page=SQS_PAGE
)
def test_polling_ends_with_the_permission(cloud: CloudProcess) -> None:
    role, (url, arn) = Role(cloud), queue(cloud)
    role.may("sqs:*")
    sqs = cloud.client("sqs")
    name = function(cloud, role)
    cloud.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn)

    def waiting() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in found.values())

    sqs.send_message(QueueUrl=url, MessageBody="one")
    eventually(lambda: waiting() == 0)
    role.may_nothing()
    sqs.send_message(QueueUrl=url, MessageBody="two")
    assert waiting() == 1
    role.may("sqs:*")
    sqs.send_message(QueueUrl=url, MessageBody="three")
    eventually(lambda: waiting() == 0)


@pytest.mark.fidelity(
    "A dead-letter queue that the role may not write to is refused", page=DEAD_LETTERS
)
def test_a_dead_letter_queue_needs_the_roles_permission(cloud: CloudProcess) -> None:
    role, (_, arn) = Role(cloud), queue(cloud)
    name = function(cloud, role)
    update = cloud.client("lambda").update_function_configuration
    new = {"FunctionName": name, "DeadLetterConfig": {"TargetArn": arn}}
    assert refusal(update, **new) == (
        "The provided execution role does not have permissions to call SendMessage on SQS"
    )
    role.may("sqs:SendMessage")
    update(**new)


@pytest.mark.fidelity(
    "A destination that the role may not write to is refused when it is set",
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"
    "lambda_function_event_invoke_config",
    difference="AWS's text is known for SNS and SQS; for other services it is formed alike",
)
@pytest.mark.parametrize(
    ("service", "actions"),
    [
        ("sqs", ["sqs:SendMessage"]),
        ("sns", ["sns:Publish"]),
        ("lambda", ["lambda:InvokeFunction"]),
        ("events", ["events:PutEvents"]),
        ("s3", ["s3:PutObject", "s3:ListBucket"]),
    ],
)
def test_a_destination_needs_the_roles_permission_when_it_is_set(
    cloud: CloudProcess, service: str, actions: list[str]
) -> None:
    role, (_, queue_arn) = Role(cloud), queue(cloud)
    name = function(cloud, role, FAILING)
    here = f"{cloud.region}:{cloud.account_id}"
    arn = {
        "sqs": queue_arn,
        "sns": f"arn:aws:sns:{here}:topic",
        "lambda": f"arn:aws:lambda:{here}:function:{cloud.create_function(SOURCE)}",
        "events": f"arn:aws:events:{here}:event-bus/default",
        "s3": "arn:aws:s3:::records",
    }[service]
    put = cloud.client("lambda").put_function_event_invoke_config
    new = {"FunctionName": name, "DestinationConfig": {"OnFailure": {"Destination": arn}}}
    for number, action in enumerate(actions):
        assert refusal(put, **new) == (
            "The function's execution role does not have permissions to call "
            f"{action.partition(':')[2]} on {arn}"
        )
        role.may(*actions[: number + 1])
    put(**new)


@pytest.mark.fidelity(
    "A queue that is not there is refused as a destination",
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"
    "lambda_function_event_invoke_config",
    difference="Other missing targets than queues and functions are taken",
)
def test_a_destination_must_exist(cloud: CloudProcess) -> None:
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:no-such-queue"
    put = cloud.client("lambda").put_function_event_invoke_config
    new = {"DestinationConfig": {"OnFailure": {"Destination": arn}}}
    assert refusal(put, FunctionName=cloud.create_function(SOURCE), **new) == (
        f"The destination ARN {arn} is invalid."
    )


def test_a_bucket_as_destination_needs_no_more_than_its_objects(cloud: CloudProcess) -> None:
    role = Role(cloud)
    statements = [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/aws/lambda/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"},
    ]
    role.iam.put_role_policy(
        RoleName=role.name,
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    name = function(cloud, role)
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::b"}}
    )


@pytest.mark.fidelity(
    "A destination that the role may no longer write to gets no record", page=DEAD_LETTERS
)
def test_a_destination_needs_the_roles_permission(cloud: CloudProcess) -> None:
    role, (url, arn) = Role(cloud), queue(cloud)
    lambda_client, sqs = cloud.client("lambda"), cloud.client("sqs")
    name = function(cloud, role, FAILING)
    role.may("sqs:SendMessage")
    lambda_client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    role.may_nothing()

    def fails() -> None:
        lambda_client.invoke(FunctionName=name, InvocationType="Event")

    def lost() -> bool:
        metric = cloud.client("cloudwatch").list_metrics(
            Namespace="AWS/Lambda",
            MetricName="DestinationDeliveryFailures",
            Dimensions=[{"Name": "FunctionName", "Value": name}],
        )
        return bool(metric["Metrics"])

    fails()
    eventually(lost)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    role.may("sqs:SendMessage")
    fails()
    eventually(lambda: "Messages" in sqs.receive_message(QueueUrl=url))
