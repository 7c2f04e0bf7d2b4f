"""``lambda-dojo doctor`` finds LocalStack as its users expect, and says what it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.backends.capability_table import capability_table
from scripts.localstack_host import VERSION, Running

pytestmark = [pytest.mark.slow, pytest.mark.localstack, pytest.mark.xdist_group("localstack")]


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "LOCALSTACK_HOST"])
def test_doctor_names_what_it_reached_its_version_and_what_it_lacks(
    localstack: Running, tmp_path: Path, variable: str
) -> None:
    value = localstack.url if variable == "AWS_ENDPOINT_URL" else localstack.url.split("//")[1]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAB_"))}
    environ |= {
        "LAB_BACKEND": "localstack",
        "LAMBDA_DOJO_HOME": str(tmp_path),
        "LANG_UI": "en",
        "COLUMNS": "400",
        variable: value,
    }
    done = subprocess.run(
        [sys.executable, "-m", "lab_helpers", "doctor"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{VERSION}" in done.stdout
    assert localstack.url in done.stdout
    for capability, why in capability_table()["localstack"].lacks.items():
        if capability not in ("journal", "reset"):
            assert why.en in done.stdout
