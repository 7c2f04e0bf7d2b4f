"""LocalStack on this machine without Docker: installed from PyPI, started, ended.

    python scripts/localstack_host.py      install it where it is missing, start it, Ctrl-C ends it

The last free version, in a virtual environment of its own (Python 3.13, the only version on which
its calls succeed) under the user's cache folder. What it needs beyond Python packages: node and npm
for its Kinesis. Functions run as plain processes, with tests/localstack/executor: this is for
trying the labs' checks, not a place to keep anything.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PROJECT = Path(__file__).resolve().parent.parent
VERSION = "4.14.0"
LOCK = PROJECT / "requirements" / "localstack.txt"
EXECUTOR = PROJECT / "tests" / "localstack" / "executor"
KINESIS = ("kinesis-local", "0.5.2")
FUNCTION_PACKAGES = (
    *("awslambdaric", "runtime_client*", "simplejson", "snapshot_restore_py.py"),
    *("boto3", "botocore", "jmespath", "s3transfer", "dateutil", "six.py", "urllib3"),
)
"""What AWS's Python runtime has on board, by its names in ``site-packages``."""
READY_WITHIN_S = 180.0
END_WITHIN_S = 5.0
# Below those that the system gives to outgoing connections: nobody else takes one meanwhile.
PORTS = range(20_000, 30_000)


class CannotRun(Exception):
    """LocalStack cannot run on this machine; the text says what is missing."""


@dataclass(frozen=True)
class Installed:
    """Where it lives; all of it may be thrown away.

    Attributes:
        function_packages: what functions find beside their code.
        libraries: what LocalStack would download by itself.
    """

    python: Path
    function_packages: Path
    libraries: Path


def install(cache: Path | None = None) -> Installed:
    """LocalStack, ready to start; done once for a cache folder.

    Raises:
        CannotRun: not on Linux, no Python 3.13, or a package cannot be had.
    """
    if sys.platform != "linux":  # what is locked, and how it is ended, is Linux's
        raise CannotRun("without Docker, LocalStack runs on Linux alone")
    import fcntl  # not there on Windows, where this line is not reached

    folder = cache or Path(platformdirs.user_cache_dir("lambda-dojo")) / f"localstack-{VERSION}"
    installed = Installed(
        python=folder / "venv" / "bin" / "python",
        function_packages=folder / "function-packages",
        libraries=folder / "libraries",
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two that install at once would spoil each other's
        stamp = folder / "installed"
        if not (stamp.exists() and stamp.read_bytes() == LOCK.read_bytes()):
            shutil.rmtree(folder, ignore_errors=True)
            _run([_python(), "-m", "venv", folder / "venv"])
            _install_packages(installed.python)
            _link_function_packages(installed)
            _install_kinesis(installed.libraries)
            stamp.write_bytes(LOCK.read_bytes())
    return installed


@dataclass(frozen=True)
class Running:
    """Attributes: log, what it says of itself."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def running(
    installed: Installed, home: Path, *, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """LocalStack on a free port of loopback, until the block is left.

    Args:
        home: an empty folder for all that it writes.
        settings: further variables of its environment.

    Raises:
        CannotRun: it ended, or did not answer.
    """
    port = _free_port()
    (home / "usr" / "lib").mkdir(parents=True)
    (home / "usr" / "lib" / "localstack").symlink_to(installed.libraries)
    (home / "tmp").mkdir()
    log = home / "localstack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [installed.python, "-m", "localstack.runtime.main"],
            env={**_environment(installed, home, port), **(settings or {})},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    here = Running(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_ready(here)
        yield here
    finally:
        _end(process)


def _environment(installed: Installed, home: Path, port: int) -> dict[str, str]:
    """Nothing of the learner's AWS set-up: only what a program needs, and LocalStack's settings."""
    kept = ("HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_FILE", "USER")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "DOJO_FUNCTION_PACKAGES": str(installed.function_packages),
        "FILESYSTEM_ROOT": str(home),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LAMBDA_RETRY_BASE_DELAY": "2",  # as in docker-compose.yml
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "LOCALSTACK_HOST": f"localhost:{port}",
        "OVERRIDE_IN_DOCKER": "0",  # it takes some virtual machines for its own container
        "PYTHONPATH": str(EXECUTOR),
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "TMPDIR": str(home / "tmp"),
    }


def _free_port() -> int:
    # Not the first free one: another that starts at this moment has not taken it yet.
    for port in random.sample(PORTS, 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise CannotRun(f"no free port was found from {PORTS.start} to {PORTS.stop}")


def _wait_until_ready(here: Running) -> None:
    address = f"{here.url}/_localstack/init/ready"
    deadline = time.monotonic() + READY_WITHIN_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while here.process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, ValueError), opener.open(address, timeout=5) as answer:
            if json.load(answer)["completed"]:
                return
        time.sleep(0.2)
    said = here.log.read_text(errors="replace")[-2000:]
    raise CannotRun(f"LocalStack did not start (exit status {here.process.poll()}):\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """LocalStack and what it started; each function's process is in a group of its own and ends
    when nobody answers it any more."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_WITHIN_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # it takes its time, and Kinesis may outlive it
    process.wait()


def _python() -> Path:
    """Python 3.13: on the PATH, or one of pyenv's."""
    on_path = [shutil.which("python3.13"), sys.executable]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [*filter(None, on_path), *sorted(pyenv.glob("3.13.*/bin/python"), reverse=True)]
    for candidate in candidates:
        # pyenv puts a python3.13 on the PATH that may refuse to run.
        asked = [candidate, "-c", "import ensurepip, sys; print(*sys.version_info[:2], sep='.')"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.stdout.strip() == "3.13":
            return Path(candidate)
    raise CannotRun("LocalStack 4.14.0 needs Python 3.13, and there is none")


def _install_packages(python: Path) -> None:
    """By uv where it can be had: ten seconds in place of two minutes."""
    locked = ["install", "--require-hashes", "--requirement", LOCK]
    uv = shutil.which("uv")
    if uv is None:
        with suppress(CannotRun):
            _run([python, "-m", "pip", "install", "--quiet", "uv"])
            uv = str(python.parent / "uv")
    if uv is not None:
        with suppress(CannotRun):
            return _run([uv, "pip", *locked, "--quiet", "--python", python])
    return _run([python, "-m", "pip", *locked, "--quiet"])


def _link_function_packages(installed: Installed) -> None:
    asked = "import sysconfig; print(sysconfig.get_path('platlib'))"
    done = subprocess.run(
        [installed.python, "-c", asked], capture_output=True, text=True, check=True
    )
    installed.function_packages.mkdir()
    for pattern in FUNCTION_PACKAGES:
        for found in Path(done.stdout.strip()).glob(pattern):
            (installed.function_packages / found.name).symlink_to(found)


def _install_kinesis(libraries: Path) -> None:
    """Where LocalStack looks before it installs one itself."""
    name, version = KINESIS
    if shutil.which("npm") is None:
        raise CannotRun("LocalStack's Kinesis needs node and npm")
    folder = libraries / name / version
    folder.mkdir(parents=True)
    _run(["npm", "install", "--silent", "--prefix", folder, f"{name}@{version}"])


def _run(command: list[object]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-1000:]
        raise CannotRun(f"{' '.join(words[:4])} … failed:\n{said}")


def main() -> int:
    try:
        with (
            tempfile.TemporaryDirectory(prefix="localstack-") as home,
            running(install(), Path(home)) as here,
        ):
            print(f"LocalStack {VERSION}: {here.url}  (Ctrl-C ends it; log: {here.log})")
            return here.process.wait()
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
