"""A function URL answers plain HTTP: whoever may, gets what the function returns."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.cloud_process import CloudProcess

URLS = "https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html"
AUTH = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
SHOWS = """
def handler(event, context):
    if event["rawPath"] == "/fail":
        raise ValueError("no")
    if event["rawPath"] == "/made":
        return {"statusCode": 201, "headers": {"X-A": "b"}, "cookies": ["c=1"], "body": "made"}
    return {"event": event, "id": context.aws_request_id}
"""


class Url:
    """One function with a URL."""

    def __init__(self, cloud: CloudProcess, auth_type: str = "NONE", **settings: Any) -> None:
        self.cloud = cloud
        self.client = cloud.client("lambda")
        self.function = cloud.create_function(SHOWS)
        made = self.client.create_function_url_config(
            FunctionName=self.function, AuthType=auth_type, **settings
        )
        self.address = urlsplit(made["FunctionUrl"])
        self.id = self.address.path.strip("/").rpartition("/")[2]

    def let_in(self, principal: str = "*", auth_type: str = "NONE") -> Url:
        """As AWS's console does: both statements."""
        for action, more in (
            ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": auth_type}),
            ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
        ):
            self.client.add_permission(
                FunctionName=self.function,
                StatementId=uuid.uuid4().hex,
                Action=action,
                Principal=principal,
                **more,
            )
        return self

    def ask(
        self,
        path: str = "",
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        assert self.address.hostname
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, 60)
        try:
            where = self.address.path.rstrip("/") + path if not path.startswith("http") else path
            connection.request(method, where or "/", body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def signed(self, path: str, key: str, secret: str) -> tuple[int, bytes]:
        asked = AWSRequest("GET", f"http://{self.address.netloc}{self.address.path}{path}")
        SigV4Auth(Credentials(key, secret), "lambda", self.cloud.region).add_auth(asked)
        status, _, body = self.ask(f"/{path}", headers=dict(asked.headers))
        return status, body


@pytest.fixture(scope="module")
def url(cloud: CloudProcess) -> Url:
    return Url(cloud).let_in()


@pytest.mark.fidelity("A function URL's request is the event, payload format 2.0", page=URLS)
def test_the_function_gets_the_request(url: Url) -> None:
    status, headers, body = url.ask(
        "/a/b?p=1", "POST", b'{"a": 1}', {"Content-Type": "application/json"}
    )
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    returned = json.loads(body)
    event = returned["event"]
    assert (event["rawPath"], event["queryStringParameters"]) == ("/a/b", {"p": "1"})
    assert event["body"] == '{"a": 1}'
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["requestId"] == returned["id"] == headers["x-amzn-RequestId"]


@pytest.mark.fidelity("What a function returns is the HTTP answer of its URL", page=URLS)
def test_the_function_decides_the_answer(url: Url) -> None:
    status, headers, body = url.ask("/made")
    assert (status, headers["X-A"], headers["Set-Cookie"], body) == (201, "b", "c=1", b"made")


@pytest.mark.fidelity("A function that fails makes its URL answer 502", page=URLS)
def test_a_failure_is_502(url: Url) -> None:
    status, _, body = url.ask("/fail")
    assert (status, body) == (502, b"Internal Server Error")


@pytest.mark.fidelity(
    "A function URL has a host name",
    page=URLS,
    difference="*.localhost instead of *.on.aws; FunctionUrl shows a path, which all clients reach",
)
def test_a_url_is_reached_by_its_host_name_too(url: Url) -> None:
    host = f"{url.id}.lambda-url.{url.cloud.region}.localhost:{url.address.port}"
    connection = http.client.HTTPConnection(url.address.hostname or "", url.address.port, 60)
    connection.request("GET", "/x?y=1", headers={"Host": host})
    answer = connection.getresponse()
    event = json.loads(answer.read())["event"]
    connection.close()
    assert (answer.status, event["rawPath"], event["headers"]["host"]) == (200, "/x", host)


@pytest.mark.fidelity("Without both permissions a URL of AuthType NONE is forbidden", page=AUTH)
def test_nobody_is_let_in_without_both_statements(cloud: CloudProcess) -> None:
    closed = Url(cloud)
    status, _, body = closed.ask("/")
    assert status == 403
    assert json.loads(body)["Message"].startswith("Forbidden. For troubleshooting Function URL")
    closed.client.add_permission(
        FunctionName=closed.function,
        StatementId="half",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    assert closed.ask("/")[0] == 403
    assert closed.let_in().ask("/")[0] == 200


@pytest.mark.fidelity("A URL of AuthType AWS_IAM takes signed requests of who may", page=AUTH)
def test_iam_urls_want_a_signature(cloud: CloudProcess) -> None:
    closed = Url(cloud, "AWS_IAM")
    assert closed.ask("/")[0] == 403
    status, body = closed.signed("x", cloud.access_key_id, cloud.secret_access_key)
    assert status == 200
    event = json.loads(body)["event"]
    assert event["requestContext"]["authorizer"]["iam"]["accessKey"] == cloud.access_key_id
    status, body = closed.signed("x", cloud.access_key_id, "wrong")
    assert status == 403
    assert "signature" in json.loads(body)["Message"]

    iam = cloud.client("iam")
    name = f"u-{uuid.uuid4().hex[:8]}"
    user = iam.create_user(UserName=name)["User"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    pair = (key["AccessKeyId"], key["SecretAccessKey"])
    assert closed.signed("x", *pair)[0] == 403
    closed.let_in(user["Arn"], "AWS_IAM")
    assert closed.signed("x", *pair)[0] == 200


def test_an_alias_has_a_url_of_its_own(cloud: CloudProcess) -> None:
    first = Url(cloud)
    first.client.publish_version(FunctionName=first.function)
    first.client.create_alias(FunctionName=first.function, Name="live", FunctionVersion="1")
    made = first.client.create_function_url_config(
        FunctionName=first.function, AuthType="AWS_IAM", Qualifier="live"
    )
    first.address = urlsplit(made["FunctionUrl"])
    assert first.signed("x", cloud.access_key_id, cloud.secret_access_key)[0] == 200


def test_a_url_that_is_not_there_is_not_found(cloud: CloudProcess) -> None:
    gone = Url(cloud).let_in()
    assert gone.ask("/")[0] == 200
    gone.client.delete_function_url_config(FunctionName=gone.function)
    assert gone.ask("/")[0] == 404


@pytest.mark.fidelity("With no concurrency left a function URL answers 429", page=AUTH)
def test_a_throttled_url_is_429(cloud: CloudProcess) -> None:
    throttled = Url(cloud).let_in()
    throttled.client.put_function_concurrency(
        FunctionName=throttled.function, ReservedConcurrentExecutions=0
    )
    assert throttled.ask("/")[0] == 429


def test_pages_of_allowed_origins_may_read_the_answer(cloud: CloudProcess) -> None:
    shared = Url(cloud, Cors={"AllowOrigins": ["https://a.example"]}).let_in()
    _, headers, _ = shared.ask("/", headers={"Origin": "https://a.example"})
    assert headers["Access-Control-Allow-Origin"] == "https://a.example"
