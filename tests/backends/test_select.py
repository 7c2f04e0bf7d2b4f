"""Which cloud a lab talks to: the one that runs, the one that is named, never AWS by accident."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab_helpers.backends import embedded
from lab_helpers.backends.backend import Capability, Credentials
from lab_helpers.backends.embedded import embedded_backend, start_cloud
from lab_helpers.backends.select import select_backend
from lab_helpers.backends.session import endpoint_session
from lab_helpers.emulator.run_file import RunFile, own_creation_time, write_run_file
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings


def running(home: Path, port: int, started: float = 1.0) -> str:
    """Publish a cloud that lives as long as this test does."""
    run_file = RunFile(
        endpoint=f"http://127.0.0.1:{port}",
        region="us-east-1",
        account_id="123456789012",
        access_key_id=f"AKIA{port}",
        secret_access_key="secret",
        pid=os.getpid(),
        port=port,
        started=started,
        created=own_creation_time(),
    )
    write_run_file(home, run_file)
    return run_file.endpoint


def test_the_running_cloud_is_joined_the_newest_first(tmp_path: Path) -> None:
    running(tmp_path, 4001, started=1.0)
    running(tmp_path, 4002, started=2.0)
    backend = embedded_backend(Settings(home=tmp_path), {})
    assert backend.endpoint_url == "http://127.0.0.1:4002"
    assert backend.credentials == Credentials("AKIA4002", "secret")
    assert {Capability.JOURNAL, Capability.RESET} <= backend.capabilities
    assert backend.environment()["AWS_ENDPOINT_URL"] == backend.endpoint_url
    assert "secret" not in repr(backend)


def test_the_environment_chooses_among_several_clouds(tmp_path: Path) -> None:
    first = running(tmp_path, 4001, started=1.0)
    running(tmp_path, 4002, started=2.0)
    env = {"LAMBDA_DOJO_ENDPOINT": first + "/", "LAMBDA_DOJO_HOME": str(tmp_path)}
    assert select_backend(environ=env).endpoint_url == first
    gone = env | {"LAMBDA_DOJO_ENDPOINT": "http://127.0.0.1:1"}
    assert select_backend(environ=gone).endpoint_url == "http://127.0.0.1:4002"


def test_where_none_runs_and_none_may_start_the_error_says_how(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="lambda-dojo cloud run"):
        embedded_backend(Settings(home=tmp_path), {}, start=False)


def test_where_none_runs_one_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {
        "endpoint": "http://127.0.0.1:5",
        "region": "us-east-1",
        "account_id": "123456789012",
        "access_key_id": "a",
        "secret_access_key": "s",
    }
    monkeypatch.setattr(embedded, "start_cloud", lambda _: facts)
    assert embedded_backend(Settings(home=tmp_path), {}).endpoint_url == "http://127.0.0.1:5"


def test_a_cloud_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "lab_helpers"
    broken.mkdir()
    (broken / "__init__.py").touch()
    (broken / "__main__.py").write_text("raise SystemExit('the port is taken')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DojoError, match="the port is taken"):
        start_cloud(Settings(home=tmp_path))


@pytest.mark.slow
def test_a_started_cloud_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "from lab_helpers import select_backend\n"
        "backend = select_backend()\n"
        "backend.session().client('s3').list_buckets()\n"
        "print(backend.endpoint_url)"
    )
    env = {**os.environ, "LAMBDA_DOJO_HOME": str(tmp_path)}
    env.pop("LAMBDA_DOJO_ENDPOINT", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("http://127.0.0.1:")
    deadline = time.monotonic() + 10
    while list((tmp_path / "clouds").glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((tmp_path / "clouds").glob("*.json")) == []


def test_localstack_follows_the_variables_that_localstack_follows() -> None:
    def url(**env: str) -> str | None:
        return select_backend("localstack", environ=env).endpoint_url

    assert url() == "http://localhost:4566"
    assert url(LOCALSTACK_HOST="box") == "http://box:4566"
    assert url(LOCALSTACK_HOST="box:1234") == "http://box:1234"
    assert url(LOCALSTACK_HOST="box", AWS_ENDPOINT_URL="http://other:1/") == "http://other:1"
    backend = select_backend("localstack", environ={"AWS_ACCESS_KEY_ID": "real"})
    assert backend.credentials == Credentials("test", "test")
    assert backend.account_id == "000000000000"
    assert Capability.RESET not in backend.capabilities


def test_ministack_is_a_stand_in_with_fixed_keys_and_declared_capabilities() -> None:
    backend = select_backend("ministack", environ={"AWS_ACCESS_KEY_ID": "AKIDREAL"})
    assert (backend.name, backend.endpoint_url) == ("ministack", "http://localhost:4566")
    assert backend.credentials == Credentials("test", "test")
    assert Capability.PERMISSIONS not in backend.capabilities
    moved = select_backend("ministack", environ={"GATEWAY_PORT": "5000"})
    assert moved.endpoint_url == "http://localhost:5000"


def test_any_endpoint_can_be_named_by_its_url() -> None:
    backend = select_backend("http://127.0.0.1:9999/", environ={})
    assert (backend.name, backend.endpoint_url) == ("endpoint", "http://127.0.0.1:9999")
    assert backend.credentials == Credentials("test", "test")
    keys = {"LAMBDA_DOJO_ACCESS_KEY_ID": "k", "LAMBDA_DOJO_SECRET_ACCESS_KEY": "s"}
    assert select_backend("http://x", environ=keys).credentials == Credentials("k", "s")


def test_keys_of_the_environment_are_not_sent_to_an_endpoint() -> None:
    real = {"AWS_ACCESS_KEY_ID": "AKIDREAL", "AWS_SECRET_ACCESS_KEY": "s"}
    assert select_backend("http://x", environ=real).credentials == Credentials("test", "test")


@pytest.mark.parametrize(
    "url",
    [
        "https://lambda.us-east-1.amazonaws.com",
        "https://S3.AMAZONAWS.COM./",
        "https://lambda.cn-north-1.amazonaws.com.cn:443/x",
        "https://lambda.us-east-1.api.aws",
    ],
)
def test_an_address_of_aws_is_no_endpoint(url: str) -> None:
    with pytest.raises(DojoError, match="an address of AWS"):
        select_backend(url, environ={})
    for name in ("localstack", "ministack"):
        with pytest.raises(DojoError, match="an address of AWS"):
            select_backend(name, environ={"AWS_ENDPOINT_URL": url})


def test_an_unknown_backend_is_told_with_those_there_are() -> None:
    with pytest.raises(DojoError, match="embedded, localstack, ministack, aws"):
        select_backend("clouds", environ={})


def test_a_session_heeds_neither_profiles_nor_proxies_nor_endpoints_of_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\nendpoint_url = http://wrong:1\n")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://wrong:2")
    monkeypatch.setenv("HTTP_PROXY", "http://wrong:3")
    monkeypatch.setenv("http_proxy", "http://wrong:3")
    session = endpoint_session("http://127.0.0.1:9", "us-east-1", Credentials("a", "b"))
    client = session.client("s3")
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client.meta.region_name == "us-east-1"
    assert client.meta.config.proxies == {}
    assert session.resource("s3").meta.client.meta.endpoint_url == "http://127.0.0.1:9"
