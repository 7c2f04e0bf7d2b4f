"""S3 tells a function of every change, asynchronously, in AWS's words."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually

RECORDS = "import json\ndef handler(event, context): print('EVENT ' + json.dumps(event['Records']))"


class Watched:
    """A bucket whose events a function writes into its log."""

    def __init__(self, cloud: CloudProcess) -> None:
        self.cloud = cloud
        self.s3 = cloud.client("s3")
        self.bucket = f"watched-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.bucket)
        self.function = cloud.create_function(RECORDS)
        self.arn = f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:{self.function}"

    def permit(self) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName=self.function,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{self.bucket}",
            SourceAccount=self.cloud.account_id,
        )

    def notify(self, *events: str, rules: list[dict[str, str]] | None = None) -> None:
        rule: dict[str, Any] = {"Id": "all", "LambdaFunctionArn": self.arn, "Events": list(events)}
        if rules:
            rule["Filter"] = {"Key": {"FilterRules": rules}}
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
        )

    def records(self, count: int) -> list[dict[str, Any]]:
        """The first ``count`` records that the function has seen, waited for."""

        def look() -> list[dict[str, Any]]:
            try:
                lines = self.cloud.log_lines(self.function)
            except ClientError:
                return []
            seen = [line for line in lines if line.startswith("EVENT ")]
            found = [record for line in seen for record in json.loads(line[6:])]
            return found if len(found) >= count else []

        found: list[dict[str, Any]] = eventually(look)
        return found


@pytest.fixture
def watched(cloud: CloudProcess) -> Watched:
    return Watched(cloud)


@pytest.mark.fidelity(
    "S3 refuses a notification to a function that it may not invoke",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
)
def test_without_permission_the_configuration_is_refused_in_aws_words(watched: Watched) -> None:
    with pytest.raises(ClientError) as error:
        watched.notify("s3:ObjectCreated:*")
    refusal = error.value.response["Error"]
    assert refusal["Code"] == "InvalidArgument"
    assert refusal["Message"] == "Unable to validate the following destination configurations"
    assert refusal["ArgumentName1"] == f"{watched.arn}, null"  # type: ignore[typeddict-item]
    assert refusal["ArgumentValue1"] == f"Not authorized to invoke function [{watched.arn}]"  # type: ignore[typeddict-item]


def test_permission_for_another_bucket_is_not_enough(watched: Watched) -> None:
    watched.cloud.client("lambda").add_permission(
        FunctionName=watched.function,
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::another-bucket",
    )
    with pytest.raises(ClientError, match="Unable to validate"):
        watched.notify("s3:ObjectCreated:*")


@pytest.mark.fidelity(
    "An event has AWS's record, the key URL-encoded",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    difference="Events arrive within milliseconds, once, in order; at AWS usually within "
    "seconds, at least once, in no certain order",
)
def test_a_put_arrives_with_aws_record(watched: Watched) -> None:
    watched.permit()
    watched.notify("s3:ObjectCreated:*")
    answer = watched.s3.put_object(Bucket=watched.bucket, Key="in/red flower+花.png", Body=b"12345")
    (record,) = watched.records(1)
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventVersion"] == "2.1"
    assert record["awsRegion"] == watched.cloud.region
    assert record["userIdentity"]["principalId"].startswith("AWS:AIDA")
    assert record["requestParameters"] == {"sourceIPAddress": "127.0.0.1"}
    request_id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"]
    assert record["responseElements"]["x-amz-request-id"] == request_id
    assert record["s3"]["configurationId"] == "all"
    described = record["s3"]["object"]
    assert described["key"] == "in/red+flower%2B%E8%8A%B1.png"
    assert unquote_plus(described["key"]) == "in/red flower+花.png"
    assert described["size"] == 5
    assert described["eTag"] == answer["ETag"].strip('"')
    assert int(described["sequencer"], 16) > 0


@pytest.mark.fidelity(
    "Put, Copy and CompleteMultipartUpload are different event types",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
)
def test_copy_and_multipart_upload_have_names_of_their_own(watched: Watched) -> None:
    watched.permit()
    watched.notify("s3:ObjectCreated:*")
    bucket, s3 = watched.bucket, watched.s3
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="c", UploadId=upload, PartNumber=1, Body=b"part")
    s3.complete_multipart_upload(
        Bucket=bucket,
        Key="c",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    names = {record["s3"]["object"]["key"]: record["eventName"] for record in watched.records(3)}
    assert names == {
        "a": "ObjectCreated:Put",
        "b": "ObjectCreated:Copy",
        "c": "ObjectCreated:CompleteMultipartUpload",
    }


def test_a_delete_arrives_without_size_and_etag(watched: Watched) -> None:
    watched.permit()
    watched.notify("s3:ObjectRemoved:*")
    watched.s3.put_object(Bucket=watched.bucket, Key="gone", Body=b"x")
    watched.s3.delete_object(Bucket=watched.bucket, Key="gone")
    (record,) = watched.records(1)
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert set(record["s3"]["object"]) == {"key", "sequencer"}


@pytest.mark.fidelity(
    "With versioning a delete creates a marker",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
)
def test_in_a_versioned_bucket_a_delete_creates_a_marker(watched: Watched) -> None:
    watched.s3.put_bucket_versioning(
        Bucket=watched.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    watched.permit()
    watched.notify("s3:ObjectRemoved:*")
    put = watched.s3.put_object(Bucket=watched.bucket, Key="k", Body=b"x")
    marker = watched.s3.delete_object(Bucket=watched.bucket, Key="k")
    watched.s3.delete_object(Bucket=watched.bucket, Key="k", VersionId=put["VersionId"])
    named = {record["eventName"]: record["s3"]["object"] for record in watched.records(2)}
    assert named["ObjectRemoved:DeleteMarkerCreated"]["versionId"] == marker["VersionId"]
    assert named["ObjectRemoved:Delete"]["versionId"] == put["VersionId"]


@pytest.mark.fidelity(
    "Prefix and suffix choose the keys",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
)
def test_prefix_and_suffix_choose_the_keys(watched: Watched) -> None:
    watched.permit()
    watched.notify(
        "s3:ObjectCreated:*",
        rules=[{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".png"}],
    )
    for key in ("in/a.txt", "out/a.png", "in/a.png"):
        watched.s3.put_object(Bucket=watched.bucket, Key=key, Body=b"x")
    assert [record["s3"]["object"]["key"] for record in watched.records(1)] == ["in/a.png"]
    stored = watched.s3.get_bucket_notification_configuration(Bucket=watched.bucket)
    (rule,) = stored["LambdaFunctionConfigurations"]
    assert [one["Name"] for one in rule["Filter"]["Key"]["FilterRules"]] == ["Prefix", "Suffix"]


@pytest.mark.fidelity(
    "Rules for one event type must not overlap",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
)
def test_overlapping_rules_are_refused(watched: Watched) -> None:
    watched.permit()
    rules = [
        {"LambdaFunctionArn": watched.arn, "Events": [event]}
        for event in ("s3:ObjectCreated:*", "s3:ObjectCreated:Put")
    ]
    with pytest.raises(ClientError, match="Configurations overlap"):
        watched.s3.put_bucket_notification_configuration(
            Bucket=watched.bucket,
            NotificationConfiguration={"LambdaFunctionConfigurations": rules},
        )


def test_taking_the_permission_away_stops_the_events(watched: Watched) -> None:
    watched.permit()
    watched.notify("s3:ObjectCreated:*")
    watched.s3.put_object(Bucket=watched.bucket, Key="first", Body=b"x")
    watched.records(1)
    watched.cloud.client("lambda").remove_permission(
        FunctionName=watched.function, StatementId="s3"
    )
    watched.s3.put_object(Bucket=watched.bucket, Key="second", Body=b"x")
    watched.permit()
    watched.s3.put_object(Bucket=watched.bucket, Key="third", Body=b"x")
    keys = [record["s3"]["object"]["key"] for record in watched.records(2)]
    assert keys == ["first", "third"]


def test_an_empty_prefix_fits_every_key_and_is_kept(watched: Watched) -> None:
    watched.permit()
    rules = [{"Name": "Prefix", "Value": ""}, {"Name": "Suffix", "Value": ".png"}]
    watched.notify("s3:ObjectCreated:*", rules=rules)
    for key in ("a.txt", "in/a.png"):
        watched.s3.put_object(Bucket=watched.bucket, Key=key, Body=b"x")
    assert [record["s3"]["object"]["key"] for record in watched.records(1)] == ["in/a.png"]
    stored = watched.s3.get_bucket_notification_configuration(Bucket=watched.bucket)
    (rule,) = stored["LambdaFunctionConfigurations"]
    assert rule["Filter"]["Key"]["FilterRules"] == rules
