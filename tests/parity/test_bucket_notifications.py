"""A bucket's notifications: what is refused, and what the function gets."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.parity.clouds import ParityCloud, new_name, refused
from tests.parity.pages import S3_GUIDE, parity

STRUCTURE = S3_GUIDE + "notification-content-structure.html"
DESTINATIONS = S3_GUIDE + "notification-how-to-event-types-and-destinations.html"
FILTERING = S3_GUIDE + "notification-how-to-filtering.html"
UNABLE = "Unable to validate the following destination configurations"


def bucket_for(cloud: ParityCloud, function: str | None = None) -> str:
    """A new bucket, which may invoke the function."""
    bucket = new_name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    if function:
        cloud.client("lambda").add_permission(
            FunctionName=function,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{bucket}",
            SourceAccount=cloud.account_id,
        )
    return bucket


def notify(cloud: ParityCloud, bucket: str, *configurations: dict[str, Any]) -> None:
    cloud.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"LambdaFunctionConfigurations": list(configurations)},
    )


def to(cloud: ParityCloud, function: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]
    return {
        "LambdaFunctionArn": cloud.function_arn(function),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }


@parity("S3's record: names, version 2.1, request and object with size, eTag, sequencer", STRUCTURE)
def test_the_record_of_an_object(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    bucket = bucket_for(cloud, name)
    configuration = to(cloud, name) | {"Id": "mine"}
    notify(cloud, bucket, configuration)
    put = cloud.client("s3").put_object(Bucket=bucket, Key="a.txt", Body=b"text")
    (record,) = cloud.event_of(url)["Records"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["eventTime"])
    seen = [record[key] for key in ("eventVersion", "eventSource", "awsRegion", "eventName")]
    assert seen == ["2.1", "aws:s3", cloud.region, "ObjectCreated:Put"], f"is {seen}"
    s3 = record["s3"]
    assert (s3["s3SchemaVersion"], s3["configurationId"]) == ("1.0", "mine"), "configurationId"
    assert s3["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"
    assert "principalId" in s3["bucket"]["ownerIdentity"]
    sequencer = s3["object"].pop("sequencer", "")
    assert re.fullmatch(r"[0-9A-F]+", sequencer), f"sequencer {sequencer!r}"
    wanted = {"key": "a.txt", "size": 4, "eTag": put["ETag"].strip('"')}
    assert s3["object"] == wanted, f"object is {s3['object']}"
    assert {"x-amz-request-id", "x-amz-id-2"} <= set(record["responseElements"]), "ids"
    assert "sourceIPAddress" in record["requestParameters"]
    assert record["userIdentity"]["principalId"]


@parity("A key is URL-encoded in the event: a space is +, others are percent-encoded", STRUCTURE)
def test_a_key_is_encoded(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    bucket = bucket_for(cloud, name)
    notify(cloud, bucket, to(cloud, name))
    cloud.client("s3").put_object(Bucket=bucket, Key="red flower@+é.jpg", Body=b"")
    key = cloud.event_of(url)["Records"][0]["s3"]["object"]["key"]
    assert key == "red+flower%40%2B%C3%A9.jpg", f"is {key}"


@parity("Prefix and suffix choose the objects", FILTERING)
def test_a_filter_chooses_objects(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    bucket = bucket_for(cloud, name)
    notify(cloud, bucket, to(cloud, name, "in/", ".jpg"))
    for key in ("in/a.txt", "out/a.jpg", "in/a.jpg"):
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=b"")
    assert cloud.event_of(url)["Records"][0]["s3"]["object"]["key"] == "in/a.jpg"


@parity("Without a permission for S3 the notification is refused", DESTINATIONS)
def test_a_missing_permission_is_refused(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    bucket = bucket_for(cloud)
    code, text, status = refused(lambda: notify(cloud, bucket, to(cloud, name)))
    assert (status, code) == (400, "InvalidArgument"), f"{status} {code}"
    assert text == UNABLE, f"says: {text}"


@parity("Overlapping filters of one event type are refused", FILTERING)
def test_overlapping_filters_are_refused(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    bucket = bucket_for(cloud, name)
    two = (to(cloud, name, "images/"), to(cloud, name, "images/small/"))
    code, _, status = refused(lambda: notify(cloud, bucket, *two))
    assert (status, code) == (400, "InvalidArgument"), f"{status} {code}"


@parity("An event type that S3 does not have is refused", DESTINATIONS)
def test_an_unknown_event_type_is_refused(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    bucket = bucket_for(cloud, name)
    unknown = to(cloud, name) | {"Events": ["s3:ObjectRead:*"]}
    code, _, status = refused(lambda: notify(cloud, bucket, unknown))
    assert (status, code) in ((400, "InvalidArgument"), (400, "MalformedXML")), f"{status} {code}"


@parity("A queue gets a test event when the notification is set", DESTINATIONS)
def test_a_queue_gets_a_test_event(cloud: ParityCloud) -> None:
    url, arn = cloud.queue()
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    bucket = bucket_for(cloud)
    configuration = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    cloud.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    event = json.loads(cloud.received(url)["Body"])
    seen = event.get("Event"), event.get("Service"), event.get("Bucket")
    assert seen == ("s3:TestEvent", "Amazon S3", bucket), f"is {seen}"


@parity("Deleting an object is ObjectRemoved:Delete, without size and eTag", STRUCTURE)
def test_the_event_of_a_deletion(cloud: ParityCloud) -> None:
    name, url = cloud.reporting_function()
    bucket = bucket_for(cloud, name)
    configuration = to(cloud, name) | {"Events": ["s3:ObjectRemoved:*"]}
    notify(cloud, bucket, configuration)
    cloud.client("s3").put_object(Bucket=bucket, Key="a.txt", Body=b"text")
    cloud.client("s3").delete_object(Bucket=bucket, Key="a.txt")
    (record,) = cloud.event_of(url)["Records"]
    assert record["eventName"] == "ObjectRemoved:Delete", record["eventName"]
    assert set(record["s3"]["object"]) == {"key", "sequencer"}, f"has {set(record['s3']['object'])}"
