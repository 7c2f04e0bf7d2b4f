"""Run as a program: the console on moto alone, which knows nothing of us; its answers as JSON.

A process of its own, because the embedded cloud changes moto where it is loaded.
"""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import Any

import boto3
from moto import mock_aws

from lab_helpers.backends.capability_table import capabilities_of
from lab_helpers.notebook.console.function_console import CONFIGURATION, FunctionConsole
from tests.cloud_process import TRUST_LAMBDA, zipped

ASKED: list[dict[str, Any]] = [
    *({"ask": name} for name in ("open", "code", "test", "metrics", "logs")),
    {"ask": "invoke", "with": {"event": "{}", "type": "RequestResponse"}},
    *({"ask": name} for name in (*CONFIGURATION, "versions", "aliases")),
    {"ask": "act", "action": "environment", "with": {"variables": [["TABLE", "orders"]]}},
    {"ask": "act", "action": "publish_version", "with": {"description": "first"}},
    {
        "ask": "act",
        "action": "create_alias",
        "with": {"name": "live", "version": "1", "other_version": "", "weight": ""},
    },
    {"ask": "act", "action": "deploy", "with": {"files": {"m.py": ""}}},
]


def main() -> None:
    """Print what the console told: name of the question → its answer."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    session = boto3.Session(region_name="us-east-1")
    with mock_aws(config={"lambda": {"use_docker": False}}):
        role = session.client("iam").create_role(
            RoleName="exec", AssumeRolePolicyDocument=TRUST_LAMBDA
        )
        session.client("lambda").create_function(
            FunctionName="f",
            Role=role["Role"]["Arn"],
            Runtime="python3.12",
            Handler="m.handler",
            Code={"ZipFile": zipped({"m.py": "def handler(event, context): return 1"})},
        )
        cloud: Any = SimpleNamespace(
            session=lambda: session,
            region="us-east-1",
            account_id="123456789012",
            name="endpoint",
            capabilities=capabilities_of("endpoint"),
        )
        console = FunctionConsole(cloud, "f", "en")
        told = {one.get("action", one["ask"]): console.answer(one) for one in ASKED}
        told["table"] = {"data": console.table()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
