"""Functions read Kinesis and DynamoDB streams: what boto3 sees of it."""

from __future__ import annotations

import json
import uuid
from base64 import b64decode
from typing import Any

import pytest

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloud.test_event_source_mappings import PRINTS, QueueReader, seen_events

KINESIS = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"
KINESIS_ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"
DYNAMODB = "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"

FAILS_ON_BAD = """
import base64, json
def handler(event, context):
    print('EVENT ' + json.dumps(event))
    for record in event['Records']:
        if base64.b64decode(record['kinesis']['data']).startswith(b'bad'):
            raise ValueError('bad record')
"""
COUNTS = """
import json
def handler(event, context):
    print('EVENT ' + json.dumps(event))
    return {'state': {'n': event['state'].get('n', 0) + len(event['Records'])}}
"""


class StreamReader:
    """A Kinesis stream and a function that reads it."""

    def __init__(self, cloud: CloudProcess, source: str = PRINTS, shards: int = 1) -> None:
        self.cloud = cloud
        self.kinesis = cloud.client("kinesis")
        self.functions = cloud.client("lambda")
        self.name = f"clicks-{uuid.uuid4().hex[:12]}"
        self.kinesis.create_stream(StreamName=self.name, ShardCount=shards)
        self.arn = f"arn:aws:kinesis:{cloud.region}:{cloud.account_id}:stream/{self.name}"
        self.function = cloud.create_function(source)

    def connect(self, **settings: Any) -> str:
        made = self.functions.create_event_source_mapping(
            EventSourceArn=self.arn,
            FunctionName=self.function,
            **{"StartingPosition": "TRIM_HORIZON", **settings},
        )
        return str(made["UUID"])

    def put(self, *data: str, key: str = "k") -> None:
        records = [{"Data": one.encode(), "PartitionKey": key} for one in data]
        self.kinesis.put_records(StreamName=self.name, Records=records)

    def events(self) -> list[dict[str, Any]]:
        return seen_events(self.cloud, self.function)

    def batches(self) -> list[list[str]]:
        return [
            [b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
            for event in self.events()
        ]

    def result(self, mapping: str) -> str:
        found = self.functions.get_event_source_mapping(UUID=mapping)
        return str(found["LastProcessingResult"])


@pytest.mark.fidelity(
    "Kinesis records arrive in batches, in the order of their shard", page=KINESIS
)
def test_kinesis_records_reach_the_function_in_order(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud)
    reader.put("one", "two", "three")
    mapping = reader.connect(BatchSize=2)
    assert reader.result(mapping) in ("No records processed", "OK")
    eventually(lambda: reader.batches() == [["one", "two"], ["three"]])
    record = reader.events()[0]["Records"][0]
    assert record["eventSource"] == "aws:kinesis"
    assert record["eventName"] == "aws:kinesis:record"
    assert record["eventVersion"] == "1.0"
    assert record["eventSourceARN"] == reader.arn
    assert record["invokeIdentityArn"] == cloud.role()
    assert record["kinesis"]["kinesisSchemaVersion"] == "1.0"
    assert record["kinesis"]["partitionKey"] == "k"
    assert record["eventID"].startswith("shardId-000000000000:")
    assert abs(record["kinesis"]["approximateArrivalTimestamp"] - 1.7e9) < 1e9
    eventually(lambda: reader.result(mapping) == "OK")


@pytest.mark.fidelity("LATEST reads what arrives after the mapping was made", page=KINESIS)
def test_latest_begins_with_the_first_record_after_the_mapping(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud)
    reader.put("before")
    reader.connect(StartingPosition="LATEST")
    reader.put("after")
    eventually(reader.batches)
    assert reader.batches() == [["after"]]


@pytest.mark.fidelity(
    "Bisecting isolates a bad record; the on-failure queue gets where it is in the stream",
    page=KINESIS_ERRORS,
    difference="the waits between retries are Lambda Dojo's own: AWS does not publish its own",
)
def test_a_bad_record_is_isolated_and_its_place_is_sent_to_a_queue(cloud: CloudProcess) -> None:
    failures = QueueReader(cloud)
    reader = StreamReader(cloud, FAILS_ON_BAD)
    reader.put("a", "b", "bad", "d")
    mapping = reader.connect(
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": failures.arn}},
    )
    (message,) = eventually(
        lambda: failures.sqs.receive_message(QueueUrl=failures.url, WaitTimeSeconds=1).get(
            "Messages"
        )
    )
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["functionArn"].endswith(f":function:{reader.function}")
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    info = record["KinesisBatchInfo"]
    assert info["batchSize"] == 1
    assert info["startSequenceNumber"] == info["endSequenceNumber"]
    assert info["streamArn"] == reader.arn
    eventually(lambda: reader.batches()[-1:] == [["d"]])
    assert [batch for batch in reader.batches() if batch == ["bad"]] == [["bad"]] * 2
    assert ["a", "b"] in reader.batches()
    eventually(lambda: reader.result(mapping) == "OK")


@pytest.mark.fidelity("A failing batch holds up its shard and no other", page=KINESIS_ERRORS)
def test_a_failing_batch_holds_up_its_own_shard_alone(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud, FAILS_ON_BAD, shards=2)
    keys: dict[str, str] = {}
    for number in range(20):  # a key for each of the two shards
        key = f"key-{number}"
        put = reader.kinesis.put_record(StreamName=reader.name, Data=b"probe", PartitionKey=key)
        keys.setdefault(put["ShardId"], key)
    stuck, free = (keys[shard] for shard in sorted(keys))
    mapping = reader.connect(StartingPosition="LATEST", BatchSize=1)
    reader.put("bad", "behind", key=stuck)
    reader.put("fine", key=free)
    eventually(lambda: ["fine"] in reader.batches())
    eventually(lambda: reader.batches().count(["bad"]) >= 3)
    assert ["behind"] not in reader.batches()
    problem = "PROBLEM: Function call failed"
    eventually(lambda: reader.result(mapping) == problem)
    reader.functions.delete_event_source_mapping(UUID=mapping)


@pytest.mark.fidelity(
    "An on-failure bucket gets the whole batch under a key of the mapping and shard",
    page=KINESIS_ERRORS,
)
def test_a_failed_batch_is_kept_in_a_bucket(cloud: CloudProcess) -> None:
    s3, bucket = cloud.client("s3"), f"failures-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    reader = StreamReader(cloud, FAILS_ON_BAD)
    mapping = reader.connect(
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}},
    )
    reader.put("bad")
    (item,) = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"))
    assert item["Key"].startswith(f"aws/lambda/{mapping}/shardId-000000000000/20")
    body = json.loads(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
    (record,) = body["payload"]["Records"]
    assert b64decode(record["kinesis"]["data"]) == b"bad"
    assert body["requestContext"]["approximateInvokeCount"] == 1


@pytest.mark.fidelity(
    "A tumbling window carries state and ends with a final invocation",
    page="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html",
    difference="a window is as many times shorter as the time scale says",
)
def test_a_tumbling_window_carries_state(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud, COUNTS)
    reader.connect(TumblingWindowInSeconds=60, BatchSize=1)
    reader.put("a", "b")

    def final() -> list[dict[str, Any]]:
        return [one for one in reader.events() if one["isFinalInvokeForWindow"]]

    def counted() -> int:
        return int(sum(one["state"].get("n", 0) for one in final()))

    eventually(lambda: counted() == 2)
    assert all(one["Records"] == [] for one in final())


def test_after_a_split_the_parent_is_read_first_and_nothing_twice(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud)
    reader.put("1", "2")
    reader.kinesis.split_shard(
        StreamName=reader.name,
        ShardToSplit="shardId-000000000000",
        NewStartingHashKey=str(2**127),
    )
    for number in range(3, 9):
        reader.put(str(number), key=f"key-{number}")
    reader.connect(BatchSize=10)
    eventually(lambda: len([one for batch in reader.batches() for one in batch]) >= 8)
    assert reader.batches()[0] == ["1", "2"]
    seen = sorted(one for batch in reader.batches() for one in batch)
    assert seen == [str(number) for number in range(1, 9)]


def test_a_mapping_can_read_through_a_consumer(cloud: CloudProcess) -> None:
    reader = StreamReader(cloud)
    made = reader.kinesis.register_stream_consumer(StreamARN=reader.arn, ConsumerName="fan-out")
    consumer_arn = made["Consumer"]["ConsumerARN"]
    reader.functions.create_event_source_mapping(
        EventSourceArn=consumer_arn, FunctionName=reader.function, StartingPosition="LATEST"
    )
    reader.put("x")
    (event,) = eventually(reader.events)
    assert event["Records"][0]["eventSourceARN"] == consumer_arn


class TableReader:
    """A DynamoDB table with a stream, and a function that reads it."""

    def __init__(self, cloud: CloudProcess, source: str = PRINTS) -> None:
        self.cloud = cloud
        self.table = f"orders-{uuid.uuid4().hex[:12]}"
        self.dynamodb = cloud.client("dynamodb")
        made = self.dynamodb.create_table(
            TableName=self.table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.arn = made["TableDescription"]["LatestStreamArn"]
        self.function = cloud.create_function(source)

    def connect(self, **settings: Any) -> str:
        made = self.cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=self.arn,
            FunctionName=self.function,
            **{"StartingPosition": "TRIM_HORIZON", **settings},
        )
        return str(made["UUID"])

    def put(self, key: str, **attributes: Any) -> None:
        self.dynamodb.put_item(TableName=self.table, Item={"id": {"S": key}, **attributes})

    def records(self) -> list[dict[str, Any]]:
        events = seen_events(self.cloud, self.function)
        return [record for event in events for record in event["Records"]]


@pytest.mark.fidelity("A table's changes arrive as INSERT, MODIFY and REMOVE", page=DYNAMODB)
def test_changes_of_a_table_reach_the_function(cloud: CloudProcess) -> None:
    reader = TableReader(cloud)
    reader.connect()
    reader.put("1", total={"N": "5"}, photo={"B": b"foobar"})
    reader.put("1", total={"N": "5"}, photo={"B": b"foobar"})  # changes nothing
    reader.put("1", total={"N": "6"})
    reader.dynamodb.delete_item(TableName=reader.table, Key={"id": {"S": "1"}})
    records = eventually(lambda: len(reader.records()) >= 3 and reader.records())
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    insert, modify, remove = records
    assert insert["eventSource"] == "aws:dynamodb"
    assert insert["eventVersion"] == "1.1"
    assert insert["awsRegion"] == cloud.region
    assert insert["eventSourceARN"] == reader.arn
    change = insert["dynamodb"]
    assert change["Keys"] == {"id": {"S": "1"}}
    image = {"id": {"S": "1"}, "total": {"N": "5"}, "photo": {"B": "Zm9vYmFy"}}
    assert change["NewImage"] == image
    assert "OldImage" not in change
    assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert change["SizeBytes"] == 3 + 3 + (5 + 2) + (5 + 6)
    assert change["ApproximateCreationDateTime"] % 1 == 0
    assert modify["dynamodb"]["OldImage"]["total"] == {"N": "5"}
    assert modify["dynamodb"]["NewImage"]["total"] == {"N": "6"}
    assert "NewImage" not in remove["dynamodb"]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(numbers)


@pytest.mark.fidelity(
    "Filters choose a table's changes by event name and item",
    page="https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html",
)
def test_filters_choose_the_changes_of_a_table(cloud: CloudProcess) -> None:
    reader = TableReader(cloud)
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"state": {"S": ["open"]}}}}
    reader.connect(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    reader.put("1", state={"S": "closed"})
    reader.put("2", state={"S": "open"})
    reader.put("2", state={"S": "open"}, more={"BOOL": True})
    reader.put("3", state={"S": "open"})
    records = eventually(lambda: len(reader.records()) >= 2 and reader.records())
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in records] == ["2", "3"]


def test_a_failed_batch_of_a_table_is_described_with_its_stream(cloud: CloudProcess) -> None:
    failures = QueueReader(cloud)
    reader = TableReader(cloud, "def handler(event, context): raise ValueError('no')")
    reader.connect(
        MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": failures.arn}}
    )
    reader.put("1")
    (message,) = eventually(
        lambda: failures.sqs.receive_message(QueueUrl=failures.url, WaitTimeSeconds=1).get(
            "Messages"
        )
    )
    record = json.loads(message["Body"])
    assert record["requestContext"]["approximateInvokeCount"] == 2
    info = record["DDBStreamBatchInfo"]
    assert (info["batchSize"], info["streamArn"]) == (1, reader.arn)
    assert info["approximateArrivalOfFirstRecord"].endswith("Z")
    assert "." not in info["approximateArrivalOfFirstRecord"]
