"""What all tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from scripts import localstack_host
from tests import fidelity_table, parity_table
from tests.cloud_process import CloudProcess

# Every new session parses its services' models anew, 0.1 s of CPU each; hundreds of tests make one.
botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fidelity-table",
        metavar="FILE",
        help="With --collect-only: write the table of AWS behaviours into FILE.",
    )
    parser.addoption(
        "--parity-table",
        metavar="FILE",
        help="Write what tests/parity found on each cloud into FILE.",
    )


PARITY = parity_table.ParityTable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Here and not in tests/parity: with several workers, this process runs no test."""
    for name, found in report.user_properties:
        if name == "parity" and report.when == "call":
            PARITY.add(found)  # type: ignore[arg-type]


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--parity-table")
    if path and not hasattr(session.config, "workerinput"):
        parity_table.write(Path(path), PARITY)


def pytest_collection_finish(session: pytest.Session) -> None:
    # What is there now stays: looking through it again and again is a tenth of the tests' time.
    gc.collect()
    gc.freeze()
    path = session.config.getoption("--fidelity-table")
    if path:
        fidelity_table.write(Path(path), session.items)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """One cloud for all tests of a worker: they keep to resources of their own."""
    running = CloudProcess.start(tmp_path_factory.mktemp("home"), "--port", "0")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[localstack_host.Running]:
    """Takes half a minute to start, and 1 GB: all that use it are one xdist group."""
    try:
        installed = localstack_host.install()
        with localstack_host.running(installed, tmp_path_factory.mktemp("localstack")) as here:
            yield here
    except localstack_host.CannotRun as reason:
        pytest.skip(str(reason))
