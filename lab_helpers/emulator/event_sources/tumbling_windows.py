"""State that a function carries from batch to batch while a window of time lasts.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
A record belongs to the window in which it arrived. The function returns the state for its next
invocation; the last one of a window comes without records once the window is over.
"""

from __future__ import annotations

import json
from typing import Any

from lab_helpers.clock import iso_milliseconds, iso_seconds
from lab_helpers.emulator.event_sources.batch_response import WholeBatchFailedError

MAXIMUM_STATE_BYTES = 1024 * 1024


class PlainFrame:
    """A batch without a window: the records are the event, any response is accepted."""

    def event(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        return {"Records": records}

    def accept(self, payload: bytes) -> None:
        """A successful response. Raises WholeBatchFailedError where it is none."""


class TumblingWindow(PlainFrame):
    """One window of one shard.

    Args:
        start, length_s: real time, seconds since the epoch and seconds.
    """

    def __init__(self, start: float, length_s: float, shard_id: str, stream_arn: str) -> None:
        self.start = start
        self.end = start + length_s
        self.used = False
        self.final = False
        self.terminated_early = False
        self._state: dict[str, Any] = {}
        self._shard_id = shard_id
        self._stream_arn = stream_arn

    @classmethod
    def at(
        cls, arrived_at: float, length_s: float, shard_id: str, stream_arn: str
    ) -> TumblingWindow:
        """The window in which a record arrived: windows follow one another since the epoch."""
        start = arrived_at - arrived_at % length_s
        return cls(start, length_s, shard_id, stream_arn)

    def event(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "Records": records,
            "window": {"start": _moment(self.start), "end": _moment(self.end)},
            "state": self._state,
            "shardId": self._shard_id,
            "eventSourceARN": self._stream_arn,
            "isFinalInvokeForWindow": self.final,
            "isWindowTerminatedEarly": self.terminated_early,
        }

    def accept(self, payload: bytes) -> None:
        """Takes the state on; without one the invocation counts as failed."""
        try:
            response = json.loads(payload or b"null")
        except (ValueError, RecursionError) as error:
            raise WholeBatchFailedError("the response is not valid JSON") from error
        state = response.get("state") if isinstance(response, dict) else None
        if not isinstance(state, dict):
            raise WholeBatchFailedError("the response has no state")
        self.used = True
        if self.terminated_early:
            # The window goes on with a fresh state.
            self._state, self.terminated_early = {}, False
            return
        self._state = state
        if len(json.dumps(state).encode()) > MAXIMUM_STATE_BYTES:
            self.terminated_early = True


def _moment(epoch_s: float) -> str:
    """Whole seconds as AWS writes them; shortened windows show their milliseconds."""
    if epoch_s == int(epoch_s):
        return iso_seconds(epoch_s)
    return iso_milliseconds(epoch_s)
