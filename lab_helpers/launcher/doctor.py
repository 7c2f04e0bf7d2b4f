"""What ``lambda-dojo doctor`` finds out about this machine."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lab_helpers.catalog import labs_folder
from lab_helpers.emulator.run_file import running_clouds
from lab_helpers.emulator.runtime.interpreters import InterpreterFinder
from lab_helpers.emulator.runtime.isolation import find_isolation
from lab_helpers.launcher import running
from lab_helpers.launcher.backend_findings import backend_facts
from lab_helpers.launcher.browser import has_display
from lab_helpers.launcher.cloud_process import port_is_free
from lab_helpers.launcher.course import DEFAULT_JUPYTER_PORT
from lab_helpers.launcher.words import load_words
from lab_helpers.settings import DEFAULT_PORT, Settings

LOW_DISK_MB = 500
_PYTHON_RUNTIMES = tuple(f"python3.{minor}" for minor in range(11, 15))
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_PACKAGES = ("lambda-dojo", "jupyterlab", "jupyterlab-language-pack-ja-JP", "ipykernel", "boto3")


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        level: ``ok``, ``warn`` (the labs run, something is less good) or ``problem``.
        mend: a command or an action; empty where there is nothing to mend.
    """

    level: str
    text: str
    mend: str = ""


class _Pen:
    """Writes findings in the learner's language."""

    def __init__(self, language: str) -> None:
        self._words = load_words("doctor")[language]

    def __call__(self, level: str, key: str, **values: object) -> Finding:
        mend = self._words.get(f"{key}_mend", "")
        return Finding(level, self._words[key].format(**values), mend.format(**values))


def examine(settings: Settings, workspace: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything that the labs need; changes nothing, needs no network."""
    pen = _Pen(settings.language)
    return [
        *_python(pen),
        *_packages(pen),
        *_labs(pen),
        *_network(pen, environ),
        *_clouds(pen, settings),
        *(pen(level, key, **facts) for level, key, facts in backend_facts(settings, environ)),
        *_workspace(pen, workspace),
        *_runtimes(pen),
        pen("ok", "browser") if has_display(environ) else pen("warn", "no_browser"),
    ]


def _python(pen: _Pen) -> Iterator[Finding]:
    facts = {"version": platform.python_version(), "executable": sys.executable}
    new_enough = sys.version_info >= (3, 11)
    yield pen("ok", "python", **facts) if new_enough else pen("problem", "python_old", **facts)
    yield pen("ok", "platform", system=platform.platform(terse=True), machine=platform.machine())


def _packages(pen: _Pen) -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield pen("ok", "package", name=name, version=version(name))
        except PackageNotFoundError:
            # Without the language pack only the menus are English.
            level = "warn" if "language-pack" in name else "problem"
            yield pen(level, "package_missing", name=name, executable=sys.executable)


def _labs(pen: _Pen) -> Iterator[Finding]:
    folder = labs_folder()
    count = len(list(folder.glob("[0-9]*/*.en.ipynb")))
    if count:
        yield pen("ok", "labs", folder=folder, count=count)
    else:
        yield pen("problem", "labs_missing", folder=folder, executable=sys.executable)


def _network(pen: _Pen, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()[:2], timeout=2).close()
        yield pen("ok", "loopback")
    except OSError as error:
        yield pen("problem", "loopback_blocked", error=error)
    for port, what in ((DEFAULT_JUPYTER_PORT, "JupyterLab"), (DEFAULT_PORT, "lambda-dojo cloud")):
        yield pen("ok", "port_free" if port_is_free(port) else "port_taken", port=port, what=what)
    names = sorted({name.upper() for name in environ if name.upper() in _PROXIES})
    if names:
        yield pen("ok", "proxy", names=", ".join(names))


def _clouds(pen: _Pen, settings: Settings) -> Iterator[Finding]:
    clouds = running_clouds(settings.home)
    for cloud in clouds:
        yield pen("ok", "cloud", endpoint=cloud.endpoint, pid=cloud.pid)
    if not clouds:
        yield pen("ok", "no_cloud")
    if not _can_write(settings.home):
        yield pen("problem", "home_blocked", folder=settings.home)


def _workspace(pen: _Pen, workspace: Path) -> Iterator[Finding]:
    other = running.announced(workspace)
    if not _can_write(workspace):
        yield pen("problem", "workspace_blocked", folder=workspace)
    elif other is not None:
        yield pen("ok", "workspace_running", folder=workspace, url=other.url)
    elif workspace.is_dir():
        yield pen("ok", "workspace", folder=workspace)
    else:
        yield pen("ok", "workspace_new", folder=workspace)
    free_mb = shutil.disk_usage(_existing(workspace)).free // 1_000_000
    if free_mb < LOW_DISK_MB:
        yield pen("warn", "disk_low", free_mb=free_mb)


def _runtimes(pen: _Pen) -> Iterator[Finding]:
    finder = InterpreterFinder()
    notes = {runtime: finder.find(runtime).note for runtime in _PYTHON_RUNTIMES}
    found = [runtime for runtime, note in notes.items() if not note]
    missing = [runtime for runtime, note in notes.items() if note]
    yield _isolation(pen)
    if found:
        yield pen("ok", "runtimes", found=", ".join(found))
    if missing:
        host = platform.python_version()
        yield pen("warn", "runtimes_host", missing=", ".join(missing), host=host)


def _isolation(pen: _Pen) -> Finding:
    """How far functions are kept apart from this machine."""
    with tempfile.TemporaryDirectory() as scratch:
        isolation = find_isolation(Path(scratch))
    if isolation.falls_short:
        return pen("problem", "isolation_strict_missing", reason=isolation.reason)
    if isolation.is_strict:
        return pen("ok", "isolation_strict")
    key = "isolation" if isolation.is_on else "isolation_none"
    return pen("ok", key, reason=isolation.reason)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _can_write(folder: Path) -> bool:
    place = _existing(folder)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)
