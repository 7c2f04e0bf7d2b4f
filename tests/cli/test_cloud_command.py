"""``lambda-dojo cloud``, as a user types it."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cloud_process import CloudProcess, clean_environment, eventually

# One worker has the cloud that was given its key.
pytestmark = pytest.mark.xdist_group("cloud_command")


def dojo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab_helpers", "cloud", *arguments]
    environ = clean_environment(home)
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """A cloud that was given its key."""
    key = ("--access-key-id", "AKIAGIVENGIVENGIVEN0", "--secret-access-key", "given")
    cloud = CloudProcess.start(tmp_path_factory.mktemp("given"), "--port", "0", *key)
    yield cloud
    cloud.stop()


def test_the_json_line_has_what_a_client_needs_and_the_given_key(given: CloudProcess) -> None:
    assert (given.access_key_id, given.secret_access_key) == ("AKIAGIVENGIVENGIVEN0", "given")
    assert given.client("sts").get_caller_identity()["Account"] == given.account_id


def test_a_key_of_any_form_is_the_learners(tmp_path: Path) -> None:
    key = ("--access-key-id", "test", "--secret-access-key", "test")
    cloud = CloudProcess.start(tmp_path, "--port", "0", *key)
    try:
        arn = cloud.client("sts").get_caller_identity()["Arn"]
        assert arn == f"arn:aws:iam::{cloud.account_id}:user/learner"
    finally:
        assert cloud.stop() == 0
    assert not list((tmp_path / "clouds").glob("*.json"))


@pytest.mark.slow
def test_status_stop_and_reset_find_the_running_cloud(tmp_path: Path) -> None:
    assert dojo(tmp_path, "status").returncode == 1
    cloud = CloudProcess.start(tmp_path, "--port", "0")
    try:
        assert cloud.endpoint in dojo(tmp_path, "status").stdout
        cloud.client("s3").create_bucket(Bucket="to-be-forgotten")
        function = cloud.create_function("def handler(event, context): return 1")
        cloud.client("lambda").invoke(FunctionName=function)
        assert dojo(tmp_path, "reset").returncode == 0
        assert cloud.client("s3").list_buckets()["Buckets"] == []
        assert cloud.client("lambda").list_functions()["Functions"] == []
        assert dojo(tmp_path, "stop").returncode == 0
        assert cloud.process.wait(10) == 0
    finally:
        cloud.process.kill()
    assert dojo(tmp_path, "status").returncode == 1


def test_the_run_file_is_the_owners_alone(given: CloudProcess) -> None:
    (run_file,) = (given.home / "clouds").glob("*.json")
    if sys.platform != "win32":
        assert stat.S_IMODE(run_file.stat().st_mode) == 0o600
    assert json.loads(run_file.read_text())["endpoint"] == given.endpoint


def test_half_a_key_is_refused_in_words(tmp_path: Path) -> None:
    done = dojo(tmp_path, "run", "--access-key-id", "AKIA")
    assert done.returncode == 1
    assert "--secret-access-key" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_refused_in_words(given: CloudProcess, tmp_path: Path) -> None:
    done = dojo(tmp_path, "run", "--port", given.endpoint.rsplit(":", 1)[1])
    assert done.returncode == 1
    assert "cloud status" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_without_a_port_a_second_cloud_takes_another(tmp_path: Path) -> None:
    first = CloudProcess.start(tmp_path / "one")
    try:
        second = CloudProcess.start(tmp_path / "two")
        second.stop()
        assert second.endpoint != first.endpoint
    finally:
        first.stop()


def family(cloud: CloudProcess) -> list[psutil.Process]:
    root = psutil.Process(cloud.process.pid)
    return [root, *root.children(recursive=True)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["SIGINT", pytest.param("SIGTERM", marks=pytest.mark.slow), "SIGKILL"]
)
def test_nothing_is_left_running_however_the_cloud_ends(tmp_path: Path, how: str) -> None:
    if not hasattr(signal, how):
        pytest.skip(f"no {how} on this platform")
    cloud = CloudProcess.start(tmp_path, "--port", "0")
    function = cloud.create_function("def handler(event, context): return 1")
    cloud.client("lambda").invoke(FunctionName=function)
    processes = family(cloud)
    assert len(processes) >= 2
    cloud.process.send_signal(getattr(signal, how))
    cloud.process.wait(20)
    eventually(lambda: not any(one.is_running() for one in processes))
