"""The console on a cloud that has no journal and not every operation: moto alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[3]
LACKING = "lambda:list_provisioned_concurrency_configs"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.notebook.console.plain_moto"],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_every_page_answers_and_only_the_code_s_download_is_refused(told: dict[str, Any]) -> None:
    failed = {name: answer["error"] for name, answer in told.items() if answer.get("error")}
    assert list(failed) == ["deploy"]
    assert "The code cannot be read" in failed["deploy"]
    assert told["code"]["data"]["files"] == {}
    assert "The code cannot be read" in told["code"]["data"]["note"]


def test_what_the_backend_lacks_is_named_and_the_rest_of_the_page_is_there(
    told: dict[str, Any],
) -> None:
    assert LACKING in told["concurrency"]["lacking"]
    assert dict(told["concurrency"]["data"]["facts"])["Function concurrency"].startswith("Use unre")
    assert told["general"]["lacking"] == ""
    assert LACKING in told["table"]["data"]


def test_what_is_done_there_shows_its_call(told: dict[str, Any]) -> None:
    assert told["invoke"]["data"]["outcome"] == "succeeded"
    texts = [call["text"] for call in told["create_alias"]["calls"] if call["changes"]]
    assert "lambda_client.create_alias(" in texts[0]
    assert told["create_alias"]["data"] == "Saved."
