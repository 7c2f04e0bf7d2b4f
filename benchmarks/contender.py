"""Something that is measured: an AWS endpoint in a process of its own, started and ended here."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from benchmarks.raw_http import REGION, Key, RawConnection, ask_who_i_am
from benchmarks.surroundings import PROJECT, clean_environment

START_PATIENCE_S = 60.0
LOOK_EVERY_S = 0.002
END_PATIENCE_S = 10.0


class BenchmarkError(Exception):
    """A figure could not be taken."""


@dataclass(frozen=True)
class Contender:
    """How to start one kind of server.

    Attributes:
        key: names it in records.
        command: from (port, access key) to the command line.
        variables: from the port to its environment variables.
        keeps_resources: buckets, queues, roles can be made.
        runs_functions: with no Docker.
    """

    key: str
    label: str
    version: str
    command: Callable[[int, Key], list[str]]
    variables: Callable[[int], Mapping[str, str]] = field(default=lambda port: {})
    keeps_resources: bool = True
    runs_functions: bool = True

    def start(self) -> Server:
        """Returns at its first right answer to sts GetCallerIdentity.

        Raises BenchmarkError where that does not come.
        """
        return Server(self)


class Server:
    """A running contender. Attributes: start_ms, from the start of its process to its answer."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.key = Key()
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._home = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        home = Path(self._home.name)
        environ = clean_environment(home, LAMBDA_DOJO_HOME=str(home))
        environ |= contender.variables(self.port)
        self._log = home / "server.log"
        question = ask_who_i_am(self.endpoint, self.key)
        with self._log.open("wb") as log:
            began = time.perf_counter()
            self._process = subprocess.Popen(
                contender.command(self.port, self.key),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environ,
                cwd=PROJECT,
            )
        try:
            self._wait_for_answer(lambda connection: connection.send(question))
        except BaseException:
            self.stop()
            raise
        self.start_ms = (time.perf_counter() - began) * 1000
        self._session = boto3.Session(
            self.key.access_key_id, self.key.secret_access_key, region_name=REGION
        )

    @property
    def home(self) -> Path:
        """The folder that it and its temporary files live in."""
        return Path(self._home.name)

    @property
    def pid(self) -> int:
        return self._process.pid

    def client(self, service: str) -> Any:
        """A boto3 client that neither retries nor reads anything from the surroundings."""
        config = Config(retries={"max_attempts": 0}, read_timeout=60, proxies={})
        session: Any = self._session  # its stubs know services by literal names only
        return session.client(service, endpoint_url=self.endpoint, config=config)

    def stop(self) -> None:
        """End the process and whatever of its tree outlives it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            tree = psutil.Process(self.pid).children(recursive=True)
            self._process.terminate()
            try:
                self._process.wait(END_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            for process in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self._home.cleanup()

    def _wait_for_answer(self, ask: Callable[[RawConnection], int]) -> None:
        deadline = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise BenchmarkError(f"{self.contender.label} ended at its start: {self._tail()}")
            connection = RawConnection(self.port)
            try:
                if ask(connection) == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(LOOK_EVERY_S)
        raise BenchmarkError(
            f"{self.contender.label} gave no answer in {START_PATIENCE_S:.0f} s: {self._tail()}"
        )

    def _tail(self) -> str:
        printed = self._log.read_text(errors="replace").strip().splitlines()
        return " / ".join(line.strip() for line in printed[-3:]) or "it printed nothing"


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
