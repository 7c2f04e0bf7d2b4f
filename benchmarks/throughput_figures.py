"""Invocations per second, of eight clients that ask again as soon as they are answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from benchmarks.contender import BenchmarkError
from benchmarks.ground import Ground
from benchmarks.measure import Counts
from benchmarks.raw_http import RawConnection, SignedRequest, sign

CLIENTS = 8
SLEEP_S = 0.05
IDEAL_SLEEPING_RATE = CLIENTS / SLEEP_S
WARM_UP_S = 1.0
"""For the eight environments to start."""


def trivial_rate(ground: Ground, counts: Counts) -> Iterator[float]:
    """The silent handler, over raw HTTP: boto3 itself makes some 700 calls per second."""
    yield rate(ground, ground.silent_function, counts.throughput_s)


def sleeping_rate(ground: Ground, counts: Counts) -> Iterator[float]:
    """A handler that sleeps 50 ms: what stands in each other's way shows here."""
    yield rate(ground, ground.sleeping_function, counts.throughput_s)


def ideal_sleeping_rate() -> Iterator[float]:
    """With nothing between two sleeps."""
    yield IDEAL_SLEEPING_RATE


def rate(ground: Ground, function: str, seconds: float) -> float:
    """Answers per second. Raises BenchmarkError where one is not 200."""
    server = ground.server
    path = f"/2015-03-31/functions/{function}/invocations"
    request = sign(server.endpoint, server.key, "lambda", path, b"{}", "application/json")
    clients = [_Client(server.port, request) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(WARM_UP_S)
    began, before = time.perf_counter(), sum(client.answers for client in clients)
    time.sleep(seconds)
    ended, after = time.perf_counter(), sum(client.answers for client in clients)
    for client in clients:
        client.stop()
    failed = next((client.failure for client in clients if client.failure), "")
    if failed:
        raise BenchmarkError(failed)
    return (after - before) / (ended - began)


class _Client(threading.Thread):
    """Attributes: answers, so far; failure, why it has given up."""

    def __init__(self, port: int, request: SignedRequest) -> None:
        super().__init__(daemon=True)
        self.answers = 0
        self.failure = ""
        self._connection = RawConnection(port)
        self._request = request
        self._is_over = False

    def run(self) -> None:
        try:
            while not self._is_over:
                status = self._connection.send(self._request)
                if status != 200:
                    self.failure = f"Invoke answered {status}"
                    return
                self.answers += 1
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"

    def stop(self) -> None:
        """After the answer that it waits for."""
        self._is_over = True
        self.join()
        self._connection.close()
