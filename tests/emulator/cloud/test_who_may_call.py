"""Unknown keys and wrong signatures are refused as each service refuses them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, clean_environment

CALLS = {
    "s3": "list_buckets",
    "sts": "get_caller_identity",
    "sqs": "list_queues",
    "dynamodb": "list_tables",
    "lambda": "list_functions",
}


def refusal(cloud: CloudProcess, key_id: str, secret: str, service: str) -> tuple[str, int]:
    client = boto3.client(
        service,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        region_name=cloud.region,
        config=Config(retries={"max_attempts": 0}),
    )
    with pytest.raises(ClientError) as error:
        getattr(client, CALLS[service])()
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("s3", "InvalidAccessKeyId", 403),
        ("sts", "InvalidClientTokenId", 403),
        ("sqs", "UnrecognizedClientException", 400),
        ("dynamodb", "UnrecognizedClientException", 400),
        ("lambda", "UnrecognizedClientException", 403),
    ],
)
@pytest.mark.fidelity(
    "An unknown access key is refused in each service's words",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
)
def test_an_unknown_key_is_refused(
    cloud: CloudProcess, service: str, code: str, status: int
) -> None:
    assert refusal(cloud, "AKIAUNKNOWNUNKNOWN00", "secret", service) == (code, status)


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("s3", "SignatureDoesNotMatch", 403),
        ("sts", "SignatureDoesNotMatch", 403),
        ("sqs", "InvalidSignatureException", 400),
        ("lambda", "InvalidSignatureException", 403),
    ],
)
@pytest.mark.fidelity(
    "A wrong signature is refused in each service's words",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
)
def test_a_wrong_secret_is_refused(
    cloud: CloudProcess, service: str, code: str, status: int
) -> None:
    assert refusal(cloud, cloud.access_key_id, "wrong", service) == (code, status)


def test_a_function_cannot_call_with_another_sessions_token(cloud: CloudProcess) -> None:
    client = boto3.client(
        "sts",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=cloud.access_key_id,
        aws_secret_access_key=cloud.secret_access_key,
        aws_session_token="made-up",
        region_name=cloud.region,
    )
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client.get_caller_identity()


@pytest.mark.fidelity(
    "The caller is an IAM identity",
    page="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
)
def test_the_learner_is_an_iam_user(cloud: CloudProcess) -> None:
    identity = cloud.client("sts").get_caller_identity()
    assert identity["Account"] == cloud.account_id
    assert identity["Arn"] == f"arn:aws:iam::{cloud.account_id}:user/learner"


def test_a_renamed_user_keeps_its_key(cloud: CloudProcess) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="before")
    key = iam.create_access_key(UserName="before")["AccessKey"]
    iam.update_user(UserName="before", NewUserName="after")
    client = boto3.client(
        "sts",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        region_name=cloud.region,
    )
    assert client.get_caller_identity()["Arn"].endswith(":user/after")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.fidelity(
    "Presigned URLs of both signature versions work",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html",
)
def test_presigned_urls_work_in_both_forms(cloud: CloudProcess, version: str) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=f"presigned-{version}")
    key = "a b/日本.txt"
    s3.put_object(Bucket=f"presigned-{version}", Key=key, Body=b"content")
    url = cloud.client("s3", signature_version=version).generate_presigned_url(
        "get_object", Params={"Bucket": f"presigned-{version}", "Key": key}
    )
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"content"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(
            url.replace(version, "other", 1).replace("Signature=", "Signature=x")
        )


def test_an_unsigned_request_gets_nothing(cloud: CloudProcess) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{cloud.endpoint}/some-bucket/key")
    assert error.value.code == 403
    assert b"<Code>AccessDenied</Code>" in error.value.read()


def test_a_page_that_rebinds_dns_is_refused(cloud: CloudProcess) -> None:
    request = urllib.request.Request(
        f"{cloud.endpoint}/_dojo/health", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    assert error.value.code == 403


def test_the_journal_is_for_the_owner(cloud: CloudProcess) -> None:
    answer = cloud.client("sts").get_caller_identity()
    request_id = answer["ResponseMetadata"]["RequestId"]
    url = f"{cloud.endpoint}/_dojo/journal?kind=api.call&request_id={request_id}"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url)
    request = urllib.request.Request(url, headers={"x-dojo-key": cloud.secret_access_key})
    with urllib.request.urlopen(request) as found:
        (entry,) = json.load(found)["entries"]
    expected = {"service": "sts", "operation": "GetCallerIdentity", "status": 200}
    assert expected.items() <= entry["data"].items()


@pytest.mark.parametrize(
    ("service", "call"), [("sts", "get_caller_identity"), ("s3", "list_buckets")]
)
def test_the_request_id_that_the_client_gets_is_the_journals(
    cloud: CloudProcess, service: str, call: str
) -> None:
    answer = getattr(cloud.client(service), call)()
    request_id = answer["ResponseMetadata"]["RequestId"]
    url = f"{cloud.endpoint}/_dojo/journal?kind=api.call&request_id={request_id}"
    request = urllib.request.Request(url, headers={"x-dojo-key": cloud.secret_access_key})
    with urllib.request.urlopen(request) as found:
        (entry,) = json.load(found)["entries"]
    assert entry["data"]["service"] == service


def test_the_aws_cli_reaches_the_cloud(cloud: CloudProcess) -> None:
    environ = clean_environment(cloud.home) | {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": cloud.access_key_id,
        "AWS_SECRET_ACCESS_KEY": cloud.secret_access_key,
        "AWS_DEFAULT_REGION": cloud.region,
    }
    command = [sys.executable, "-m", "awscli", "sts", "get-caller-identity"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["Account"] == cloud.account_id


def curl(cloud: CloudProcess, service: str, *arguments: str) -> str:
    signing = ["--aws-sigv4", f"aws:amz:{cloud.region}:{service}"]
    user = ["--user", f"{cloud.access_key_id}:{cloud.secret_access_key}"]
    command = ["curl", "--silent", "--fail", *signing, *user, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_reaches_the_cloud(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): return event")
    path = f"/2015-03-31/functions/{function}/invocations"
    assert json.loads(curl(cloud, "lambda", cloud.endpoint + path, "-d", '{"a": 1}')) == {"a": 1}
    bucket = f"{cloud.endpoint}/curl-bucket"
    curl(cloud, "s3", "-X", "PUT", bucket)
    curl(cloud, "s3", "-X", "PUT", f"{bucket}/a%20b", "-d", "content=of&the=upload")
    assert curl(cloud, "s3", f"{bucket}/a%20b") == "content=of&the=upload"
