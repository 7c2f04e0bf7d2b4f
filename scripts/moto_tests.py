"""moto's own tests, run against moto's server and against the embedded cloud.

    python scripts/moto_tests.py                 lambda, s3, sqs, sns, logs and iam
    python scripts/moto_tests.py sqs logs        these alone
    python scripts/moto_tests.py --json F        keep every test's outcome

They come with moto's source distribution, and TEST_SERVER_MODE sends them to any endpoint. What
passes on moto's server must pass here too, unless AWS agrees with us: docs/performance.md explains
these. moto asks for no permissions; with ours turned off, what remains is about something else.
moto gets a virtual environment of its own under the user's cache folder (network is needed once);
the tests take a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import platformdirs

VERSION = version("moto")
FOLDERS = {
    "lambda": "test_awslambda",
    "s3": "test_s3",
    "sqs": "test_sqs",
    "sns": "test_sns",
    "logs": "test_logs",
    "iam": "test_iam",
}
KEY = {"AWS_ACCESS_KEY_ID": "FOOBARKEY", "AWS_SECRET_ACCESS_KEY": "FOOBARSECRET"}
"""What moto's decorator puts into the environment of a test."""
PORTS = range(20_000, 30_000)
START_PATIENCE_S = 60.0
LONGEST_TEST_S = 60
PROJECT = Path(__file__).resolve().parent.parent
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
MOTO, OURS, FREE = "moto", "ours", "ours-without-permissions"

Outcomes = dict[str, str]
"""Test id → ``passed``, ``failed`` or ``skipped``."""


def main() -> None:
    options = _options()
    home = Path(platformdirs.user_cache_dir("lambda-dojo")) / f"moto-tests-{VERSION}"
    python = install(home)
    found: dict[str, dict[str, Outcomes]] = {}
    for service in options.services or FOLDERS:
        found[service] = on_all(python, home, service)
        print(f"{service}: {len(found[service][MOTO])} tests", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))
    for service, by_server in found.items():
        tests = failing_here_alone(by_server, FREE)
        told = f"{service}: {len(tests)} fail here alone with permissions off"
        print(f"\n{told}", *tests, sep="\n  ")


# --- installing


def install(home: Path) -> Path:
    """The Python that has moto's server and pytest; the tests lie in ``home``."""
    python = home / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    if (home / "tests").is_dir():
        return python
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wanted = [f"moto[all,server]=={VERSION}", "pytest<9", "pytest-timeout", "freezegun", "requests"]
    subprocess.run([*pip, "install", *wanted], check=True)
    with tempfile.TemporaryDirectory() as folder:
        source = [*pip, "download", "--no-deps", "--no-binary", "moto", f"moto=={VERSION}"]
        subprocess.run([*source, "--dest", folder], check=True)
        (archive,) = Path(folder).glob("moto-*.tar.gz")
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        (Path(folder) / f"moto-{VERSION}" / "tests").rename(home / "tests")
    return python


def on_all(python: Path, home: Path, service: str) -> dict[str, Outcomes]:
    """At the same time: most of it is waiting."""
    with (
        moto_server(python) as theirs,
        embedded_cloud() as ours,
        embedded_cloud(LAMBDA_DOJO_PERMISSIONS="off") as free,
        ThreadPoolExecutor() as threads,
    ):
        ports = {MOTO: theirs, OURS: ours, FREE: free}
        running = {
            name: threads.submit(run, python, home, service, name, port)
            for name, port in ports.items()
        }
        return {name: one.result() for name, one in running.items()}


# --- servers


