"""A cloud of the map's own: a drawing reads all of a cloud, and the shared one is full of
what other tests have made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud_process import CloudProcess


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    running = CloudProcess.start(tmp_path_factory.mktemp("map"), "--port", "0")
    yield running
    running.stop()
