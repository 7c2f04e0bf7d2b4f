"""Pollers follow the mappings that the control plane keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.event_sources.mapping_pollers import MappingPollers
from lab_helpers.emulator.journal import Journal
from tests.emulator.event_sources.stand_ins import FUNCTION_ARN, QUEUE_ARN, REGION, mapping
from tests.fakes import FakeClock, settle


class FakePoller:
    """Runs until stopped; ``holding`` keeps it running a while longer."""

    def __init__(self, of: EventSourceMapping) -> None:
        self.mapping = of
        self.running = self.closed = False
        self.woken = 0
        self.failures = 0
        self.holding = asyncio.Event()
        self.holding.set()
        self._stopped = asyncio.Event()

    def wake(self) -> None:
        self.woken += 1

    def stop(self) -> None:
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    async def run(self) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("a fault")
        self.running = True
        await self._stopped.wait()
        await self.holding.wait()
        self.running = False

    async def close(self) -> None:
        self.stop()
        self.closed = True


class Bench:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.journal = Journal(self.clock)
        self.kept: dict[str, EventSourceMapping] = {}
        self.pollers: list[FakePoller] = []
        self.forgotten: list[str] = []
        self.failures = 0
        self.all = MappingPollers(
            lambda _region: list(self.kept.values()),
            self.new_poller,
            self.forgotten.append,
            self.clock,
            self.journal,
        )

    def new_poller(self, of: EventSourceMapping) -> FakePoller | None:
        if of.event_source_arn is None:
            return None
        self.pollers.append(FakePoller(of))
        self.pollers[-1].failures, self.failures = self.failures, 0
        return self.pollers[-1]

    async def change(self, **fields: Any) -> None:
        """The mapping becomes so, and the control plane says that it changed."""
        one = self.kept.get("u") or replace(mapping(QUEUE_ARN, BatchSize=10), uuid="u")
        self.kept["u"] = replace(one, **fields)
        await self.tell()

    async def tell(self) -> None:
        self.all.mapping_changed(REGION, "u")
        await settle()

    def running(self) -> list[bool]:
        return [one.running for one in self.pollers]


def play(scenario: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        bench = Bench()
        await scenario(bench)
        await bench.all.close()
        assert bench.running() == [False] * len(bench.pollers) or all(
            one.closed for one in bench.pollers if one.running
        )

    asyncio.run(run())


def test_an_enabled_mapping_is_polled_and_a_deleted_one_forgotten() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        assert bench.running() == [True]
        bench.kept.clear()
        await bench.tell()
        assert bench.running() == [False]
        assert bench.forgotten == ["u"]

    play(scenario)


def test_polling_begins_when_the_mapping_is_ready() -> None:
    async def scenario(bench: Bench) -> None:
        ready_at = bench.clock.now() + 5
        await bench.change(state="Creating", next_state="Enabled", ready_at=ready_at)
        assert bench.pollers == []
        bench.kept["u"] = replace(bench.kept["u"], state="Enabled", next_state="")
        await bench.clock.advance(5)
        assert bench.running() == [True]

    play(scenario)


def test_disabling_stops_and_enabling_starts_anew() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        await bench.change(state="Disabling", next_state="Disabled", ready_at=0.0)
        assert bench.running() == [False]
        await bench.change(state="Disabled", next_state="")
        await bench.change(state="Enabled")
        assert bench.running() == [False, True]

    play(scenario)


def test_an_update_takes_effect_when_it_is_through() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        ready_at = bench.clock.now() + 5
        updating = {"state": "Updating", "next_state": "Enabled", "ready_at": ready_at}
        await bench.change(settings={"BatchSize": 1}, **updating)
        assert bench.running() == [True]
        bench.kept["u"] = replace(bench.kept["u"], state="Enabled", next_state="")
        await bench.clock.advance(5)
        assert bench.running() == [False, True]
        assert bench.pollers[1].mapping.settings == {"BatchSize": 1}

    play(scenario)


def test_whoever_saw_the_new_settings_meets_no_poller_with_the_old_ones() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        bench.kept["u"] = replace(bench.kept["u"], settings={"BatchSize": 1})
        bench.all.mapping_changed(REGION, "u")
        assert bench.pollers[0].is_stopped  # before anything else can run

    play(scenario)


def test_what_changes_nothing_restarts_nothing() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        await bench.change(last_processing_result="OK", last_modified=5.0)
        assert bench.running() == [True]
        await bench.change(function_arn=f"{FUNCTION_ARN}:live")
        assert bench.running() == [False, True]

    play(scenario)


def test_the_next_poller_waits_for_the_one_before() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change()
        bench.pollers[0].holding.clear()
        await bench.change(settings={"BatchSize": 1})
        assert bench.running() == [True]
        bench.pollers[0].holding.set()
        await settle()
        assert bench.running() == [False, True]

    play(scenario)


def test_news_of_a_source_wake_its_poller_alone() -> None:
    async def scenario(bench: Bench) -> None:
        stream = f"arn:aws:kinesis:{REGION}:123456789012:stream/s"
        await bench.change(event_source_arn=f"{stream}/consumer/c:1")
        bench.all.source_changed(QUEUE_ARN)
        assert bench.pollers[0].woken == 0
        bench.all.source_changed(stream)
        assert bench.pollers[0].woken == 1

    play(scenario)


def test_a_fault_in_a_poller_does_not_end_the_mapping() -> None:
    async def scenario(bench: Bench) -> None:
        bench.failures = 2
        await bench.change()
        assert bench.running() == [False]
        await bench.clock.advance(2)
        assert bench.running() == [True]
        assert [one.kind for one in bench.journal.entries(kind="mapping.error")] == [
            "mapping.error"
        ] * 2

    play(scenario)


def test_a_source_that_nobody_reads_is_left_alone() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.change(event_source_arn=None)
        assert bench.pollers == []
        bench.all.source_changed(QUEUE_ARN)

    play(scenario)
