"""Event source mappings: events' shapes, filters, partial batches, and where failures end."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloud_process import eventually
from tests.parity.clouds import ParityCloud, new_name
from tests.parity.pages import parity

ERRORS = "services-sqs-errorhandling"
made: list[tuple[ParityCloud, str]] = []


@pytest.fixture(autouse=True)
def no_mapping_is_left() -> Iterator[None]:
    yield
    while made:
        cloud, uuid = made.pop()
        cloud.client("lambda").delete_event_source_mapping(UUID=uuid)


def map_to(cloud: ParityCloud, name: str, source_arn: str, **settings: Any) -> dict[str, Any]:
    """The mapping, once it is enabled."""
    client = cloud.client("lambda")
    mapping = client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=source_arn, **settings
    )
    made.append((cloud, mapping["UUID"]))
    get = client.get_event_source_mapping
    eventually(lambda: get(UUID=mapping["UUID"])["State"] == "Enabled", cloud.patience_s)
    return dict(mapping)


def waiting(cloud: ParityCloud, url: str) -> int:
    """Messages in a queue, hidden ones too."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(number) for number in found["Attributes"].values())


@parity(
    "A queue's record: id, receipt handle, body, attributes, MD5, source and Region", "with-sqs"
)
def test_the_record_of_a_message(cloud: ParityCloud) -> None:
    name, reports = cloud.reporting_function()
    url, arn = cloud.queue()
    map_to(cloud, name, arn)
    attribute = {"kind": {"DataType": "String", "StringValue": "a"}}
    sent = cloud.client("sqs").send_message(
        QueueUrl=url, MessageBody="text", MessageAttributes=attribute
    )
    (record,) = cloud.event_of(reports)["Records"]
    attributes = record.pop("attributes")
    wanted = {"ApproximateReceiveCount", "SentTimestamp", "SenderId"}
    wanted |= {"ApproximateFirstReceiveTimestamp"}
    assert set(attributes) == wanted, f"attributes are {sorted(attributes)}"
    assert record.pop("receiptHandle")
    assert record == {
        "messageId": sent["MessageId"],
        "body": "text",
        "messageAttributes": {
            "kind": {
                "stringValue": "a",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            }
        },
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "md5OfBody": sent["MD5OfMessageBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": cloud.region,
    }, f"is {json.dumps(record)[:400]}"


@parity(
    "A mapping is Creating, then Enabled; a batch has ten messages, no window",
    "API_CreateEventSourceMapping",
)
def test_the_defaults_of_a_mapping(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    _, arn = cloud.queue()
    mapping = map_to(cloud, name, arn)
    seen = [mapping.get(key) for key in ("State", "BatchSize", "MaximumBatchingWindowInSeconds")]
    assert seen == ["Creating", 10, 0], f"is {seen}"
    assert mapping["FunctionArn"] == cloud.function_arn(name)
    assert mapping["EventSourceMappingArn"] == cloud.arn(
        "lambda", f"event-source-mapping:{mapping['UUID']}"
    )
    assert mapping.get("StateTransitionReason") == "USER_INITIATED", "StateTransitionReason"


@parity("What was processed is deleted from the queue", "with-sqs")
def test_a_success_empties_the_queue(cloud: ParityCloud) -> None:
    name, reports = cloud.reporting_function()
    url, arn = cloud.queue()
    map_to(cloud, name, arn)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="text")
    cloud.event_of(reports)
    eventually(lambda: waiting(cloud, url) == 0, cloud.patience_s)


@parity(
    "Messages that match no filter are deleted without an invocation", "invocation-eventfiltering"
)
def test_a_filter_deletes_what_does_not_match(cloud: ParityCloud) -> None:
    name, reports = cloud.reporting_function()
    url, arn = cloud.queue()
    pattern = json.dumps({"body": {"wanted": [True]}})
    map_to(cloud, name, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for wanted in (False, True):
        body = json.dumps({"wanted": wanted})
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    records = cloud.event_of(reports)["Records"]
    assert [json.loads(record["body"]) for record in records] == [{"wanted": True}]
    eventually(lambda: waiting(cloud, url) == 0, cloud.patience_s)


@parity("A report of failed items leaves only those in the queue", ERRORS)
def test_a_partial_batch(cloud: ParityCloud) -> None:
    source = (
        "def handler(e, c):\n"
        "    bad = [r['messageId'] for r in e['Records'] if r['body'] == 'bad']\n"
        "    return {'batchItemFailures': [{'itemIdentifier': i} for i in bad]}\n"
    )
    name = cloud.create_function(source)
    dead, dead_arn = cloud.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "1"})
    url, arn = cloud.queue(VisibilityTimeout="3", RedrivePolicy=redrive)
    map_to(cloud, name, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    for body in ("good", "bad", "good"):
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    assert cloud.received(dead)["Body"] == "bad"
    eventually(lambda: waiting(cloud, url) == 0, cloud.patience_s)
    assert waiting(cloud, dead) == 1


@parity("A batch that fails comes again, and ends in the queue's own dead-letter queue", ERRORS)
def test_a_poison_message(cloud: ParityCloud) -> None:
    name = cloud.create_function("def handler(e, c):\n    raise ValueError()\n")
    dead, dead_arn = cloud.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    url, arn = cloud.queue(VisibilityTimeout="3", RedrivePolicy=redrive)
    map_to(cloud, name, arn)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="poison")
    message = cloud.received(dead)
    assert message["Body"] == "poison"
    assert message["Attributes"].get("DeadLetterQueueSourceArn") == arn, "DeadLetterQueueSourceArn"


