"""Whatever a learner's shell holds, commands in JupyterLab reach the course's cloud only."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.launcher.cloud_process import CloudAccess
from lab_helpers.launcher.learner_environment import learner_environment, write_aws_files
from lab_helpers.settings import Settings

ACCESS = CloudAccess("http://127.0.0.1:4599", "us-east-1", "123456789012", "AKIDCOURSE", "s3cret")
SHELL = {
    "PATH": "/usr/bin",
    "HOME": "/home/learner",
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIDREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_S3": "https://s3.example",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "AWS_CONFIG_FILE": "/home/learner/.aws/config",
    "AWS_CA_BUNDLE": "/corp.pem",
    "JUPYTER_CONFIG_DIR": "/home/learner/.jupyter",
    "JUPYTER_TOKEN": "",
    "JPY_PARENT_PID": "1",
    "HTTPS_PROXY": "http://proxy:3128",
    "NO_PROXY": "corp.example",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return learner_environment(SHELL, Settings(home=tmp_path / "home"), ACCESS, tmp_path / "s")


def test_nothing_of_the_real_account_remains(environment: dict[str, str], tmp_path: Path) -> None:
    aws = {k: v for k, v in environment.items() if k.startswith("AWS_")}
    assert aws == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4599",
        "AWS_ACCESS_KEY_ID": "AKIDCOURSE",
        "AWS_SECRET_ACCESS_KEY": "s3cret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "s/aws/config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "s/aws/credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }


def test_the_course_has_a_jupyterlab_of_its_own(
    environment: dict[str, str], tmp_path: Path
) -> None:
    jupyter = {k: v for k, v in environment.items() if k.startswith(("JUPYTER", "JPY"))}
    assert jupyter.pop("JUPYTER_PREFER_ENV_PATH") == "1"
    assert all(value.startswith(str(tmp_path)) for value in jupyter.values())
    assert "JUPYTER_CONFIG_DIR" in jupyter


def test_requests_to_this_machine_go_around_a_proxy_which_others_keep(
    environment: dict[str, str],
) -> None:
    assert environment["NO_PROXY"] == "corp.example,127.0.0.1,localhost"
    assert environment["HTTPS_PROXY"] == "http://proxy:3128"


def test_commands_of_this_installation_come_first(environment: dict[str, str]) -> None:
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.mark.parametrize("through", ["environment", "files"])
def test_boto3_finds_the_course_s_cloud_by_itself(
    environment: dict[str, str], tmp_path: Path, through: str
) -> None:
    write_aws_files(tmp_path / "s", ACCESS)
    if through == "files":
        for name in ("ENDPOINT_URL", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            del environment[f"AWS_{name}"]
    code = (
        "import boto3, json; s = boto3.Session(); c = s.client('lambda'); k = s.get_credentials();"
        "print(json.dumps([c.meta.endpoint_url, k.access_key, k.secret_key, k.token]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    assert json.loads(answer.stdout) == [ACCESS.endpoint, "AKIDCOURSE", "s3cret", None]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    write_aws_files(tmp_path, ACCESS)
    for name in ("config", "credentials"):
        assert stat.S_IMODE((tmp_path / "aws" / name).stat().st_mode) == 0o600


def test_the_secret_is_not_in_what_errors_may_print() -> None:
    assert "s3cret" not in repr(ACCESS)
