"""A whole cloud with strict isolation: functions reach the cloud by boto3, and nothing else."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from lab_helpers.emulator.runtime.isolation import find_isolation
from tests.cloud_process import CloudProcess


@pytest.fixture(scope="module")
def strict_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAMBDA_DOJO_ISOLATION", "strict")
        found = find_isolation(tmp_path_factory.mktemp("probe"))
    if not found.is_strict:
        pytest.skip(f"no strict isolation here: {found.reason}")
    cloud = CloudProcess.start(
        tmp_path_factory.mktemp("strict"),
        *("--port", "0", "--forget", "--parent-pid", str(os.getpid())),
        environ={"LAMBDA_DOJO_ISOLATION": "strict"},
    )
    yield cloud
    cloud.stop()


def invoke(cloud: CloudProcess, function: str, event: object = None) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


def test_a_function_uses_aws_and_no_other_server(strict_cloud: CloudProcess) -> None:
    strict_cloud.client("s3").create_bucket(Bucket="strict-bucket")
    function = strict_cloud.create_function(
        """
import boto3, os, socket
s3 = boto3.client("s3")
def handler(event, context):
    s3.put_object(Bucket="strict-bucket", Key="key", Body=b"content" * 100_000)
    size = len(s3.get_object(Bucket="strict-bucket", Key="key")["Body"].read())
    try:
        socket.create_connection(("127.0.0.1", event), 2).close()
        other = "reached"
    except OSError as error:
        other = type(error).__name__
    who = boto3.client("sts").get_caller_identity()["Arn"]
    return [size, other, who, [n for n in os.listdir("/proc") if n.isdigit()]]
""",
        Timeout=20,
        MemorySize=512,
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(2):
            size, other, who, processes = invoke(strict_cloud, function, server.getsockname()[1])
            assert size == 700_000
            assert other == "ConnectionRefusedError"
            assert f"assumed-role/exec/{function}" in who
            assert sorted(processes) == ["1", "2"]
    assert any("REPORT" in line for line in strict_cloud.log_lines(function))


def test_a_function_that_crashed_and_others_at_once_reach_the_cloud(
    strict_cloud: CloudProcess,
) -> None:
    function = strict_cloud.create_function(
        """
import boto3, os
def handler(event, context):
    if event == "exit": os._exit(1)
    return boto3.client("sts").get_caller_identity()["Account"]
""",
        Timeout=20,
        MemorySize=512,
    )
    other = strict_cloud.create_function("def handler(event, context): return event")
    for event in (1, "exit", 2):
        found = invoke(strict_cloud, function, event)
        assert (found == strict_cloud.account_id) is (event != "exit")
        assert invoke(strict_cloud, other, event) == event
    strict_cloud.client("lambda").delete_function(FunctionName=function)
    assert invoke(strict_cloud, other, "still") == "still"