@contextmanager
def moto_server(python: Path) -> Iterator[int]:
    port = _free_port()
    command = [str(python), "-m", "moto.server", "-p", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/moto-api/data.json"):
        yield port


@contextmanager
def embedded_cloud(**variables: str) -> Iterator[int]:
    """It verifies signatures, and knows the tests' key as its learner's."""
    port = _free_port()
    given = ("--access-key-id", KEY["AWS_ACCESS_KEY_ID"])
    secret = ("--secret-access-key", KEY["AWS_SECRET_ACCESS_KEY"])
    command = [sys.executable, "-m", "lab_helpers", "cloud", "run", "--port", str(port)]
    health = f"http://127.0.0.1:{port}/_dojo/health"
    with _running([*command, *given, *secret], health, variables):
        yield port


@contextmanager
def _running(
    command: Sequence[str], health: str, variables: Mapping[str, str] | None = None
) -> Iterator[None]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environ = clean_environment() | {"LAMBDA_DOJO_HOME": folder} | dict(variables or {})
        with Path(folder, "server.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=PROJECT)
        try:
            _wait_for(health, process)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nothing answers at {url}")


def _free_port() -> int:
    """Below those that the system gives to outgoing connections."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def clean_environment() -> dict[str, str]:
    """Nothing of the caller's that leads to AWS or to another cloud."""
    strange = ("AWS_", "LAMBDA_DOJO_", "MOTO_", "TEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return kept | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


# --- tests


def run(python: Path, home: Path, service: str, server: str, port: int) -> Outcomes:
    """What pytest says is in ``{service}-{server}.log`` afterwards."""
    endpoint = f"http://localhost:{port}"
    environ = clean_environment() | KEY
    environ |= {"TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": endpoint}
    environ |= {"MOTO_PORT": str(port), "PYTHONPATH": str(Path(__file__).parent)}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
        command += [f"--timeout={LONGEST_TEST_S}", f"--junitxml={report}", "--rootdir", str(home)]
        command += [] if server == MOTO else ["-p", "moto_tests_ground"]
        with Path(home, f"{service}-{server}.log").open("wb") as log:
            subprocess.run(
                [*command, f"tests/{FOLDERS[service]}"],
                cwd=home,
                env=environ,
                stdout=log,
                stderr=log,
                check=False,
            )
        return _read_report(report)


def _read_report(report: Path) -> Outcomes:
    outcomes: Outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        tags = {part.tag for part in case}
        name = f"{case.get('classname', '').removeprefix('tests.')}::{case.get('name')}"
        failed = tags & {"failure", "error"}
        outcomes[name] = FAILED if failed else SKIPPED if "skipped" in tags else PASSED
    return outcomes


def failing_here_alone(found: Mapping[str, Outcomes], server: str) -> list[str]:
    """What passes on moto's server and fails here."""
    stock, ours = found[MOTO], found[server]
    return [name for name in stock if stock[name] == PASSED and ours.get(name) != PASSED]


def table(found: Mapping[str, Mapping[str, Outcomes]]) -> str:
    """In Markdown, as docs/performance.md shows it."""
    head = ("service", "tests", "skipped", "pass on moto", "pass here", "with permissions off")
    last = ("fail here alone", "with permissions off")
    lines = ["| " + " | ".join([*head, *last]) + " |", "| --- |" + " ---: |" * 7]
    total: Counter[int] = Counter()
    for service, by_server in found.items():
        figures = (
            len(by_server[MOTO]),
            list(by_server[MOTO].values()).count(SKIPPED),
            *(list(by_server[name].values()).count(PASSED) for name in (MOTO, OURS, FREE)),
            *(len(failing_here_alone(by_server, name)) for name in (OURS, FREE)),
        )
        total.update(dict(enumerate(figures)))
        lines.append(_row(service, figures))
    return "\n".join([*lines, _row("all", [total[place] for place in range(7)])])


def _row(name: str, figures: Sequence[int]) -> str:
    return f"| {name} | " + " | ".join(f"{figure:,}" for figure in figures) + " |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("services", nargs="*", metavar="SERVICE", help=", ".join(FOLDERS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="every test's outcome")
    options = parser.parse_args()
    if unknown := set(options.services) - set(FOLDERS):
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    main()
