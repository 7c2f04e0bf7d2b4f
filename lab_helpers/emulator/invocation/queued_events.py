"""An event in Lambda's internal queue, how far it has come, and who remembers both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lab_helpers.emulator.invocation.invoker import Run

THROTTLE_WAIT_FIRST_S = 1.0
THROTTLE_WAIT_MOST_S = 300.0


@dataclass(frozen=True)
class QueuedEvent:
    """An event on its way to a function.

    Attributes:
        function: ARN or name with its qualifier, resolved anew at each attempt.
        cause_id: request id of the call or invocation behind the event.
        source: the service that sent it, for the journal.
        trace_header: the chain of requests that the event belongs to.
    """

    region: str
    function: str
    payload: bytes
    source: str
    request_id: str
    enqueued_at: float
    cause_id: str | None = None
    trace_header: str = ""


@dataclass
class Progress:
    """How far an event has come.

    Attributes:
        age_s: counts AWS's seconds, not the shortened ones.
        wait_s: until the next attempt, in AWS's seconds; 0 while it is attempted.
        waiting_since: when that wait began, seconds since the epoch.
    """

    received: bool = False
    retries: int = 0
    throttle_wait_s: float = THROTTLE_WAIT_FIRST_S
    age_s: float = 0.0
    invoke_count: int = 0
    last_run: Run | None = None
    wait_s: float = 0.0
    waiting_since: float = 0.0

    def back_off(self) -> float:
        """How long to wait after a throttle; the next time it is twice as long."""
        wait_s = self.throttle_wait_s
        self.throttle_wait_s = min(wait_s * 2, THROTTLE_WAIT_MOST_S)
        return wait_s


class WaitingEvents(Protocol):
    """Remembers the events of the queue while the cloud is off."""

    def keep(self, event: QueuedEvent, progress: Progress) -> None:
        """Before the event's sender is told of success. Safe to call from all threads."""

    def update(self, event: QueuedEvent, progress: Progress) -> None:
        """The event has come further. Never raises."""

    def forget(self, request_id: str) -> None:
        """The event has come to its end. Never raises."""

    def all(self) -> Iterator[tuple[QueuedEvent, Progress]]:
        """What was kept and not forgotten, the oldest first."""


class NothingWaits:
    """For a cloud that keeps nothing."""

    def keep(self, event: QueuedEvent, progress: Progress) -> None:
        """Forgotten at once."""

    def update(self, event: QueuedEvent, progress: Progress) -> None:
        """Forgotten as well."""

    def forget(self, request_id: str) -> None:
        """There is nothing to forget."""

    def all(self) -> Iterator[tuple[QueuedEvent, Progress]]:
        return iter(())
