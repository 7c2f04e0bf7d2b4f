"""What the learner made, from the last run into this one: opened, repeated, kept, closed.

Two ways, each where it fits. Lambda's own records, waiting events and positions are documents,
written whenever they change. moto's state is a snapshot and the commands since: they are
repeated at the start, with the time, the random numbers and the answers of that day.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator.cloudwatch.metric_store import MetricStore
from lab_helpers.emulator.control_plane.state import LambdaState
from lab_helpers.emulator.durability import command_log
from lab_helpers.emulator.durability.account_store import AccountStore, Snapshot
from lab_helpers.emulator.durability.errors import NotKeptError
from lab_helpers.emulator.durability.kept_metrics import KeptMetrics
from lab_helpers.emulator.durability.lambda_records import LambdaRecords
from lab_helpers.emulator.durability.waiting_events import KeptEvents
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK

logger = logging.getLogger(__name__)

SNAPSHOT_EVERY = 1_000
"""Commands: repeating so many takes about a second."""
SNAPSHOT_EVERY_BYTES = 32 << 20
SNAPSHOT_SHARE = 1 / 30
"""Of the time, at most: nobody else changes moto meanwhile, and a full account takes a second."""
HISTORY_BYTES = 64 << 20
"""So much of the past is kept for a version that cannot read the snapshot."""


@dataclass(frozen=True)
class Restored:
    """What a start found.

    Attributes:
        commands: how many were repeated.
        not_repeated: one line for each that failed.
    """

    commands: int = 0
    not_repeated: tuple[str, ...] = ()


class KeptAccount:
    """One account's file, and who writes to it.

    Args:
        store: open, or the folder of one to open: see ``AccountStore``.

    Raises:
        AccountInUseError, NewerAccountError.
    """

    def __init__(self, store: AccountStore | Path) -> None:
        self.store = AccountStore(store) if isinstance(store, Path) else store
        self.folder = self.store.folder
        self.events = KeptEvents(self.store)
        self.lambda_records: LambdaRecords | None = None
        self._metrics: KeptMetrics | None = None
        self._snapshot_at = 0
        self._snapshotting = threading.Lock()
        self._snapshot_not_before = 0.0

    def restore(self) -> Restored:
        """moto as it was; from now on its changes are kept."""
        snapshot = self.store.snapshot()
        upto = self._loaded(snapshot)
        self._snapshot_at = upto
        count = self._repeat(upto) if self.store.last_command > upto else 0
        CHANGES.keep_in(self.store, self._written)
        failed, CHANGES.not_repeated = tuple(CHANGES.not_repeated), []
        for line in failed:
            logger.warning("not restored: %s", line)
        return Restored(count, failed)

    def take_up(self, state: LambdaState) -> None:
        """Lambda's records as they were; from now on they are kept."""
        self.lambda_records = LambdaRecords(self.store, state)
        self.lambda_records.load()

    def keep_metrics(self, metrics: MetricStore) -> None:
        """Their values as they were; from now on they are kept."""
        self._metrics = KeptMetrics(self.store, metrics)
        self._metrics.load()
        self._metrics.start()

    def clear(self) -> None:
        """The account was emptied."""
        with MOTO_LOCK:
            self.store.clear()
            self._snapshot_at = 0
        if self.lambda_records is not None:
            self.lambda_records.forget()
        if self._metrics is not None:
            self._metrics.forget()

    def close(self) -> None:
        """The next start finds a fresh snapshot."""
        CHANGES.keep_in(None)
        if self._metrics is not None:
            self._metrics.close()
        if self.lambda_records is not None:
            with suppress(NotKeptError):
                self.lambda_records.save_all()  # what changed by itself: a provisioning's end
        if self.store.last_command > self._snapshot_at:
            self._take_snapshot()
        self.store.close()

    def _loaded(self, snapshot: Snapshot | None) -> int:
        """Number of the last command that the snapshot brought back; 0 for none."""
        if snapshot is None:
            return 0
        # an account that keeps nothing yet need not import what pickles moto
        from lab_helpers.emulator.moto_bridge import moto_snapshot

        if snapshot.stamp != moto_snapshot.STAMP and self.store.history_is_whole():
            return 0
        moto_snapshot.load(snapshot.content)
        return snapshot.upto

    def _repeat(self, after: int) -> int:
        # imported only where there is something to repeat
        import time_machine

        with time_machine.travel(0.0, tick=False) as traveller:
            return CHANGES.repeat(command_log.kept_after(self.store, after), traveller.move_to)

    def _written(self) -> None:
        """A command was kept."""
        since = self.store.last_command - self._snapshot_at
        enough = since >= SNAPSHOT_EVERY or self.store.command_bytes >= SNAPSHOT_EVERY_BYTES
        if not enough or time.monotonic() < self._snapshot_not_before:
            return
        if self._snapshotting.acquire(blocking=False):
            threading.Thread(target=self._snapshot_beside, name="snapshot", daemon=True).start()

    def _snapshot_beside(self) -> None:
        try:
            self._take_snapshot()
        finally:
            self._snapshotting.release()

    def _take_snapshot(self) -> None:
        from lab_helpers.emulator.moto_bridge import moto_snapshot

        began = time.monotonic()
        try:
            with MOTO_LOCK:
                self.store.put_snapshot(moto_snapshot.STAMP, moto_snapshot.dump(), HISTORY_BYTES)
                self._snapshot_at = self.store.last_command
        except Exception:  # the commands are all there: the next start takes longer
            logger.exception("no snapshot could be taken")
            self._snapshot_at = self.store.last_command
        now = time.monotonic()
        self._snapshot_not_before = now + (now - began) / SNAPSHOT_SHARE
