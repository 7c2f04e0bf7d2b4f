"""Metric values on disk: a document for each minute, written a few seconds after it changed.

At AWS values of one minute are there for 15 days; here the newest few megabytes are.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress

import msgspec

from lab_helpers.emulator.cloudwatch.metric_store import Distribution, MetricKey, MetricStore
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.errors import NotKeptError

MINUTE = "metric-minute"
WRITE_EVERY_S = 5.0
"""What a killed cloud may lose."""
KEPT_BYTES = 8 << 20
"""Reading so much takes a third of a second at a start."""

_Minute = list[tuple[MetricKey, Distribution]]


class KeptMetrics:
    """What an account's metrics were; ``start`` writes what they become.

    Args:
        kept_bytes: of all minutes together; the oldest go first.
    """

    def __init__(
        self, store: AccountStore, metrics: MetricStore, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._kept_bytes = kept_bytes
        self._sizes: dict[int, int] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._writer = threading.Thread(target=self._write_on, name="metrics", daemon=True)

    def load(self) -> None:
        """Minutes that cannot be read are left out: another version wrote them."""
        for name, content in self._store.documents(MINUTE):
            with suppress(msgspec.DecodeError):
                self._metrics.restore(int(name), msgspec.msgpack.decode(content, type=_Minute))
            self._sizes[int(name)] = len(content)

    def start(self) -> None:
        self._writer.start()

    def close(self) -> None:
        self._ended.set()
        if self._writer.is_alive():
            self._writer.join()
        self.write()

    def write(self) -> None:
        """The minutes that changed since the last time."""
        # a full disk is told elsewhere, and the store writes this with its next success
        with self._lock, suppress(NotKeptError), self._store.together():
            changed = self._metrics.take_changed()
            for minute in sorted(changed):
                content = msgspec.msgpack.encode(self._metrics.of_minute(minute))
                self._store.put_document(MINUTE, _name(minute), content)
                self._sizes[minute] = len(content)
            self._drop_oldest()

    def forget(self) -> None:
        """The account was emptied, and the metrics were."""
        with self._lock, suppress(NotKeptError), self._store.together():
            for minute in self._sizes:
                self._store.drop_document(MINUTE, _name(minute))
            self._sizes.clear()

    def _drop_oldest(self) -> None:
        total = sum(self._sizes.values())
        oldest = deque(sorted(self._sizes))
        while total > self._kept_bytes and len(oldest) > 1:
            minute = oldest.popleft()
            total -= self._sizes.pop(minute)
            self._store.drop_document(MINUTE, _name(minute))

    def _write_on(self) -> None:
        while not self._ended.wait(WRITE_EVERY_S):
            self.write()


def _name(minute: int) -> str:
    """Sorts as numbers do."""
    return f"{minute:012d}"
