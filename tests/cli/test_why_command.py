"""``lambda-dojo why``, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, CloudProcess, clean_environment


def why(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab_helpers", "why", *arguments]
    environ = clean_environment(home)
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_a_denial_is_explained_in_the_terminal(cloud: CloudProcess) -> None:
    role = cloud.client("iam").create_role(RoleName="why", AssumeRolePolicyDocument=TRUST_LAMBDA)
    arn = role["Role"]["Arn"]
    with pytest.raises(ClientError) as error:
        cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")
    request_id = error.value.response["ResponseMetadata"]["RequestId"]
    told = why(cloud.home, request_id).stdout
    assert f"This statement in the trust policy of `{arn}`" in told
    assert "信頼ポリシー" in why(cloud.home, request_id, "--lang", "ja").stdout
    decision = json.loads(why(cloud.home, request_id, "--json").stdout)
    assert (decision["action"], decision["resource"]) == ("sts:AssumeRole", arn)
    assert why(cloud.home, "no-such-request", "--json").stdout.strip() == "null"


def test_without_a_cloud_it_says_so(tmp_path: Path) -> None:
    done = why(tmp_path)
    assert done.returncode == 1
    assert "lambda-dojo cloud run" in done.stderr
