"""Which actions a request asks for: boto3 writes the requests, nobody answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from lab_helpers.emulator.access.access_request import Principal
from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked
from lab_helpers.emulator.access.actions.table import asked_of
from lab_helpers.emulator.access.plain_request import plain_request
from lab_helpers.emulator.http import Headers, Request
from lab_helpers.emulator.moto_bridge.operations import operation_name

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/exec"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
SIGNING_NAMES = {"cloudwatch": "monitoring", "stepfunctions": "states"}


class Names:
    """The few resources whose ARNs cannot be told from their names."""

    def iam_arn(self, kind: str, name: str) -> str | None:
        return f"arn:aws:iam::{ACCOUNT}:{kind}/team/{name}" if name == "in-team" else None

    def boundary_arn(self, kind: str, name: str) -> str | None:
        return f"arn:aws:iam::{ACCOUNT}:policy/limit" if name == "limited" else None

    def secret_arn(self, region: str, secret_id: str) -> str | None:
        return f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:db-AbCdEf"

    def key_arn(self, region: str, key_id: str) -> str | None:
        return KEY

    def partition_key(self, region: str, table: str) -> str | None:
        return "id"

    def key_behind(self, region: str, ciphertext: bytes) -> str | None:
        return KEY


def asked(service: str, method: str, parameters: Mapping[str, Any]) -> tuple[Asked, ...]:
    """What boto3's request asks for, read as the cloud reads it."""
    client = boto3.client(
        service,
        endpoint_url="http://localhost",
        region_name="us-east-1",
        aws_access_key_id="AKIAAAAAAAAAAAAAAAAA",
        aws_secret_access_key="secret",
    )
    sent: list[Any] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        raise InterruptedError

    client.meta.events.register("before-send", keep)
    with pytest.raises(InterruptedError):
        getattr(client, method)(**parameters)
    (made,) = sent
    url = urlsplit(made.url)
    headers = Headers(
        (name, value.decode() if isinstance(value, bytes) else value)
        for name, value in made.headers.items()
    )
    body = made.body.read() if hasattr(made.body, "read") else made.body or b""
    body = body.encode() if isinstance(body, str) else body
    name = SIGNING_NAMES.get(service, service)
    request = plain_request(name, Request(made.method, url.path or "/", url.query, headers, body))
    caller = Principal(USER, ACCOUNT, USER, "AIDA")
    operation = operation_name(name, request)
    call = ApiRequest(name, operation, "us-east-1", ACCOUNT, request, caller, Names())
    return asked_of(call)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}"


B = {"Bucket": "bbb"}
O = {"Bucket": "bbb", "Key": "a b/ü"}  # noqa: E741
OBJECT = "arn:aws:s3:::bbb/a b/ü"
BUCKET = "arn:aws:s3:::bbb"
QUEUE = {"QueueUrl": f"http://localhost/{ACCOUNT}/q"}
TOPIC = arn("sns", "t")
GROUP = arn("logs", "log-group:/aws/lambda/f")
NEW_FUNCTION = {
    "FunctionName": "f",
    "Role": ROLE,
    "Runtime": "python3.13",
    "Handler": "m.h",
    "Code": {"ZipFile": b""},
}
UUID = "12345678-1234-1234-1234-123456789012"
TABLE = arn("dynamodb", "table/t")

CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("s3", "get_object", O, [("s3:GetObject", OBJECT)]),
    ("s3", "get_object", O | {"VersionId": "v"}, [("s3:GetObjectVersion", OBJECT)]),
    ("s3", "head_object", O, [("s3:GetObject", OBJECT)]),
    ("s3", "put_object", O, [("s3:PutObject", OBJECT)]),
    ("s3", "create_multipart_upload", O, [("s3:PutObject", OBJECT)]),
    (
        "s3",
        "upload_part",
        O | {"PartNumber": 1, "UploadId": "u", "Body": b"x"},
        [("s3:PutObject", OBJECT)],
    ),
    (
        "s3",
        "copy_object",
        O | {"CopySource": {"Bucket": "src", "Key": "k 1"}},
        [("s3:GetObject", "arn:aws:s3:::src/k 1"), ("s3:PutObject", OBJECT)],
    ),
    (
        "s3",
        "delete_objects",
        B | {"Delete": {"Objects": [{"Key": "a&b"}, {"Key": "c", "VersionId": "v"}]}},
        [("s3:DeleteObject", f"{BUCKET}/a&b"), ("s3:DeleteObjectVersion", f"{BUCKET}/c")],
    ),
    ("s3", "list_objects_v2", B, [("s3:ListBucket", BUCKET)]),
    ("s3", "list_objects", B, [("s3:ListBucket", BUCKET)]),
    ("s3", "head_bucket", B, [("s3:ListBucket", BUCKET)]),
    ("s3", "list_buckets", {}, [("s3:ListAllMyBuckets", "*")]),
    (
        "s3",
        "put_bucket_notification_configuration",
        B | {"NotificationConfiguration": {}},
        [("s3:PutBucketNotification", BUCKET)],
    ),
    ("lambda", "invoke", {"FunctionName": "f"}, [("lambda:InvokeFunction", FUNCTION)]),
    (
        "lambda",
        "invoke",
        {"FunctionName": FUNCTION, "Qualifier": "live"},
        [("lambda:InvokeFunction", f"{FUNCTION}:live")],
    ),
    (
        "lambda",
        "create_function",
        NEW_FUNCTION,
        [("lambda:CreateFunction", FUNCTION), ("iam:PassRole", ROLE)],
    ),
    (
        "lambda",
        "update_function_configuration",
        {"FunctionName": "f", "Timeout": 3},
        [("lambda:UpdateFunctionConfiguration", FUNCTION)],
    ),
    ("lambda", "list_functions", {}, [("lambda:ListFunctions", "*")]),
    (
        "lambda",
        "get_layer_version",
        {"LayerName": "l", "VersionNumber": 2},
        [("lambda:GetLayerVersion", arn("lambda", "layer:l:2"))],
    ),
    (
        "lambda",
        "get_event_source_mapping",
        {"UUID": UUID},
        [("lambda:GetEventSourceMapping", arn("lambda", "event-source-mapping:" + UUID))],
    ),
    ("sqs", "send_message", QUEUE | {"MessageBody": "x"}, [("sqs:sendmessage", arn("sqs", "q"))]),
    (
        "sqs",
        "send_message_batch",
        QUEUE | {"Entries": [{"Id": "1", "MessageBody": "x"}]},
        [("sqs:sendmessage", arn("sqs", "q"))],
    ),
    ("sqs", "create_queue", {"QueueName": "q"}, [("sqs:createqueue", arn("sqs", "q"))]),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "x"}, [("SNS:Publish", TOPIC)]),
    ("sns", "create_topic", {"Name": "t"}, [("SNS:CreateTopic", TOPIC)]),
    ("sns", "unsubscribe", {"SubscriptionArn": f"{TOPIC}:s"}, [("SNS:Unsubscribe", TOPIC)]),
    (
        "logs",
        "put_log_events",
        {
            "logGroupName": "/aws/lambda/f",
            "logStreamName": "s",
            "logEvents": [{"timestamp": 1, "message": "m"}],
        },
        [("logs:PutLogEvents", f"{GROUP}:log-stream:s")],
    ),
    (
        "logs",
        "create_log_group",
        {"logGroupName": "/aws/lambda/f"},
        [("logs:CreateLogGroup", f"{GROUP}:log-stream:")],
    ),
    ("iam", "get_role", {"RoleName": "exec"}, [("iam:GetRole", ROLE)]),
    (
        "iam",
        "put_role_policy",
        {"RoleName": "in-team", "PolicyName": "p", "PolicyDocument": "{}"},
        [("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/team/in-team")],
    ),
    (
        "iam",
        "add_user_to_group",
        {"GroupName": "g", "UserName": "u"},
        [("iam:AddUserToGroup", f"arn:aws:iam::{ACCOUNT}:group/g")],
    ),
    (
        "iam",
        "list_groups_for_user",
        {"UserName": "u"},
        [("iam:ListGroupsForUser", f"arn:aws:iam::{ACCOUNT}:user/u")],
    ),
    ("iam", "get_user", {}, [("iam:GetUser", USER)]),
    ("iam", "list_roles", {}, [("iam:ListRoles", "*")]),
    (
        "sts",
        "assume_role",
        {"RoleArn": ROLE, "RoleSessionName": "ss"},
        [("sts:AssumeRole", ROLE)],
    ),
    ("sts", "get_caller_identity", {}, []),
    (
        "dynamodb",
        "get_item",
        {"TableName": "t", "Key": {"id": {"S": "1"}}},
        [("dynamodb:GetItem", TABLE)],
    ),
    (
        "dynamodb",
        "query",
        {"TableName": "t", "IndexName": "iii", "KeyConditionExpression": "a = b"},
        [("dynamodb:Query", f"{TABLE}/index/iii")],
    ),
    (
        "dynamodb",
        "transact_write_items",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": {}}}]},
        [("dynamodb:PutItem", TABLE)],
    ),
    (
        "dynamodb",
        "batch_write_item",
        {"RequestItems": {"t": [{"PutRequest": {"Item": {}}}]}},
        [("dynamodb:BatchWriteItem", TABLE)],
    ),
    (
        "kinesis",
        "put_record",
        {"StreamName": "s", "Data": b"x", "PartitionKey": "k"},
        [("kinesis:PutRecord", arn("kinesis", "stream/s"))],
    ),
    (
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]},
        [("events:PutEvents", arn("events", "event-bus/default"))],
    ),
    ("events", "put_rule", {"Name": "r"}, [("events:PutRule", arn("events", "rule/r"))]),
    (
        "cloudwatch",
        "put_metric_data",
        {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1}]},
        [("cloudwatch:PutMetricData", "*")],
    ),
    (
        "secretsmanager",
        "get_secret_value",
        {"SecretId": "db"},
        [("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:db-AbCdEf"))],
    ),
    ("kms", "encrypt", {"KeyId": "alias/a", "Plaintext": b"x"}, [("kms:Encrypt", KEY)]),
    ("kms", "decrypt", {"CiphertextBlob": b"x"}, [("kms:Decrypt", KEY)]),
    (
        "ssm",
        "get_parameters",
        {"Names": ["/a/b", "c"]},
        [
            ("ssm:GetParameters", arn("ssm", "parameter/a/b")),
            ("ssm:GetParameters", arn("ssm", "parameter/c")),
        ],
    ),
    ("stepfunctions", "list_state_machines", {}, [("states:ListStateMachines", "*")]),
]


