"""Functions, queues and streams without a cloud."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lab_helpers.clock import ScaledClock
from lab_helpers.emulator.control_plane.errors import not_found
from lab_helpers.emulator.control_plane.records import (
    EventSourceMapping,
    FunctionVersion,
    InvokeTarget,
)
from lab_helpers.emulator.event_sources.batch_invoker import BatchInvoker
from lab_helpers.emulator.event_sources.sources import (
    ReceivedMessage,
    Shard,
    SourceGoneError,
    StreamRecord,
)
from lab_helpers.emulator.invocation.concurrency import ThrottledError
from lab_helpers.emulator.invocation.invoker import Run
from lab_helpers.emulator.invocation.metrics import LambdaMetrics, no_metrics
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.runtime.spec import Invocation, InvocationOutcome, InvocationStatus
from tests.fakes import FakeClock, settle

REGION, ACCOUNT = "us-east-1", "123456789012"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/exec"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
STREAM_ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"

Handler = Callable[[dict[str, Any]], Any]
"""Returns the function's result; what it raises is the function's error."""


class Throttle(Exception):
    """Raised by a handler: no concurrency is free."""


def mapping(source_arn: str, **settings: Any) -> EventSourceMapping:
    return EventSourceMapping(
        uuid="01234567-89ab-4cde-8f01-23456789abcd",
        arn="arn",
        region=REGION,
        function_arn=FUNCTION_ARN,
        event_source_arn=source_arn,
        state="Enabled",
        last_modified=0.0,
        settings=settings,
    )


class Function:
    """What the invoker runs; ``gate`` holds invocations back."""

    def __init__(self, handler: Handler = lambda _event: None) -> None:
        self.handler = handler
        self.events: list[dict[str, Any]] = []
        self.trace_ids: list[str] = []
        self.running = 0
        self.most_running = 0
        self.exists = True
        self.gate = asyncio.Event()
        self.gate.set()

    def resolve(self, _region: str, _function: str) -> InvokeTarget:
        if not self.exists:
            raise not_found(f"Function not found: {FUNCTION_ARN}")
        version = FunctionVersion("f", "$LATEST", ROLE, "m.h", "python3.13", "sha", 1, "", "r")
        return InvokeTarget(version, None, FUNCTION_ARN, FUNCTION_ARN, REGION, ACCOUNT)

    async def run(self, _target: InvokeTarget, invocation: Invocation, _source: str) -> Run:
        event = json.loads(invocation.payload)
        self.events.append(event)
        self.trace_ids.append(invocation.trace_id)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self.gate.wait()
            result, error = self.handler(event), None
        except Throttle:
            raise ThrottledError("ConcurrentInvocationLimitExceeded") from None
        except Exception as failure:
            result, error = {"errorMessage": str(failure)}, type(failure).__name__
        finally:
            self.running -= 1
        payload = result if isinstance(result, bytes) else json.dumps(result).encode()
        status = InvocationStatus.ERROR if error else InvocationStatus.SUCCESS
        unhandled = "Unhandled" if error else None
        return Run(
            InvocationOutcome(status, payload, unhandled, error, 1.0, 1, 30), "$LATEST", "", ""
        )

    def records(self) -> list[list[dict[str, Any]]]:
        return [event["Records"] for event in self.events]


@dataclass
class Bench:
    """A clock, a journal and a function."""

    function: Function
    scale: float = 1.0
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.journal = Journal(self.clock)
        self.waits = ScaledClock(self.clock, self.scale)
        metrics = LambdaMetrics(no_metrics, self.clock.now)
        self.permitted = True
        self.invoker = BatchInvoker(
            self.function,
            self.function.resolve,
            self.journal,
            metrics,
            lambda _role, _action, _resource: self.permitted,
        )

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.journal.entries()]

    async def run(self, poller: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(poller.run())
        await self.quiet()
        return task

    async def quiet(self) -> None:
        """Until nobody has anything to do at this moment."""
        for _ in range(20):
            await settle()


@dataclass
class _Held:
    message_id: str
    body: str
    visible_at: float
    group: str | None = None
    handle: str = ""
    received: int = 0


class FakeQueue:
    """An SQS queue whose time is the test's."""

    def __init__(self, clock: FakeClock, visibility_timeout_s: float = 30.0) -> None:
        self.clock = clock
        self.timeout_s = visibility_timeout_s
        self.messages: list[_Held] = []
        self.deleted: list[str] = []
        self.handed_back: list[tuple[list[str], float]] = []
        self.changed: Callable[[], None] = lambda: None
        self.exists = True
        self.looks = 0
        self._ids = itertools.count(1)
        self._handles = itertools.count(1)

    def send(self, *bodies: str, group: str | None = None) -> None:
        for body in bodies:
            name = f"m{next(self._ids)}"
            self.messages.append(_Held(name, body, self.clock.now(), group))
        self.changed()

    async def receive(self, _arn: str, at_most: int) -> list[ReceivedMessage]:
        self.looks += 1
        await self._check()
        found: list[ReceivedMessage] = []
        blocked = {m.group for m in self.messages if m.group and self._hidden(m)}
        for message in self.messages:
            if self._hidden(message) or message.group in blocked or len(found) >= at_most:
                continue
            message.visible_at = self.clock.now() + self.timeout_s
            message.handle = f"h{next(self._handles)}"
            message.received += 1
            found.append(self._received(message))
        return found

    async def delete(self, _arn: str, handles: Sequence[str]) -> None:
        await self._check()
        for message in [m for m in self.messages if m.handle in handles]:
            self.messages.remove(message)
            self.deleted.append(message.message_id)

    async def hand_back(self, _arn: str, handles: Sequence[str], hidden_s: float) -> None:
        await self._check()
        back = [m for m in self.messages if m.handle in handles]
        for message in back:
            message.visible_at = self.clock.now() + hidden_s
        self.handed_back.append(([m.message_id for m in back], hidden_s))
        self.changed()

    async def visibility_timeout_s(self, _arn: str) -> float:
        await self._check()
        return self.timeout_s

    async def next_visible_in_s(self, _arn: str) -> float | None:
        waits = [m.visible_at - self.clock.now() for m in self.messages]
        return min((wait for wait in waits if wait > 0), default=None)

    async def _check(self) -> None:
        """Every answer takes its time, as behind a thread."""
        for _ in range(5):
            await asyncio.sleep(0)
        if not self.exists:
            raise SourceGoneError(QUEUE_ARN)

    def _hidden(self, message: _Held) -> bool:
        return message.visible_at > self.clock.now()

    def _received(self, message: _Held) -> ReceivedMessage:
        md5 = hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest()
        attributes = {"ApproximateReceiveCount": str(message.received)}
        if message.group:
            attributes["MessageGroupId"] = message.group
        return ReceivedMessage(message.message_id, message.handle, message.body, md5, attributes)


