"""A real embedded cloud in a process of its own, as ``lambda-dojo cloud run`` starts it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from lab_helpers.backends.backend import Capability, Credentials
from lab_helpers.backends.endpoint import EndpointBackend

START_PATIENCE_S = 60.0
TRUST_LAMBDA = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def clean_environment(home: Path) -> dict[str, str]:
    """The test's environment without anything that could lead to AWS or another cloud."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "LAMBDA_DOJO_", "LAB_"))
    }
    return kept | {"LAMBDA_DOJO_HOME": str(home), "PYTHONUNBUFFERED": "1"}


class CloudProcess:
    """Started by ``start``; ends with ``stop``, at the latest."""

    def __init__(self, process: subprocess.Popen[str], facts: dict[str, str], home: Path) -> None:
        self.process = process
        self.home = home
        self.endpoint = facts["endpoint"]
        self.region = facts["region"]
        self.account_id = facts["account_id"]
        self.access_key_id = facts["access_key_id"]
        self.secret_access_key = facts["secret_access_key"]
        self._session = boto3.Session(
            self.access_key_id, self.secret_access_key, region_name=self.region
        )

    @classmethod
    def start(
        cls, home: Path, *arguments: str, environ: Mapping[str, str] | None = None
    ) -> CloudProcess:
        process = subprocess.Popen(
            [sys.executable, "-m", "lab_helpers", "cloud", "run", "--json", *arguments],
            stdout=subprocess.PIPE,
            env=clean_environment(home) | dict(environ or {}),
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"the cloud did not start: exit status {process.wait(10)}")
        return cls(process, json.loads(line), home)

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C in the other terminal does; its exit status."""
        self.process.terminate()
        return self.process.wait(20)

    def client(self, service: str, **config: Any) -> Any:
        settings = Config(retries={"max_attempts": 0}, read_timeout=60, **config)
        return self._session.client(service, endpoint_url=self.endpoint, config=settings)

    def backend(self, patience_s: float = 1.0) -> EndpointBackend:
        """The cloud as the labs see it."""
        return EndpointBackend(
            name="embedded",
            endpoint_url=self.endpoint,
            region=self.region,
            account_id=self.account_id,
            credentials=Credentials(self.access_key_id, self.secret_access_key),
            capabilities=frozenset(Capability),
            patience_s=patience_s,
        )

    def role(self) -> str:
        """ARN of an execution role that Lambda may assume and that may do everything."""
        iam = self.client("iam")
        try:
            made = iam.create_role(RoleName="exec", AssumeRolePolicyDocument=TRUST_LAMBDA)
        except iam.exceptions.EntityAlreadyExistsException:
            made = iam.get_role(RoleName="exec")
        iam.attach_role_policy(
            RoleName="exec", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        )
        return str(made["Role"]["Arn"])

    def create_function(self, source: str, **settings: Any) -> str:
        """Name of a new function, active, whose handler is ``m.handler`` in ``source``."""
        name = settings.pop("FunctionName", f"f-{uuid.uuid4().hex[:12]}")
        code = settings.pop("Code", {"ZipFile": zipped({"m.py": source})})
        lambda_client = self.client("lambda")
        lambda_client.create_function(
            FunctionName=name,
            Role=self.role(),
            Runtime=settings.pop("Runtime", own_runtime()),
            Handler=settings.pop("Handler", "m.handler"),
            Code=code,
            **settings,
        )
        lambda_client.get_waiter("function_active_v2").wait(FunctionName=name)
        return str(name)

    def change_function(self, function: str, **changes: Any) -> None:
        """Update its configuration, or with ``ZipFile`` its code, and wait until that is done."""
        lambda_client = self.client("lambda")
        code = "ZipFile" in changes
        update = (
            lambda_client.update_function_code
            if code
            else lambda_client.update_function_configuration
        )
        update(FunctionName=function, **changes)
        lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)

    def log_lines(self, function: str) -> list[str]:
        events = self.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")
        return [event["message"] for event in events["events"]]


def own_runtime() -> str:
    """The Python runtime whose interpreter surely is here: the one that runs the tests."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def eventually(look: Callable[[], Any], patience_s: float = 20.0) -> Any:
    """What ``look`` returns once it is true: for effects that arrive on their own."""
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"still {found!r} after {patience_s} s")
        time.sleep(0.05)
