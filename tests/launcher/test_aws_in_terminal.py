"""``aws`` in a terminal of the course's JupyterLab talks to the course's cloud, and only to it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from lab_helpers.launcher.cloud_process import CloudAccess
from lab_helpers.launcher.jupyter import JupyterProcess, Lab, write_settings
from lab_helpers.launcher.learner_environment import learner_environment, write_aws_files
from lab_helpers.launcher.terminal_shell import terminal_shell
from lab_helpers.settings import Settings
from tests.cloud_process import CloudProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="types a POSIX shell's command lines"),
]
LIMIT_S = 60.0


# What a learner's own shell may say, and what must not count in the course's terminals.
OWN_SETUP = """
mkdir -p ~/elsewhere && printf '#!/bin/sh\\necho wrong aws\\n' > ~/elsewhere/aws
chmod +x ~/elsewhere/aws
export PATH=~/elsewhere:"$PATH" AWS_PROFILE=production AWS_REGION=eu-west-1 MINE=kept
"""


@pytest.fixture(params=["bash", "zsh"])
def lab(cloud: CloudProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A real JupyterLab in a workspace of its own, started as the launcher starts it."""
    shell = shutil.which(request.param)
    if shell is None:
        pytest.skip(f"there is no {request.param} here")
    home = tmp_path / "learner"
    home.mkdir()
    for name in (".bashrc", ".zshrc"):
        (home / name).write_text(OWN_SETUP, encoding="utf-8")
    workspace = tmp_path / "my work 作業場"
    state = workspace / ".lambda-dojo"
    state.mkdir(parents=True)
    access = CloudAccess(
        cloud.endpoint, cloud.region, cloud.account_id, cloud.access_key_id, cloud.secret_access_key
    )
    real = {**os.environ, "AWS_PROFILE": "production", "HOME": str(home), "SHELL": shell}
    environment = learner_environment(real, Settings(home=tmp_path / "home"), access, state)
    write_aws_files(state, access)
    write_settings(
        state,
        workspace=workspace,
        language="en",
        port=18888,
        exact_port=False,
        first_page="",
        shell=terminal_shell(state, environment),
    )
    jupyter = JupyterProcess(state, environment, on_start=lambda pid: None)
    try:
        yield jupyter.start("", stopping=lambda: False)
    finally:
        jupyter.stop(lambda: True)


class Terminal:
    """One terminal, over the same door as JupyterLab's own."""

    def __init__(self, lab: Lab) -> None:
        request = urllib.request.Request(
            f"{lab.base_url}api/terminals",
            method="POST",
            data=b"{}",
            headers={"Authorization": f"token {lab.token}"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            name = json.load(answer)["name"]
        address = lab.base_url.replace("http://", "ws://")
        self._socket = websocket.create_connection(
            f"{address}terminals/websocket/{name}?token={lab.token}", timeout=LIMIT_S
        )

    def type(self, command: str) -> str:
        """Run one line; returns what it printed up to its end, with its exit status."""
        # The echo of the line does not hold the end mark in one piece, its output does.
        self._socket.send(json.dumps(["stdin", f"{command}; echo en''ded:$?:\r"]))
        shown, deadline = "", time.monotonic() + LIMIT_S
        while "ended:" not in shown or not shown.split("ended:", 1)[1].count(":"):
            assert time.monotonic() < deadline, shown
            # With control frames: the server's pings must not keep it from looking at the time.
            opcode, data = self._socket.recv_data(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_TEXT:
                kind, *rest = json.loads(data)
                shown += str(rest[0]) if kind == "stdout" else ""
        return shown

    def close(self) -> None:
        self._socket.close()


def test_aws_lines_run_against_the_courses_cloud(lab: Lab, cloud: CloudProcess) -> None:
    terminal = Terminal(lab)
    who = terminal.type("aws sts get-caller-identity --query Account --output text")
    assert cloud.account_id in who
    assert "ended:0:" in who
    bucket = f"from-the-terminal-{uuid.uuid4().hex[:8]}"
    made = terminal.type(f"aws s3 mb s3://{bucket} && aws s3 ls")
    assert "ended:0:" in made
    assert f"make_bucket: {bucket}" in made
    refused = terminal.type("aws lambda get-function --function-name no-such-function")
    assert "ResourceNotFoundException" in refused
    assert "ended:0:" not in refused
    which = terminal.type("command -v aws lambda-dojo")
    assert which.count(f"{Path(sys.executable).parent}/") == 2
    own = terminal.type('echo "$MINE $AWS_REGION <$AWS_PROFILE>"')
    assert f"kept {cloud.region} <>" in own
    terminal.close()
    assert bucket in {entry["Name"] for entry in cloud.client("s3").list_buckets()["Buckets"]}
