from __future__ import annotations

import asyncio

from lab_helpers.emulator.invocation.environments import IDLE_S, SWEEP_S
from tests.emulator.invocation.fake_runtime import ARN, FakeRuntime, pool, target
from tests.fakes import FakeClock, settle


def test_a_warm_environment_is_used_again() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock())
        first = await environments.acquire(target())
        environments.release(first, reusable=True)
        assert await environments.acquire(target()) is first
        assert len(runtime.started) == 1

    asyncio.run(scenario())


def test_concurrent_invocations_get_environments_of_their_own() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock())
        leases = [await environments.acquire(target()) for _ in range(3)]
        assert len({id(lease) for lease in leases}) == 3
        assert len({lease.log.name for lease in leases}) == 3

    asyncio.run(scenario())


def test_versions_do_not_share_environments() -> None:
    async def scenario() -> None:
        environments = pool(FakeRuntime(), FakeClock())
        first = await environments.acquire(target(version="1"))
        environments.release(first, reusable=True)
        assert await environments.acquire(target(version="2")) is not first

    asyncio.run(scenario())


def test_after_an_update_neither_idle_nor_busy_environments_are_used_again() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock())
        idle = await environments.acquire(target())
        busy = await environments.acquire(target())
        environments.release(idle, reusable=True)
        environments.discard(ARN, "$LATEST")
        environments.release(busy, reusable=True)
        await settle()
        assert runtime.ended == 2
        fresh = await environments.acquire(target())
        assert fresh not in (idle, busy)

    asyncio.run(scenario())


def test_an_idle_environment_ends_after_its_time() -> None:
    async def scenario() -> None:
        runtime, clock = FakeRuntime(), FakeClock()
        environments = pool(runtime, clock)
        environments.release(await environments.acquire(target()), reusable=True)
        await clock.advance(IDLE_S - 1)
        assert runtime.ended == 0
        await clock.advance(SWEEP_S + 1)
        assert runtime.ended == 1
        assert environments.count == 0

    asyncio.run(scenario())


def test_when_the_machine_is_full_an_idle_environment_of_another_function_makes_room() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock(), maximum=1)
        environments.release(await environments.acquire(target("one")), reusable=True)
        await environments.acquire(target("two"))
        assert runtime.ended == 1
        assert environments.count == 1

    asyncio.run(scenario())


def test_when_all_are_busy_the_next_waits_for_the_first_that_is_free() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock(), maximum=1)
        told: list[tuple[str, int]] = []
        environments.on_full = lambda waits, most: told.append((waits.function_arn, most))
        first = await environments.acquire(target())
        waiting = asyncio.create_task(environments.acquire(target()))
        await settle()
        assert not waiting.done()
        assert told == [(target().function_arn, 1)]
        environments.release(first, reusable=True)
        assert await waiting is first
        assert len(runtime.started) == 1

    asyncio.run(scenario())


def test_close_ends_idle_and_busy_environments() -> None:
    async def scenario() -> None:
        runtime = FakeRuntime()
        environments = pool(runtime, FakeClock())
        environments.release(await environments.acquire(target()), reusable=True)
        await environments.acquire(target("busy"))
        await environments.close()
        assert runtime.ended == 2
        assert environments.count == 0

    asyncio.run(scenario())