class FakeStream:
    """Shards of records; positions are their sequence numbers."""

    def __init__(self, clock: FakeClock, *shard_ids: str) -> None:
        self.clock = clock
        self.shard_list = [Shard(one) for one in shard_ids or ("shardId-0",)]
        self.records: dict[str, list[StreamRecord]] = {one.shard_id: [] for one in self.shard_list}
        self.changed: Callable[[], None] = lambda: None
        self.retention = 86_400.0
        self.reads = 0
        self._numbers = itertools.count(1)

    def put(self, data: str, key: str = "k", shard: str = "") -> str:
        number = str(next(self._numbers))
        content = {"data": b64encode(data.encode()).decode()}
        record = StreamRecord(number, key, self.clock.now(), content)
        self.records[shard or self.shard_list[0].shard_id].append(record)
        self.changed()
        return number

    def close_shard(self, shard_id: str, *children: str) -> None:
        """What a split does."""
        self.shard_list = [
            replace(one, closed=True) if one.shard_id == shard_id else one
            for one in self.shard_list
        ]
        for child in children:
            self.shard_list.append(Shard(child, (shard_id,)))
            self.records[child] = []
        self.changed()

    async def shards(self, _arn: str) -> list[Shard]:
        return list(self.shard_list)

    async def read(self, _arn: str, shard_id: str, after: int, at_most: int) -> list[StreamRecord]:
        self.reads += 1
        await asyncio.sleep(0)
        return [one for one in self.records[shard_id] if one.position > after][:at_most]

    async def retention_s(self, _arn: str) -> float:
        return self.retention
