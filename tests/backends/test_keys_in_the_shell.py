"""``lambda-dojo cloud run`` from a shell that has real keys: they go nowhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cloud_process import CloudProcess

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIDREALREALREALREAL",
    "AWS_SECRET_ACCESS_KEY": "real-secret-key-of-the-learner",
    "AWS_SESSION_TOKEN": "real-session-token-of-the-learner",
    "AWS_PROFILE": "real-profile-of-the-learner",
    "AWS_SHARED_CREDENTIALS_FILE": "/real-file-of-the-learner",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "real-authorization-of-the-learner",
}
SOURCE = """
import os, boto3
def handler(event, context):
    return [dict(os.environ), boto3.client("sts").get_caller_identity()["Arn"]]
"""


@pytest.fixture(scope="module")
def shell_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    home = tmp_path_factory.mktemp("home")
    broken = tmp_path_factory.mktemp("aws") / "config"
    broken.write_text("this is no configuration file")
    environ = REAL | {"AWS_CONFIG_FILE": str(broken)}
    running = CloudProcess.start(home, "--port", "0", environ=environ)
    yield running
    running.stop()


def secrets_in(text: str) -> list[str]:
    return [value for value in REAL.values() if value in text]


@pytest.mark.slow
def test_no_function_and_no_process_of_the_cloud_gets_them(shell_cloud: CloudProcess) -> None:
    function = shell_cloud.create_function(SOURCE, Timeout=20)
    answer = shell_cloud.client("lambda").invoke(FunctionName=function)
    environ, arn = json.load(answer["Payload"])
    assert secrets_in(json.dumps(environ)) == []
    assert f"assumed-role/exec/{function}" in arn
    if not sys.platform.startswith("linux"):
        return  # what other processes have in their environment is told there only
    children = psutil.Process(shell_cloud.process.pid).children(recursive=True)
    assert children, "a function's process is there"
    for child in children:
        assert secrets_in(str(child.environ())) == [], child.cmdline()


@pytest.mark.slow
def test_nothing_that_the_cloud_keeps_holds_them(shell_cloud: CloudProcess) -> None:
    function = shell_cloud.create_function(SOURCE, Timeout=20)
    shell_cloud.client("lambda").invoke(FunctionName=function)
    kept = [path for path in Path(shell_cloud.home).rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert secrets_in(path.read_bytes().decode("latin-1")) == [], path
