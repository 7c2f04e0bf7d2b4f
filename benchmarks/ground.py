"""One running contender, prepared: the role, the functions and the clients that figures use."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from benchmarks.contender import BenchmarkError, Server

ACTIVE_PATIENCE_S = 60.0
LOOK_EVERY_S = 0.002
MEMORY_MB = 1769
"""One whole vCPU at AWS: no contender that gives CPU by memory slows a function down."""
NAMELESS = "noop"

SILENT = "def handler(event, context):\n    return 1\n"
PRINTING = "def handler(event, context):\n    print('hello')\n    return 1\n"
SLEEPING = "import time\n\n\ndef handler(event, context):\n    time.sleep(0.05)\n"
WITH_BOTO3 = (
    "import boto3\ns3 = boto3.client('s3')\n\n\ndef handler(event, context):\n    return 1\n"
)
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_MAY_LOG_AND_POLL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["logs:*", "sqs:*"], "Resource": "*"}],
}


class Ground:
    """Clients are made once; making one costs more than a call."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.contender = server.contender

    @cached_property
    def lambda_client(self) -> Any:
        return self.server.client("lambda")

    @cached_property
    def s3(self) -> Any:
        return self.server.client("s3")

    @cached_property
    def sqs(self) -> Any:
        return self.server.client("sqs")

    @cached_property
    def sts(self) -> Any:
        return self.server.client("sts")

    @cached_property
    def logs(self) -> Any:
        return self.server.client("logs")

    @cached_property
    def role_arn(self) -> str:
        """Of an execution role that may write logs and read queues."""
        iam = self.server.client("iam")
        made = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(_TRUST))
        iam.put_role_policy(
            RoleName="bench", PolicyName="all", PolicyDocument=json.dumps(_MAY_LOG_AND_POLL)
        )
        return str(made["Role"]["Arn"])

    @cached_property
    def silent_function(self) -> str:
        """Name of a function that stays."""
        return self.new_function(SILENT) if self.contender.runs_functions else NAMELESS

    @cached_property
    def printing_function(self) -> str:
        return self.new_function(PRINTING) if self.contender.runs_functions else NAMELESS

    @cached_property
    def sleeping_function(self) -> str:
        return self.new_function(SLEEPING) if self.contender.runs_functions else NAMELESS

    @cached_property
    def plain_bucket(self) -> str:
        """Name of a bucket that notifies nobody."""
        return self.new_bucket() if self.contender.keeps_resources else NAMELESS

    def new_bucket(self) -> str:
        name = f"bench-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=name)
        return name

    @contextlib.contextmanager
    def queue(self) -> Iterator[str]:
        """URL of an empty queue; some clouds take longer the more messages wait."""
        if not self.contender.keeps_resources:
            yield f"{self.server.endpoint}/000000000000/{NAMELESS}"
            return
        name = f"bench-{uuid.uuid4().hex[:12]}"
        url = str(self.sqs.create_queue(QueueName=name)["QueueUrl"])
        yield url
        self.sqs.delete_queue(QueueUrl=url)

    def new_function(self, source: str, **variables: str) -> str:
        """Name of a function that can be invoked now."""
        name = f"bench-{uuid.uuid4().hex[:12]}"
        self.create_function(name, zipped(source), **variables)
        self.wait_until_active(name)
        return name

    def create_function(self, name: str, package: bytes, **variables: str) -> None:
        self.lambda_client.create_function(
            FunctionName=name,
            Role=self.role_arn,
            Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            Handler="m.handler",
            Code={"ZipFile": package},
            Timeout=60,
            MemorySize=MEMORY_MB,
            Environment={"Variables": variables},
        )

    def wait_until_active(self, name: str) -> None:
        """As boto3's waiter, which would look every second only."""
        deadline = time.monotonic() + ACTIVE_PATIENCE_S
        while time.monotonic() < deadline:
            state = self.lambda_client.get_function_configuration(FunctionName=name).get("State")
            if state == "Active":
                return
            time.sleep(LOOK_EVERY_S)
        raise BenchmarkError(f"the function is still {state} after {ACTIVE_PATIENCE_S:.0f} s")

    def invoke(self, name: str, event: bytes = b"{}") -> bytes:
        """The function's result. Raises BenchmarkError where it failed."""
        answer = self.lambda_client.invoke(FunctionName=name, Payload=event)
        payload: bytes = answer["Payload"].read()
        if "FunctionError" in answer:
            raise BenchmarkError(f"the function failed: {payload[:300]!r}")
        return payload

    def delete_function(self, name: str) -> None:
        self.lambda_client.delete_function(FunctionName=name)


def zipped(source: str) -> bytes:
    """A deployment package whose module is ``m``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m.py", source)
    return buffer.getvalue()
