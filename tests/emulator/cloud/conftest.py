"""A cloud in which AWS's minutes are tenths of seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud_process import CloudProcess


@pytest.fixture(scope="session")
def hurried_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """One for all tests of a worker; retries come after 0.1 and 0.2 seconds."""
    running = CloudProcess.start(
        tmp_path_factory.mktemp("hurried"), "--port", "0", environ={"LAMBDA_DOJO_TIME_SCALE": "600"}
    )
    yield running
    running.stop()
