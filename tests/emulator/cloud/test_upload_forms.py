"""Presigned POST: a browser uploads by a form, within what its policy says."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import boto3
import pytest
import requests

from tests.cloud_process import CloudProcess

PAGE = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html"
STYLES = ["s3", "s3v4"]


@pytest.fixture
def bucket(cloud: CloudProcess) -> Iterator[str]:
    name, s3 = f"forms-{uuid.uuid4().hex[:12]}", cloud.client("s3")
    s3.create_bucket(Bucket=name)
    yield name
    for found in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


def form(cloud: CloudProcess, bucket: str, key: str, style: str = "s3v4", **options: Any) -> Any:
    s3 = cloud.client("s3", signature_version=style)
    return s3.generate_presigned_post(bucket, key, **options)


def send(made: Any, content: bytes = b"tea", name: str = "menu.txt", **more: str) -> Any:
    files = {"file": (name, content)}
    return requests.post(
        made["url"], data=made["fields"] | more, files=files, timeout=30, allow_redirects=False
    )


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    error = ElementTree.fromstring(answer.content)
    return answer.status_code, error.findtext("Code", ""), error.findtext("Message", "")


@pytest.mark.fidelity("A presigned POST uploads an object by a form", page=PAGE)
@pytest.mark.parametrize("style", STYLES)
def test_a_form_uploads_its_file_under_its_own_name(
    cloud: CloudProcess, bucket: str, style: str
) -> None:
    answer = send(form(cloud, bucket, "up/${filename}", style), name="茶.txt")
    assert (answer.status_code, answer.content) == (204, b"")
    found = cloud.client("s3").get_object(Bucket=bucket, Key="up/茶.txt")
    assert found["Body"].read() == b"tea"
    assert found["ETag"] == answer.headers["ETag"]


def test_metadata_and_type_of_the_form_are_the_objects(cloud: CloudProcess, bucket: str) -> None:
    told = {"Content-Type": "text/plain", "x-amz-meta-shop": "hana"}
    conditions = [{name: value} for name, value in told.items()]
    made = form(cloud, bucket, "a", Fields=told, Conditions=conditions)
    assert send(made).status_code == 204
    found = cloud.client("s3").head_object(Bucket=bucket, Key="a")
    assert (found["ContentType"], found["Metadata"]) == ("text/plain", {"shop": "hana"})


def test_the_form_chooses_what_it_is_told(cloud: CloudProcess, bucket: str) -> None:
    told = {"success_action_status": "201"}
    answer = send(form(cloud, bucket, "a&b", Fields=told, Conditions=[told]))
    assert answer.status_code == 201
    assert ElementTree.fromstring(answer.content).findtext("Key") == "a&b"
    told = {"success_action_redirect": "http://127.0.0.1:9/done?x=1"}
    answer = send(form(cloud, bucket, "a", Fields=told, Conditions=[told]))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"http://127.0.0.1:9/done?x=1&bucket={bucket}&")


@pytest.mark.fidelity(
    "A form that its policy does not allow is refused",
    page="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html",
)
def test_a_form_is_held_to_its_policy(cloud: CloudProcess, bucket: str) -> None:
    denied = "Invalid according to Policy: "
    made = form(cloud, bucket, "up/${filename}")
    answer = send({**made, "fields": made["fields"] | {"key": "down/menu.txt"}})
    condition = 'Policy Condition failed: ["starts-with", "$key", "up/"]'
    assert refusal(answer) == (403, "AccessDenied", denied + condition)
    answer = send(made, **{"x-amz-meta-a": "1"})
    assert refusal(answer) == (403, "AccessDenied", f"{denied}Extra input fields: x-amz-meta-a")
    answer = send(form(cloud, bucket, "a", ExpiresIn=-1))
    assert refusal(answer) == (403, "AccessDenied", f"{denied}Policy expired.")
    sized = form(cloud, bucket, "a", Conditions=[["content-length-range", 2, 3]])
    assert [send(sized, content).status_code for content in (b"xx", b"xxx")] == [204, 204]
    assert refusal(send(sized, b"x"))[:2] == (400, "EntityTooSmall")
    assert refusal(send(sized, b"xxxx"))[:2] == (400, "EntityTooLarge")


@pytest.mark.parametrize("style", STYLES)
def test_a_policy_that_was_changed_after_it_was_signed_is_refused(
    cloud: CloudProcess, bucket: str, style: str
) -> None:
    made = form(cloud, bucket, "a", style)
    policy = json.loads(base64.b64decode(made["fields"]["policy"]))
    policy["conditions"].append({"acl": "public-read"})
    made["fields"]["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    assert refusal(send(made, acl="public-read"))[:2] == (403, "SignatureDoesNotMatch")


def test_a_form_may_do_no_more_than_who_signed_it(cloud: CloudProcess, bucket: str) -> None:
    iam, name = cloud.client("iam"), f"reader-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    reader = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    code, text = refusal(send(reader.generate_presigned_post(bucket, "a")))[1:]
    assert code == "AccessDenied"
    assert f"user/{name} is not authorized to perform: s3:PutObject" in text


def test_what_every_form_needs_is_asked_for(cloud: CloudProcess, bucket: str) -> None:
    made = form(cloud, bucket, "a")
    without_file = requests.post(
        made["url"],
        files={name: (None, value) for name, value in made["fields"].items()},
        timeout=30,
    )
    assert refusal(without_file)[:2] == (400, "InvalidArgument")
    unsigned = requests.post(made["url"], data={"key": "a"}, files={"file": b"x"}, timeout=30)
    assert refusal(unsigned)[0] == 403
    broken = requests.post(
        made["url"], data=b"--x", headers={"Content-Type": "multipart/form-data"}, timeout=30
    )
    assert broken.status_code in (400, 403)


def test_the_event_says_that_the_object_came_by_a_form(cloud: CloudProcess, bucket: str) -> None:
    sqs, s3 = cloud.client("sqs"), cloud.client("s3")
    url = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{cloud.account_id}:{bucket}"
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    rule = {"QueueArn": arn, "Events": ["s3:ObjectCreated:Post"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [rule]}
    )
    sqs.purge_queue(QueueUrl=url)  # S3's test event
    s3.put_object(Bucket=bucket, Key="put", Body=b"")
    assert send(form(cloud, bucket, "posted")).status_code == 204
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]
    record = json.loads(message["Body"])["Records"][0]
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Post", "posted")
    sqs.delete_queue(QueueUrl=url)