@pytest.mark.parametrize(
    ("service", "method", "parameters", "expected"),
    CASES,
    ids=[f"{service}.{method}.{number}" for number, (service, method, *_) in enumerate(CASES)],
)
@pytest.mark.fidelity("Each operation asks for its own actions and resources", page=REFERENCE)
def test_actions(
    service: str, method: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert [(one.action, one.resource) for one in asked(service, method, parameters)] == expected


def test_passing_a_role_tells_to_whom() -> None:
    _, passing = asked("lambda", "create_function", NEW_FUNCTION)
    assert passing.context["iam:passedtoservice"] == ("lambda.amazonaws.com",)


ANN, BOB = {"id": {"S": "ann"}}, {"id": {"S": "bob"}}
BY_KEY = {
    "KeyConditionExpression": "#k = :k AND begins_with(sort, :s)",
    "ExpressionAttributeNames": {"#k": "id"},
    "ExpressionAttributeValues": {":k": {"S": "ann"}, ":s": {"S": "x"}},
}


@pytest.mark.parametrize(
    ("method", "parameters", "keys"),
    [
        ("get_item", {"TableName": "t", "Key": {"a": {"S": "x"}} | ANN}, ("ann",)),
        ("put_item", {"TableName": "t", "Item": {"a": {"S": "x"}} | BOB}, ("bob",)),
        ("query", {"TableName": "t"} | BY_KEY, ("ann",)),
        ("batch_get_item", {"RequestItems": {"t": {"Keys": [ANN, BOB]}}}, ("ann", "bob")),
        (
            "batch_write_item",
            {"RequestItems": {"t": [{"PutRequest": {"Item": ANN}}]}},
            ("ann",),
        ),
        (
            "transact_write_items",
            {"TransactItems": [{"Delete": {"TableName": "t", "Key": BOB}}]},
            ("bob",),
        ),
    ],
)
@pytest.mark.fidelity(
    "DynamoDB tells the partition keys that a request names",
    page=(
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
        "specifying-conditions.html"
    ),
)
def test_leading_keys(method: str, parameters: dict[str, Any], keys: tuple[str, ...]) -> None:
    (one,) = asked("dynamodb", method, parameters)
    assert one.context["dynamodb:leadingkeys"] == keys


def test_listing_tells_its_prefix() -> None:
    (listing,) = asked("s3", "list_objects_v2", B | {"Prefix": "home/"})
    assert listing.context["s3:prefix"] == ("home/",)


def test_assuming_a_role_tells_the_external_id() -> None:
    parameters = {"RoleArn": ROLE, "RoleSessionName": "ss", "ExternalId": "xx"}
    (assuming,) = asked("sts", "assume_role", parameters)
    assert assuming.context["sts:externalid"] == ("xx",)
    assert assuming.trusted_by_resource
