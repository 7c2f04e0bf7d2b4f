"""S3 refuses bucket policies that are none, or that name whom or what nobody knows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess

PAGE = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
NOT_JSON = "Policies must be valid JSON and the first byte must be '{'"
NOBODY = "Invalid principal in policy"
ELSEWHERE = "Policy has invalid resource"


def document(bucket: str, **members: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    } | members
    statement = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture
def bucket(cloud: CloudProcess) -> Iterator[str]:
    name, s3 = f"b-{uuid.uuid4().hex}", cloud.client("s3")
    s3.create_bucket(Bucket=name)
    yield name
    s3.delete_bucket(Bucket=name)


@pytest.mark.fidelity("A bucket policy names identities that exist and its own bucket", page=PAGE)
@pytest.mark.parametrize(
    ("members", "text"),
    [
        (None, NOT_JSON),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:user/nobody"}}, NOBODY),
        ({"Principal": {"AWS": "nobody"}}, NOBODY),
        ({"Principal": {"Service": "s3.amazon.com"}}, NOBODY),
        ({"Principal": None}, NOBODY),
        ({"Resource": "arn:aws:s3:::another-bucket/*"}, ELSEWHERE),
        ({"Resource": ["arn:aws:s3:::another-bucket"]}, ELSEWHERE),
        ({"Resource": "no ARN"}, ELSEWHERE),
    ],
)
def test_a_wrong_bucket_policy_is_refused_and_the_old_one_stays(
    cloud: CloudProcess, bucket: str, members: dict[str, Any] | None, text: str
) -> None:
    s3 = cloud.client("s3")
    kept = document(bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=kept)
    wrong = "no policy" if members is None else document(bucket, **members)
    if '"Principal": {"AWS": "arn:' in wrong:
        wrong = wrong.replace("123456789012", cloud.account_id)
    with pytest.raises(ClientError) as refused:
        s3.put_bucket_policy(Bucket=bucket, Policy=wrong)
    error = refused.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert (error["Error"]["Code"], error["Error"]["Message"]) == ("MalformedPolicy", text)
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(kept)


@pytest.mark.parametrize(
    "members",
    [
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]}},
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Principal": None, "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}},
    ],
)
def test_a_right_one_is_kept(cloud: CloudProcess, bucket: str, members: dict[str, Any]) -> None:
    s3 = cloud.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=document(bucket, **members))
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"]


def test_a_policy_without_statement_is_refused(cloud: CloudProcess, bucket: str) -> None:
    with pytest.raises(ClientError, match="Missing required field Statement"):
        cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy='{"Version": "2012-10-17"}')
