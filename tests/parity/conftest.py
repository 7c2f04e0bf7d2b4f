"""Every behaviour is looked at on the embedded cloud and on each other cloud that is here.

On the embedded cloud a difference from AWS fails the test. On another it is what the test finds
out: it is recorded, and the test counts as expected to fail where docs/fidelity.md says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cloud_process import CloudProcess
from tests.parity import peers
from tests.parity.clouds import EMBEDDED, ParityCloud
from tests.parity_table import on_page

LOCALSTACK = "localstack"
ON_THE_PAGE = on_page(Path(__file__).parents[2] / "docs" / "fidelity.md")
CLOUDS = (EMBEDDED, "ministack", LOCALSTACK)
_EXCEPTIONS = (KeyboardInterrupt, SystemExit, pytest.skip.Exception)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "parity(behaviour, page): AWS's documented behaviour, looked at on all clouds"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cloud" in metafunc.fixturenames:
        metafunc.parametrize("cloud", CLOUDS, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for each cloud: it is started once, LocalStack for tests/localstack too."""
    for item in items:
        name = _cloud_of(item)
        if name is not None:
            item.add_marker(pytest.mark.slow)
        if name == LOCALSTACK:
            item.add_marker(pytest.mark.localstack)
            item.add_marker(pytest.mark.xdist_group("localstack"))
        elif name is not None:
            item.add_marker(pytest.mark.xdist_group(f"parity-{name}"))


@pytest.fixture(scope="session")
def cloud(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ParityCloud]:
    folder = tmp_path_factory.mktemp(f"parity-{request.param}")
    if request.param != EMBEDDED:
        with _peer(request, folder) as peer:
            yield peer
        return
    process = CloudProcess.start(folder, "--port", "0")
    keys = (process.access_key_id, process.secret_access_key)
    yield ParityCloud(EMBEDDED, "", process.endpoint, process.account_id, process.region, keys)
    process.stop()


def _peer(
    request: pytest.FixtureRequest, folder: Path
) -> contextlib.AbstractContextManager[ParityCloud]:
    if request.param != LOCALSTACK:
        return peers.ministack(folder)
    url = peers.named_url(LOCALSTACK) or request.getfixturevalue("localstack").url
    return contextlib.nullcontext(peers.cloud_at(LOCALSTACK, url))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what was found with the report; a peer's difference is an expected failure."""
    report: pytest.TestReport = yield
    name = _cloud_of(item)
    mark = item.get_closest_marker("parity")
    if name is None or mark is None or call.when != "call":
        return report
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, _EXCEPTIONS):
        return report
    cloud: Any = item.funcargs["cloud"]  # type: ignore[attr-defined]
    found = {
        "behaviour": mark.args[0],
        "page": mark.args[1],
        "place": _place(item),
        "cloud": name,
        "version": cloud.version,
        "found": _in_one_line(error),
    }
    report.user_properties.append(("parity", found))
    if name == EMBEDDED:
        return report
    drifted = "" if item.config.getoption("--parity-table") else ON_THE_PAGE.drifted(found)
    if drifted:
        report.outcome = "failed"
        report.longrepr = drifted
    elif error is not None:
        report.outcome = "skipped"
        report.wasxfail = _in_one_line(error)  # type: ignore[attr-defined]
    return report


def _cloud_of(item: pytest.Item) -> str | None:
    if item.get_closest_marker("parity") is None:
        return None
    name = item.callspec.params.get("cloud")  # type: ignore[attr-defined]
    return str(name)


def _place(item: pytest.Item) -> tuple[str, int, int]:
    """Where the behaviour stands in the table: as in the suite."""
    path, line, _ = item.location
    indices = item.callspec.indices  # type: ignore[attr-defined]
    return path, line or 0, max((n for key, n in indices.items() if key != "cloud"), default=0)


def _in_one_line(error: BaseException | None) -> str:
    """Empty where the behaviour is AWS's."""
    if error is None:
        return ""
    if isinstance(error, KeyError):
        return f"lacks {error.args[0]}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
