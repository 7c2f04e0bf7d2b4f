"""A request cannot be authorised as one thing and done as another."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.cloud_process import CloudProcess

FORM = "application/x-www-form-urlencoded"
JSON = "application/x-amz-json-1.0"


class LimitedUser:
    """A user with one permission, who signs requests by hand."""

    def __init__(self, cloud: CloudProcess, action: str, resource: str = "*") -> None:
        self.cloud = cloud
        iam = cloud.client("iam")
        self.name = f"user-{uuid.uuid4().hex[:8]}"
        iam.create_user(UserName=self.name)
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=self.name, PolicyName="p", PolicyDocument=document)
        key = iam.create_access_key(UserName=self.name)["AccessKey"]
        self._credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    def send(
        self,
        service: str,
        path: str = "/",
        body: str | bytes = "",
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> tuple[int, str]:
        """(status, body) of the answer."""
        url = self.cloud.endpoint + path
        request = AWSRequest(method, url, headers=dict(headers or {}), data=body)
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(self._credentials, service, self.cloud.region).add_auth(request)
        content = body.encode() if isinstance(body, str) else body
        sent = urllib.request.Request(
            url, content or None, headers=dict(request.headers), method=method
        )
        try:
            with urllib.request.urlopen(sent) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def queues(cloud: CloudProcess) -> tuple[str, str]:
    """URLs of two queues: one that the user may use, one that it may not."""
    sqs, name = cloud.client("sqs"), uuid.uuid4().hex[:8]
    made = [sqs.create_queue(QueueName=f"{kind}-{name}") for kind in ("open", "closed")]
    return made[0]["QueueUrl"], made[1]["QueueUrl"]


def arn_of(cloud: CloudProcess, url: str) -> str:
    return f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{url.rsplit('/', 1)[-1]}"


def still_there(cloud: CloudProcess, url: str) -> bool:
    return bool(cloud.client("sqs").get_queue_attributes(QueueUrl=url))


def test_a_message_that_looks_like_a_form_is_a_message(cloud: CloudProcess) -> None:
    url, _ = queues(cloud)
    text = "first&Action=DeleteQueue&QueueName=x"
    sqs = cloud.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody=text)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == text


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        ("/?Action=DeleteQueue", {}),
        ("/", {"Action": "DeleteQueue"}),
        ("/", {"X-Amz-Target": "AmazonSQS.SendMessage", "action": "DeleteQueue"}),
    ],
)
def test_an_action_beside_the_target_is_not_read(
    cloud: CloudProcess, path: str, extra: dict[str, str]
) -> None:
    url, _ = queues(cloud)
    user = LimitedUser(cloud, "sqs:SendMessage")
    headers = {"Content-Type": JSON, "X-Amz-Target": "AmazonSQS.SendMessage"} | extra
    body = json.dumps({"QueueUrl": url, "MessageBody": "x"})
    assert user.send("sqs", path, body, headers)[0] == 200
    assert still_there(cloud, url)


def test_members_are_read_from_one_place(cloud: CloudProcess) -> None:
    open_url, closed_url = queues(cloud)
    user = LimitedUser(cloud, "sqs:*", arn_of(cloud, open_url))
    headers = {"Content-Type": JSON, "X-Amz-Target": "AmazonSQS.SendMessage"}
    beside = "/?" + urllib.parse.urlencode({"QueueUrl": closed_url})
    inside = f"x&QueueUrl={closed_url}&"
    body = json.dumps({"QueueUrl": open_url, "MessageBody": inside})
    for path in ("/", beside):
        assert user.send("sqs", path, body, headers)[0] == 200
    sqs = cloud.client("sqs")
    assert "Messages" not in sqs.receive_message(QueueUrl=closed_url)
    form = urllib.parse.urlencode(
        {"Action": "SendMessage", "QueueUrl": open_url, "MessageBody": "x"}
    )
    user.send("sqs", beside, form, {"Content-Type": FORM})
    assert "Messages" not in sqs.receive_message(QueueUrl=closed_url)


def test_a_target_header_does_not_rename_a_form(cloud: CloudProcess) -> None:
    user = LimitedUser(cloud, "sqs:ListQueues")
    form = urllib.parse.urlencode({"Action": "ListUsers", "Version": "2010-05-08"})
    for target in ("X.GetCallerIdentity", "X.GetUser"):
        headers = {"Content-Type": FORM, "X-Amz-Target": target}
        status, text = user.send("iam", "/", form, headers)
        assert (status, "iam:ListUsers" in text) == (403, True)
    status, _ = user.send("sts", "/?Action=GetCallerIdentity", form, {"Content-Type": FORM})
    assert status == 403


def test_multipart_forms_are_not_read(cloud: CloudProcess) -> None:
    user = LimitedUser(cloud, "iam:GetUser")
    body = '--b\r\nContent-Disposition: form-data; name="Action"\r\n\r\nListUsers\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert user.send("iam", "/?Action=GetUser", body, headers)[0] == 400


def test_a_role_hidden_by_the_content_type_is_found(cloud: CloudProcess) -> None:
    user = LimitedUser(cloud, "lambda:*")
    new = {
        "FunctionName": f"f-{uuid.uuid4().hex[:8]}",
        "Role": cloud.role(),
        "Runtime": "python3.13",
        "Handler": "m.h",
        "Code": {"ZipFile": ""},
    }
    status, text = user.send(
        "lambda", "/2015-03-31/functions", json.dumps(new), {"Content-Type": "text/plain"}
    )
    assert (status, "iam:PassRole" in text) == (403, True)


def test_a_target_header_does_not_rename_an_invocation(cloud: CloudProcess) -> None:
    user = LimitedUser(cloud, "lambda:GetFunction")
    name = cloud.create_function("def handler(e, c): return 'ran'")
    headers = {"Content-Type": JSON, "X-Amz-Target": "X.GetFunction"}
    status, text = user.send("lambda", f"/2015-03-31/functions/{name}/invocations", "{}", headers)
    assert (status, "lambda:InvokeFunction" in text) == (403, True)


def test_every_deleted_object_is_asked_for(cloud: CloudProcess) -> None:
    bucket = f"b-{uuid.uuid4().hex[:8]}"
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    for key in ("open/a", "closed/b"):
        s3.put_object(Bucket=bucket, Key=key)
    user = LimitedUser(cloud, "s3:DeleteObject", f"arn:aws:s3:::{bucket}/open/*")
    objects = "<Object><Key>open/a</Key></Object><Object ><Key\n>closed/<!-- -->b</Key ></Object>"
    body = f"<Delete>{objects}</Delete>"
    status, _ = user.send("s3", f"/{bucket}?delete", body, {"Content-Type": "application/xml"})
    assert status == 403
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2
