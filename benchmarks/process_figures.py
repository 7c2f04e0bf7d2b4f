"""The server as a process: how soon it answers, and what it holds in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.contender import BenchmarkError, Server
from benchmarks.ground import SILENT, Ground
from benchmarks.measure import Counts
from benchmarks.process_memory import tree_mib
from benchmarks.raw_http import RawConnection, sign

SETTLE_S = 2.0


def start_to_first_answer(ground: Ground, counts: Counts) -> Iterator[float]:
    """A second server of the same kind, from the start of its process to its answer to sts."""
    for _ in range(counts.starts):
        server = ground.contender.start()
        server.stop()
        yield server.start_ms


def start_to_first_bucket(ground: Ground, counts: Counts) -> Iterator[float]:
    """The same to the answer of s3 CreateBucket, which needs more of a server than its caller."""
    for _ in range(counts.starts):
        began = time.perf_counter()
        server = ground.contender.start()
        try:
            create_bucket(server)
            yield (time.perf_counter() - began) * 1000
        finally:
            server.stop()


def create_bucket(server: Server) -> None:
    """Over HTTP: making a client of boto3 takes longer than many a server's start."""
    connection = RawConnection(server.port)
    request = sign(server.endpoint, server.key, "s3", "/a-first-bucket", b"", "", "PUT")
    status = connection.send(request)
    connection.close()
    if status != 200:
        raise BenchmarkError(f"CreateBucket answered {status}")


def ask_for_session(server: Server) -> None:
    """A call that is answered, or refused, when the whole server is there."""
    connection = RawConnection(server.port)
    body = b"Action=GetSessionToken&Version=2011-06-15"
    form = "application/x-www-form-urlencoded"
    connection.send(sign(server.endpoint, server.key, "sts", "/", body, form))
    connection.close()


def idle_memory(ground: Ground, counts: Counts) -> Iterator[float]:
    """The whole process tree of a second server, two seconds after it was there."""
    for _ in range(counts.starts):
        server = ground.contender.start()
        try:
            ask_for_session(server)
            time.sleep(SETTLE_S)
            yield tree_mib(server.pid)
        finally:
            server.stop()


def memory_per_environment(ground: Ground, counts: Counts) -> Iterator[float]:
    """What the process tree grows by for each warm function, the server's share included."""
    assert ground.invoke(ground.silent_function)  # what the first function ever needs is not theirs
    names = [ground.new_function(SILENT) for _ in range(counts.environments)]
    time.sleep(SETTLE_S)
    before = tree_mib(ground.server.pid)
    for name in names:
        ground.invoke(name)
    time.sleep(SETTLE_S)
    grown = tree_mib(ground.server.pid) - before
    for name in names:
        ground.delete_function(name)
    yield grown / len(names)
