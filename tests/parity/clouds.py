"""A cloud under comparison: the embedded one, or another that we did not write."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, eventually, own_runtime, zipped

EMBEDDED = "embedded"
PATIENCE_S = 30.0
"""For effects that arrive on their own: only a behaviour that is not there waits so long."""
PEER_PATIENCE_S = {"ministack": 8.0, "localstack": 20.0}
"""What a peer does not do is waited for to the end. LocalStack lacks little and is often late."""
OFTEN = {"Delay": 0.05, "MaxAttempts": 600}
"""How waiters look: they would wait a second after the first look."""
ECHO = "def handler(event, context):\n    return event\n"


@dataclass(frozen=True)
class ParityCloud:
    """Where one behaviour is looked at.

    Attributes:
        name: of the backend: ``embedded``, ``ministack`` or ``localstack``.
        version: of the software that answers.
    """

    name: str
    version: str
    endpoint: str
    account_id: str
    region: str = "us-east-1"
    keys: tuple[str, str] = ("test", "test")
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def patience_s(self) -> float:
        return PEER_PATIENCE_S.get(self.name, PATIENCE_S)

    def client(self, service: str) -> Any:
        """Each is made once; it tries nothing twice, so that every answer is seen."""
        if service not in self._clients:
            session = boto3.Session(*self.keys, region_name=self.region)
            self._clients[service] = session.client(  # type: ignore[call-overload]
                service,
                endpoint_url=self.endpoint,
                config=Config(
                    retries={"max_attempts": 0},
                    read_timeout=60,
                    proxies={},
                    parameter_validation=False,  # the cloud is to refuse, not botocore
                ),
            )
        return self._clients[service]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def role(self) -> str:
        """ARN of a role that Lambda may assume and that may do everything."""
        iam = self.client("iam")
        try:
            made = iam.create_role(RoleName="parity", AssumeRolePolicyDocument=TRUST_LAMBDA)
        except iam.exceptions.EntityAlreadyExistsException:
            made = iam.get_role(RoleName="parity")
        else:
            everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
            iam.put_role_policy(RoleName="parity", PolicyName="all", PolicyDocument=document)
        return str(made["Role"]["Arn"])

    def create_function(self, source: str = ECHO, **settings: Any) -> str:
        """Name of a new function, active, whose handler is ``m.handler`` in ``source``."""
        name = str(settings.pop("FunctionName", new_name()))
        asked = {"Runtime": own_runtime(), "Handler": "m.handler", "Role": self.role()}
        code = {"ZipFile": zipped({"m.py": source})}
        self.client("lambda").create_function(
            **{"FunctionName": name, "Code": code} | asked | settings
        )
        self.wait_until_active(name)
        return name

    def wait_until_active(self, name: str) -> None:
        waiter = self.client("lambda").get_waiter("function_active_v2")
        waiter.wait(FunctionName=name, WaiterConfig=OFTEN)

    def update_code(self, name: str, source: str) -> None:
        self.client("lambda").update_function_code(
            FunctionName=name, ZipFile=zipped({"m.py": source})
        )
        self._wait_until_updated(name)

    def configure(self, name: str, **changes: Any) -> None:
        self.client("lambda").update_function_configuration(FunctionName=name, **changes)
        self._wait_until_updated(name)

    def _wait_until_updated(self, name: str) -> None:
        waiter = self.client("lambda").get_waiter("function_updated_v2")
        waiter.wait(FunctionName=name, WaiterConfig=OFTEN)

    def function_arn(self, name: str) -> str:
        return self.arn("lambda", f"function:{name}")

    def invoke(self, name: str, event: Any = None, **options: Any) -> dict[str, Any]:
        """The answer, with ``Payload`` read: bytes of JSON become its value."""
        answer = self.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event if event is not None else {}), **options
        )
        content = answer["Payload"].read()
        answer["Payload"] = json.loads(content) if content else None
        return dict(answer)

    def queue(self, **attributes: str) -> tuple[str, str]:
        """``(URL, ARN)`` of a new queue."""
        sqs = self.client("sqs")
        name = new_name("q")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return str(url), self.arn("sqs", name)

    def received(self, queue_url: str) -> dict[str, Any]:
        """The next message of a queue, with its attributes; waits for it."""

        def look() -> Any:
            return (
                self.client("sqs")
                .receive_message(
                    QueueUrl=queue_url,
                    WaitTimeSeconds=1,
                    MessageAttributeNames=["All"],
                    AttributeNames=["All"],
                )
                .get("Messages")
            )

        try:
            messages = eventually(look, self.patience_s)
        except AssertionError:
            raise AssertionError(f"nothing arrived in {self.patience_s:.0f} s") from None
        return dict(messages[0])

    def reporting_function(self, **settings: Any) -> tuple[str, str]:
        """``(function, queue URL)``: what the function is invoked with arrives in the queue."""
        url, _ = self.queue()
        source = (
            "import json, os, boto3\n"
            "def handler(event, context):\n"
            f"    sqs = boto3.client('sqs', endpoint_url={self.endpoint!r})\n"
            f"    sqs.send_message(QueueUrl={url!r}, MessageBody=json.dumps(event))\n"
        )
        settings.setdefault("Timeout", 15)
        return self.create_function(source, **settings), url

    def event_of(self, queue_url: str) -> Any:
        """The event that a reporting function got."""
        return json.loads(self.received(queue_url)["Body"])


def new_name(prefix: str = "f") -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def refused(call: Callable[[], Any]) -> tuple[str, str, int]:
    """``(code, message, HTTP status)`` of AWS's refusal."""
    try:
        call()
    except ClientError as error:
        found = error.response
        status = found["ResponseMetadata"]["HTTPStatusCode"]
        return found["Error"]["Code"], found["Error"]["Message"], status
    raise AssertionError("it was not refused")
