"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fidelity_table
from tests.cloud_process import CloudProcess


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fidelity-table",
        metavar="FILE",
        help="With --collect-only: write the table of AWS behaviours into FILE.",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    path = session.config.getoption("--fidelity-table")
    if path:
        fidelity_table.write(Path(path), session.items)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """One cloud for all tests of a worker: they keep to resources of their own."""
    running = CloudProcess.start(tmp_path_factory.mktemp("home"), "--port", "0")
    yield running
    running.stop()
