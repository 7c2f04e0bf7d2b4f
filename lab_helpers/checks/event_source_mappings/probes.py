"""Messages and records of the check's own, and what the mapped functions make of them."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from lab_helpers.checks.event_source_mappings.resources import lab_queue, log_group
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.log_reading import LoggedRun
from lab_helpers.grading.queue_looking import QueueLook
from lab_helpers.grading.recent_runs import runs_since

CLOCKS_DIFFER_BY_S = 5
ROUNDS_LAST_S = 120.0
"""Five receives of a visibility timeout of 18 seconds, and some more."""
WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class RunProbe:
    """Knows the check's own items by a token in their ids, and finds them in a function's log."""

    def __init__(self, ev: Evidence, function_key: str) -> None:
        self.ev = ev
        self.token = f"check-{ev.token()}"
        self._log_group = log_group(ev, function_key)
        self._since_ms = int((time.time() - CLOCKS_DIFFER_BY_S) * 1000)

    def id(self, name: str) -> str:
        """What the item ``name`` is called in the cloud."""
        return f"{self.token}-{name}"

    def runs(self) -> list[LoggedRun]:
        """Finished invocations that speak of one of the check's items."""
        found = runs_since(self.ev.logs_client, self._log_group, self._since_ms)
        return [run for run in found if run.finished and self.token in run.text]

    def count(self, line: str) -> int:
        """How often the function has printed ``line``."""
        return sum(run.text.splitlines().count(line) for run in self.runs())

    def is_mentioned(self, name: str) -> bool:
        """Whether any invocation got the item."""
        own = self.id(name)
        return any(own in run.text.replace(":", " ").split() for run in self.runs())

    def failed_text(self) -> str:
        """The log of an invocation that ended with an error; empty where none did."""
        return next((run.text for run in self.runs() if run.error), "")


class OrderProbe(RunProbe):
    """Messages in the orders queue."""

    def __init__(self, ev: Evidence) -> None:
        super().__init__(ev, "orders_function")
        self._orders = lab_queue(ev, "orders")
        self._dlq = lab_queue(ev, "orders_dlq")

    @classmethod
    @contextlib.contextmanager
    def open(cls, ev: Evidence) -> Iterator[OrderProbe]:
        """Leaves neither queue with a message of its own."""
        probe = cls(ev)
        try:
            yield probe
        finally:
            for queue in (probe._orders, probe._dlq):
                queue.remove(lambda body: probe.token in body)

    def send(self, *names: str, **quantities: int) -> None:
        """By one call: an order for each of ``names``; ``poison=0`` is one that cannot be taken.

        A name that begins with ``ping`` becomes a message of another kind.
        """
        wanted = {**dict.fromkeys(names, 1), **quantities}
        self._orders.send([self._body(name, quantity) for name, quantity in wanted.items()])

    def _body(self, name: str, quantity: int) -> str:
        if name.startswith("ping"):
            return json.dumps({"kind": "ping", "id": self.id(name)})
        return json.dumps({"kind": "order", "id": self.id(name), "quantity": quantity})

    def taken(self, name: str) -> int:
        """How often the order was taken."""
        return self.count(f"taken {self.id(name)}")

    def wait_until_taken(self, name: str) -> bool:
        return bool(self.ev.wait_for(lambda: self.taken(name) or None))

    def wait_until_settled(self) -> bool:
        """Whether the queue has come to hold nothing any more, not even what is being worked on."""
        # only a backend with a journal shortens the rounds of a message that comes back
        patience_s = None if self.ev.journal else ROUNDS_LAST_S
        return bool(
            self.ev.wait_for(lambda: True if self._is_empty() else None, patience_s=patience_s)
        )

    def _is_empty(self) -> bool:
        attributes = self._orders.attributes
        return not any(int(attributes.get(name, 0)) for name in WAITING)

    def in_dlq(self, name: str) -> bool:
        own = json.dumps(self.id(name))
        return any(own in body for body in self._dlq.bodies())


class ReadingProbe(RunProbe):
    """Records in the stream of readings, all under one partition key."""

    def __init__(self, ev: Evidence) -> None:
        super().__init__(ev, "readings_function")
        self._places: dict[str, tuple[str, int]] = {}

    def put(self, *names: str) -> None:
        """By one call, in this order; a name that begins with ``bad`` has no temperature."""
        records = [
            {"PartitionKey": self.token, "Data": json.dumps(self._reading(name))} for name in names
        ]
        answer = self.ev.client("kinesis").put_records(
            StreamName=self.ev.name("readings"), Records=records
        )
        for name, record in zip(names, answer["Records"], strict=True):
            self._places[name] = (record["ShardId"], int(record["SequenceNumber"]))

    def _reading(self, name: str) -> dict[str, Any]:
        celsius = None if name.startswith("bad") else 20
        return {"id": self.id(name), "meter": self.token, "celsius": celsius}

    def stored(self, name: str) -> int:
        """How often the reading was stored."""
        return self.count(f"stored {self.id(name)}")

    def wait_until_stored(self, *names: str, patience_s: float | None = None) -> bool:
        def all_stored() -> bool | None:
            return all(self.stored(name) for name in names) or None

        return bool(self.ev.wait_for(all_stored, patience_s=patience_s))

    def failure_record(self, name: str, queue: QueueLook) -> dict[str, Any] | None:
        """What the destination was told of the batch that held the reading."""
        return next(filter(None, (self._about(name, body) for body in queue.bodies())), None)

    def _about(self, name: str, body: str) -> dict[str, Any] | None:
        shard, number = self._places[name]
        with contextlib.suppress(ValueError, KeyError, TypeError):
            record: dict[str, Any] = json.loads(body)
            batch = record["KinesisBatchInfo"]
            first, last = int(batch["startSequenceNumber"]), int(batch["endSequenceNumber"])
            # where sequence numbers are short, another stream's may be the same
            ours = str(batch["streamArn"]).endswith(f"/{self.ev.name('readings')}")
            if ours and batch["shardId"] == shard and first <= number <= last:
                return record
        return None

    def remove_failure_records(self, queue: QueueLook) -> None:
        """Take what the check caused out of the destination."""
        queue.remove(lambda body: any(self._about(name, body) for name in self._places))
