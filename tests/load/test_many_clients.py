"""Fifty clients at once: no error that AWS would not give, nothing grows without end.

`LAMBDA_DOJO_LOAD_S=120` works for two minutes; without it, for 20 seconds.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cloud_process import CloudProcess, eventually
from tests.load.clients import LoadClient, work_together

CLIENTS = 50
SECONDS = float(os.environ.get("LAMBDA_DOJO_LOAD_S", "20"))
ROUNDS = 4
MAY_GROW_MB = 24
"""From the second round to the last: the journal and the metrics are bounded, not flat."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("load")]


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[CloudProcess]:
    arguments = ("--port", "0", "--forget", "--parent-pid", str(os.getpid()))
    environ = {"LAMBDA_DOJO_CONCURRENCY": "10"}
    cloud = CloudProcess.start(tmp_path, *arguments, environ=environ)
    yield cloud
    cloud.stop()


def open_files(process: psutil.Process) -> int:
    return process.num_handles() if sys.platform == "win32" else process.num_fds()


def test_fifty_clients_meet_no_error_and_nothing_grows_without_end(loaded: CloudProcess) -> None:
    function = loaded.create_function("def handler(event, context): return event")
    loaded.client("s3").create_bucket(Bucket="load")
    queue = loaded.client("sqs").create_queue(QueueName="load")["QueueUrl"]
    clients = [LoadClient(loaded, function, "load", queue) for _ in range(CLIENTS)]
    process = psutil.Process(loaded.process.pid)
    memory, files = [], []
    for _ in range(ROUNDS):
        meetings = work_together(clients, SECONDS / ROUNDS)
        assert not meetings.faults, meetings.faults[:5]
        assert all(meetings.done[kind] for kind in ("invoke", "put and get", "send and receive"))
        memory.append(process.memory_info().rss / 1e6)
        files.append(open_files(process))
    # Connections stay open, environments come and go; neither adds up.
    assert max(files[1:]) <= files[1] + 30, files
    growth = memory[-1] - memory[1]
    allowed = MAY_GROW_MB + 0.004 * sum(meetings.done.values()) * (ROUNDS - 2)
    assert growth < allowed, (memory, allowed)
    print(f"{meetings.done} {meetings.refused} memory {memory} files {files}")
    assert loaded.client("sts").get_caller_identity()["Account"] == loaded.account_id


def test_connections_that_say_nothing_keep_nobody_out(loaded: CloudProcess) -> None:
    port = int(loaded.endpoint.rpartition(":")[2])
    silent = []
    for number in range(200):
        connection = socket.create_connection(("127.0.0.1", port), 5)
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * (number % 7))
        silent.append(connection)
    began = time.monotonic()
    assert loaded.client("sts").get_caller_identity()["Account"] == loaded.account_id
    assert time.monotonic() - began < 5
    process = psutil.Process(loaded.process.pid)
    with_them = open_files(process)
    for connection in silent:
        connection.close()
    eventually(lambda: open_files(process) <= with_them - 190)
