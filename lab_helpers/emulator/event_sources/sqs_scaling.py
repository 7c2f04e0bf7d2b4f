"""How many batches of a queue a function works on at once.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
Lambda begins with five and adds up to 300 a minute while messages wait, to 1,250 at most, or to
the mapping's maximum concurrency; when the function fails or is throttled it backs off, to two
at least. With partial batch responses failures do not slow it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.clock import Clock
from lab_helpers.emulator.event_sources.batch_invoker import BatchStatus

FIRST = 5
FEWEST = 2
MOST = 1250
MORE_EACH_S = 300 / 60


class SqsScaling:
    """Of one mapping while it runs."""

    def __init__(self, settings: Mapping[str, Any], clock: Clock) -> None:
        scaling = settings.get("ScalingConfig") or {}
        self._most = int(scaling.get("MaximumConcurrency") or MOST)
        self._clock = clock
        self._limit = float(min(FIRST, self._most))
        self._grew_at = clock.monotonic()

    def limit(self, running: int) -> int:
        """Batches at once, now that ``running`` are; grows while all of them are busy."""
        now = self._clock.monotonic()
        if running >= int(self._limit):
            self._limit = min(self._most, self._limit + (now - self._grew_at) * MORE_EACH_S)
        self._grew_at = now
        return int(self._limit)

    def finished(self, status: BatchStatus, reports_failures: bool) -> None:
        """A batch has ended so."""
        failed = status is BatchStatus.FAILED and not reports_failures
        if failed or status is BatchStatus.THROTTLED:
            self._limit = max(min(FEWEST, self._most), self._limit / 2)
        elif self._limit < min(FIRST, self._most):
            self._limit += 1
