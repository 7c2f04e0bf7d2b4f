"""moto is imported without its mocks, and has them where something asks for one."""

from __future__ import annotations

import subprocess
import sys

import pytest

MOCKS = "sorted({'responses', 'unittest.mock'} & sys.modules.keys())"


def _printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_bridge_imports_motos_services_without_them() -> None:
    code = "import sys, lab_helpers.emulator.moto_bridge.changes, moto.iam.models, moto.s3.models"
    assert _printed(f"{code}; print({MOCKS})") == "[]"


@pytest.mark.slow
def test_a_service_that_takes_one_gets_the_real_one() -> None:
    code = (
        "import sys, lab_helpers.emulator.moto_bridge, moto\n"
        "from moto.core.models import botocore_stubber, default_user_config\n"
        "import moto.apigateway.models, moto.core.config, moto.core.models as models\n"
        "print(type(botocore_stubber).__name__, default_user_config is "
        "moto.core.config.default_user_config, models.MockAWS.__module__)"
    )
    assert _printed(code) == "BotocoreStubber True moto.core.models"


@pytest.mark.slow
def test_the_account_id_is_motos() -> None:
    code = "import moto.core.models as models; print(models.DEFAULT_ACCOUNT_ID)"
    ours = "from lab_helpers.emulator.moto_bridge.without_mocks import DEFAULT_ACCOUNT_ID as id"
    assert _printed(code) == _printed(f"{ours}; print(id)")
