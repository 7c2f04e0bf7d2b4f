"""A cloud is killed, and another one opens the same account: everything is where it was."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

pytestmark = pytest.mark.slow  # each starts two clouds


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[KilledCloud]:
    cloud = KilledCloud(tmp_path)
    yield cloud
    cloud.now.stop()


class KilledCloud:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = CloudProcess.start(home, "--port", "0")

    def restart(self, *, kill: bool = True) -> CloudProcess:
        port = self.now.endpoint.rsplit(":", 1)[1]
        if kill:
            self.now.process.kill()
            self.now.process.wait(20)
        else:
            self.now.stop()
        self.now = CloudProcess.start(self.home, "--port", port)
        return self.now


HANDLER = "def handler(event, context):\n    return {'got': event}\n"


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "stopped"])
def test_what_was_made_is_there_after_a_restart(killed: KilledCloud, kill: bool) -> None:
    cloud = killed.now
    s3, sqs, ddb = cloud.client("s3"), cloud.client("sqs"), cloud.client("dynamodb")
    s3.create_bucket(Bucket="kept")
    etag = s3.put_object(Bucket="kept", Key="a b/ü.txt", Body=b"content")["ETag"]
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="one")["MessageId"]
    ddb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    ddb.put_item(TableName="t", Item={"id": {"S": "1"}})
    stream = ddb.describe_table(TableName="t")["Table"]["LatestStreamArn"]
    name = cloud.create_function(HANDLER)
    functions = cloud.client("lambda")
    functions.publish_version(FunctionName=name)
    functions.create_alias(FunctionName=name, Name="prod", FunctionVersion="1")
    functions.add_permission(
        FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="*"
    )
    functions.invoke(FunctionName=name, Payload=b'"before"')
    key = cloud.client("iam").create_access_key(UserName="learner")["AccessKey"]
    before = functions.get_function(FunctionName=name)["Configuration"]
    lines = cloud.log_lines(name)

    cloud = killed.restart(kill=kill)

    s3, sqs, ddb = cloud.client("s3"), cloud.client("sqs"), cloud.client("dynamodb")
    found = s3.get_object(Bucket="kept", Key="a b/ü.txt")
    assert (found["Body"].read(), found["ETag"]) == (b"content", etag)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent, "one")
    assert ddb.get_item(TableName="t", Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}
    assert ddb.describe_table(TableName="t")["Table"]["LatestStreamArn"] == stream
    functions = cloud.client("lambda")
    assert functions.get_function(FunctionName=name)["Configuration"] == before
    assert functions.get_alias(FunctionName=name, Name="prod")["FunctionVersion"] == "1"
    assert json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    answer = functions.invoke(FunctionName=name, Qualifier="prod", Payload=b'"after"')
    assert json.loads(answer["Payload"].read()) == {"got": "after"}
    keys = cloud.client("iam").list_access_keys(UserName="learner")["AccessKeyMetadata"]
    assert key["AccessKeyId"] in [one["AccessKeyId"] for one in keys]
    assert set(lines) <= set(cloud.log_lines(name))


def test_credentials_and_urls_of_the_last_run_still_work(killed: KilledCloud) -> None:
    s3 = killed.now.client("s3")
    s3.create_bucket(Bucket="bkt")
    before = killed.now.secret_access_key

    killed.restart()

    assert killed.now.secret_access_key == before
    s3.put_object(Bucket="bkt", Key="k", Body=b"x")


def test_an_event_that_waited_for_its_retry_is_tried_again_after_a_kill(
    killed: KilledCloud,
) -> None:
    cloud = killed.now
    cloud.client("s3").create_bucket(Bucket="seen")
    name = cloud.create_function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    s3 = boto3.client('s3')\n"
        "    n = s3.list_objects_v2(Bucket='seen').get('KeyCount', 0)\n"
        "    s3.put_object(Bucket='seen', Key=f'{n}-{context.aws_request_id}', Body=b'')\n"
        "    if n < 2:\n"
        "        raise RuntimeError('again')\n",
        Timeout=30,
    )
    answer = cloud.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"1")
    request_id = answer["ResponseMetadata"]["RequestId"]

    def attempts() -> list[str]:
        found = killed.now.client("s3").list_objects_v2(Bucket="seen").get("Contents", [])
        return [one["Key"] for one in found]

    eventually(attempts)
    killed.restart()

    expected = [f"{n}-{request_id}" for n in range(3)]
    eventually(lambda: attempts() == expected)


def test_a_mapping_goes_on_reading_its_queue(killed: KilledCloud) -> None:
    cloud = killed.now
    url = cloud.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    cloud.client("s3").create_bucket(Bucket="done")
    name = cloud.create_function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    for record in event['Records']:\n"
        "        boto3.client('s3').put_object(Bucket='done', Key=record['body'], Body=b'')\n",
        Timeout=20,
    )
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:work"
    )

    cloud = killed.restart()
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="later")

    def done() -> list[str]:
        found = cloud.client("s3").list_objects_v2(Bucket="done").get("Contents", [])
        return [one["Key"] for one in found]

    eventually(lambda: done() == ["later"])


def test_metrics_and_an_alarms_state_are_there_and_nobody_is_told_twice(
    killed: KilledCloud,
) -> None:
    cloud = killed.now
    queue = cloud.client("sqs").create_queue(QueueName="alarms")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{cloud.account_id}:alarms"
    policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=queue,
        Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})},
    )
    topic = cloud.client("sns").create_topic(Name="alarms")["TopicArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="many",
        Namespace="Own",
        MetricName="Errors",
        Statistic="Sum",
        Period=3600,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    values = [{"MetricName": "Errors", "Value": 3.0}]
    cloud.client("cloudwatch").put_metric_data(Namespace="Own", MetricData=values)

    def state(cloud: CloudProcess) -> str:
        (alarm,) = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
        return str(alarm["StateValue"])

    def told(cloud: CloudProcess) -> int:
        attributes = cloud.client("sqs").get_queue_attributes(
            QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"])

    eventually(lambda: state(cloud) == "ALARM")
    eventually(lambda: told(cloud) == 1)
    eventually(lambda: kept_minutes(killed.home))
    cloud = killed.restart()

    assert state(cloud) == "ALARM"
    series = {
        "Id": "m",
        "MetricStat": {
            "Metric": {"Namespace": "Own", "MetricName": "Errors"},
            "Period": 3600,
            "Stat": "Sum",
        },
    }
    now = time.time()
    found = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[series], StartTime=now - 7200, EndTime=now + 3600
    )["MetricDataResults"]
    assert found[0]["Values"] == [3.0]
    (item,) = cloud.client("cloudwatch").describe_alarm_history()["AlarmHistoryItems"]
    assert item["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to ALARM"
    assert told(cloud) == 1


def kept_minutes(home: Path) -> int:
    """How many minutes of metrics are on disk."""
    (file,) = home.rglob("account.sqlite3")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT count(*) FROM document WHERE kind = 'metric-minute'")
        return int(found.fetchone()[0])


def test_a_reset_leaves_nothing_for_the_next_run(killed: KilledCloud) -> None:
    killed.now.client("s3").create_bucket(Bucket="gone")
    request = urllib.request.Request(
        killed.now.endpoint + "/_dojo/reset",
        method="POST",
        headers={"x-dojo-key": killed.now.secret_access_key},
    )
    with urllib.request.urlopen(request, timeout=10):
        pass

    cloud = killed.restart()

    assert cloud.client("s3").list_buckets()["Buckets"] == []
    cloud.client("s3").create_bucket(Bucket="new")


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's files")
def test_a_full_disk_is_told_in_words_and_nothing_acknowledged_is_lost(
    killed: KilledCloud,
) -> None:
    s3 = killed.now.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="before", Body=b"x")
    process = psutil.Process(killed.now.process.pid)
    unlimited = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (400_000, unlimited[1]))

    with pytest.raises(ClientError, match="Free some disk space") as told:
        s3.put_object(Bucket="kept", Key="too-large", Body=b"x" * 500_000)
    with pytest.raises(ClientError, match="DiskFull"):
        s3.put_object(Bucket="kept", Key="small", Body=b"x")
    assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 507
    assert s3.get_object(Bucket="kept", Key="before")["Body"].read() == b"x"
    process.rlimit(psutil.RLIMIT_FSIZE, unlimited)
    s3.put_object(Bucket="kept", Key="after", Body=b"x")

    s3 = killed.restart().client("s3")
    found = {one["Key"] for one in s3.list_objects_v2(Bucket="kept")["Contents"]}
    assert {"before", "after"} <= found


def test_what_a_service_had_sent_on_is_not_sent_again(killed: KilledCloud) -> None:
    """A restart repeats the S3 put: its message stays one, its function is not invoked again."""
    cloud = killed.now
    name = cloud.create_function(HANDLER)
    arn = cloud.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    url = cloud.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    queue_arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:told"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
            }
        ],
    }
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps(policy)}
    )
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="source")
    events = ["s3:ObjectCreated:*"]
    s3.put_bucket_notification_configuration(
        Bucket="source",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": events}]
        },
    )
    s3.put_object(Bucket="source", Key="one", Body=b"")
    eventually(lambda: runs(cloud, name) == 1)
    s3.put_bucket_notification_configuration(
        Bucket="source",
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue_arn, "Events": events}]
        },
    )
    s3.put_object(Bucket="source", Key="two", Body=b"")

    cloud = killed.restart()

    received = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    keys = [
        record["s3"]["object"]["key"]
        for message in received["Messages"]
        for record in json.loads(message["Body"]).get("Records", [])
    ]
    assert keys == ["two"]
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=b"1")
    assert answer["StatusCode"] == 200
    assert runs(cloud, name) == 2


def runs(cloud: CloudProcess, function: str) -> int:
    try:
        return sum(line.startswith("START") for line in cloud.log_lines(function))
    except ClientError:
        return 0
