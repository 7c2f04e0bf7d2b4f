"""Invocations: cold, warm, and the way from no function to its first result."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

from benchmarks.contender import BenchmarkError
from benchmarks.ground import SILENT, WITH_BOTO3, Ground, zipped
from benchmarks.measure import Counts, milliseconds, repeated
from benchmarks.raw_http import RawConnection, sign

SETTLE_S = 0.2
"""What a contender does after it has answered is over by then, or counts."""


def cold_invoke(ground: Ground, counts: Counts) -> Iterator[float]:
    """The first invocation of a function that is active and has never run."""
    for _ in range(counts.cold):
        yield _first_invocation(ground, SILENT)


def cold_invoke_with_boto3(ground: Ground, counts: Counts) -> Iterator[float]:
    """The same, with ``boto3.client("s3")`` at the module's level."""
    for _ in range(counts.cold):
        yield _first_invocation(ground, WITH_BOTO3)


def _first_invocation(ground: Ground, source: str) -> float:
    name = ground.new_function(source)
    time.sleep(SETTLE_S)
    taken = milliseconds(lambda: ground.invoke(name))
    ground.delete_function(name)
    time.sleep(SETTLE_S)
    return taken


def create_to_first_result(ground: Ground, counts: Counts) -> Iterator[float]:
    """CreateFunction, wait until active (looking every 2 ms), first invocation."""
    assert ground.role_arn  # made before the clock runs
    for _ in range(counts.cold):
        yield _create_and_invoke(ground)


def _create_and_invoke(ground: Ground) -> float:
    package = zipped(SILENT)
    name = f"bench-{uuid.uuid4().hex[:12]}"

    def work() -> None:
        ground.create_function(name, package)
        ground.wait_until_active(name)
        ground.invoke(name)

    taken = milliseconds(work)
    ground.delete_function(name)
    time.sleep(SETTLE_S)
    return taken


def warm_invoke(ground: Ground, counts: Counts) -> Iterator[float]:
    """A handler that returns 1, through boto3."""
    name = ground.silent_function
    return repeated(lambda: ground.invoke(name), counts.calls, counts.warm_up)


def warm_invoke_printing(ground: Ground, counts: Counts) -> Iterator[float]:
    """A handler that prints a line and returns 1, through boto3."""
    name = ground.printing_function
    return repeated(lambda: ground.invoke(name), counts.calls, counts.warm_up)


def warm_invoke_raw(ground: Ground, counts: Counts) -> Iterator[float]:
    """The silent handler, without boto3: one kept-alive connection, signed once."""
    server = ground.server
    path = f"/2015-03-31/functions/{ground.silent_function}/invocations"
    request = sign(server.endpoint, server.key, "lambda", path, b"{}", "application/json")
    connection = RawConnection(server.port)

    def invoke() -> None:
        status = connection.send(request)
        if status != 200:
            raise BenchmarkError(f"Invoke answered {status}")

    try:
        yield from repeated(invoke, counts.calls, counts.warm_up)
    finally:
        connection.close()
