"""Well signed requests whose content no client library would write."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import psutil
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.cloud_process import CloudProcess

REQUESTS = 40 * int(os.environ.get("LAMBDA_DOJO_FUZZ", "2"))
SERVICES = (
    *("s3", "sqs", "sns", "iam", "sts", "lambda", "dynamodb", "logs", "events", "kinesis"),
    *("monitoring", "kms", "scheduler", "states", "no-such-service", "ssm", "../x", ""),
)
TYPES = (
    *("application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1"),
    *("application/x-www-form-urlencoded", "application/xml", "application/cbor"),
    *("multipart/form-data; boundary=x", "text/plain; charset=\udcff", ""),
)
TARGETS = ("AmazonSQS.SendMessage", "DynamoDB_20120810.PutItem", "Logs_20140328.", "..", "x.y.z")
PATHS = ("/", "/bucket/key", "/2015-03-31/functions/f/invocations", "/service/x/operation/y", "//")
BODIES = (
    b"",
    b"{}",
    b"[]",
    b"null",
    b'{"QueueUrl": 1}',
    b"{" * 3000,
    b'{"a":' * 3000,
    b"[" * 100_000,
    b"<a>" * 2000,
    b"Action=ListQueues&Version=1",
    b"Action=&Action=x",
    b"Action=CreateQueue&QueueName=%ff%00",
    b"\xff\xfe\x00",
    b'{"TableName": "\\ud800"}',
    b"1e400",
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Tagging>&b;</Tagging>",
    b'<!DOCTYPE a [<!ENTITY x0 "x">'
    + b"".join(b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10) for n in range(1, 9))
    + b"]><Tagging><TagSet><Tag><Key>&x8;</Key><Value>v</Value></Tag></TagSet></Tagging>",
)
QUERIES = ("", "tagging", "delete", "Action=ListUsers", "notification", "uploads", "a=%ff&a=%00")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fuzz")]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    arguments = ("--port", "0", "--forget", "--parent-pid", str(os.getpid()))
    cloud = CloudProcess.start(tmp_path_factory.mktemp("fuzz"), *arguments)
    cloud.client("s3").create_bucket(Bucket="bucket")
    cloud.client("s3").put_object(Bucket="bucket", Key="key", Body=b"content")
    yield cloud
    cloud.stop()


def send(
    cloud: CloudProcess,
    method: str,
    service: str,
    path: str,
    query: str,
    headers: dict[str, str],
    body: bytes,
) -> tuple[int, bytes]:
    host = urlsplit(cloud.endpoint).netloc
    url = f"http://{host}{path}" + (f"?{query}" if query else "")
    made = AWSRequest(method, url, {"Host": host, **headers}, body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    keys = Credentials(cloud.access_key_id, cloud.secret_access_key)
    signer(keys, service, cloud.region).add_auth(made)
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        target = path + (f"?{query}" if query else "")
        connection.request(method, target, body, dict(made.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


@settings(
    max_examples=REQUESTS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from(("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS")),
    st.sampled_from(SERVICES),
    st.one_of(st.sampled_from(PATHS), texts.map(lambda text: "/" + quote(text))),
    st.one_of(st.sampled_from(QUERIES), texts.map(quote)),
    st.sampled_from(TYPES),
    st.one_of(st.just(""), st.sampled_from(TARGETS), texts),
    st.one_of(st.sampled_from(BODIES), st.binary(max_size=50)),
)
@example("PUT", "s3", "/bucket/key", "tagging", "application/xml", "", BODIES[-1])
@example("PUT", "s3", "/bucket/key", "tagging", "application/xml", "", BODIES[-2])
@example("POST", "dynamodb", "/", "", TYPES[1], "DynamoDB_20120810.PutItem", BODIES[7])
@example("POST", "sqs", "/", "", TYPES[1], "AmazonSQS.SendMessage", BODIES[6])
@example("POST", "logs", "/", "", TYPES[2], "Logs_20140328.PutLogEvents", b'{"logEvents": 5}')
def test_no_signed_request_makes_the_cloud_fail_without_a_word(
    fuzzed: CloudProcess,
    method: str,
    service: str,
    path: str,
    query: str,
    content_type: str,
    target: str,
    body: bytes,
) -> None:
    headers = {"Content-Type": content_type.encode("utf-8", "ignore").decode()}
    if target:
        headers["X-Amz-Target"] = target
    status, answer = send(fuzzed, method, service, path, query, headers, body)
    assert status < 500 or status == 501, answer[:500]
    assert b"Traceback" not in answer
    assert b"root:x:0" not in answer
    assert len(answer) < 1_000_000


def test_entities_of_entities_do_not_fill_the_memory(fuzzed: CloudProcess) -> None:
    process = psutil.Process(fuzzed.process.pid)
    before = process.memory_info().rss
    headers = {"Content-Type": "application/xml"}
    for query in ("tagging", "delete", "notification", "lifecycle", "acl", "cors", "website"):
        method = "POST" if query == "delete" else "PUT"
        status, _ = send(fuzzed, method, "s3", "/bucket", query, headers, BODIES[-1])
        assert status < 500 or status == 501, query
    assert process.memory_info().rss - before < 200e6