@parity(
    "A stream's record: data in base64, shard and sequence number, role and source", "with-kinesis"
)
def test_the_record_of_a_stream(cloud: ParityCloud) -> None:
    name, reports = cloud.reporting_function()
    kinesis, stream = cloud.client("kinesis"), new_name("stream")
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1})
    arn = cloud.arn("kinesis", f"stream/{stream}")
    map_to(cloud, name, arn, StartingPosition="TRIM_HORIZON")
    sent = kinesis.put_record(StreamName=stream, Data=b"text", PartitionKey="key")
    (record,) = cloud.event_of(reports)["Records"]
    data = record.pop("kinesis")
    assert isinstance(data.pop("approximateArrivalTimestamp"), float)
    assert data == {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": "key",
        "sequenceNumber": sent["SequenceNumber"],
        "data": base64.b64encode(b"text").decode(),
    }, f"kinesis is {data}"
    assert record == {
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{sent['ShardId']}:{sent['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": cloud.role(),
        "awsRegion": cloud.region,
        "eventSourceARN": arn,
    }, f"is {json.dumps(record)[:400]}"


@parity("A table's record: INSERT, keys and images with types, sequence number", "with-ddb")
def test_the_record_of_a_table(cloud: ParityCloud) -> None:
    name, reports = cloud.reporting_function()
    dynamodb, table = cloud.client("dynamodb"), new_name("table")
    described = dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    arn = described["LatestStreamArn"]
    map_to(cloud, name, arn, StartingPosition="TRIM_HORIZON")
    dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "n": {"N": "1"}})
    (record,) = cloud.event_of(reports)["Records"]
    change = record["dynamodb"]
    assert record["eventName"] == "INSERT"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:dynamodb", arn)
    assert (record["eventVersion"], record["awsRegion"]) == ("1.1", cloud.region), "version"
    assert re.fullmatch(r"[0-9a-f]{32}", record["eventID"]), f"eventID {record['eventID']}"
    assert change["Keys"] == {"id": {"S": "a"}}
    assert change["NewImage"] == {"id": {"S": "a"}, "n": {"N": "1"}}
    wanted = {"ApproximateCreationDateTime", "SequenceNumber", "SizeBytes", "StreamViewType"}
    assert wanted <= set(change), f"lacks {', '.join(sorted(wanted - set(change)))}"
    assert "OldImage" not in change
