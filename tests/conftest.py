"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud_process import CloudProcess


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """One cloud for all tests of a worker: they keep to resources of their own."""
    running = CloudProcess.start(tmp_path_factory.mktemp("home"), "--port", "0")
    yield running
    running.stop()
