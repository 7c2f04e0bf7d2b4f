"""The lives of warm parents: what follows when one dies, cannot start, or is left alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from lab_helpers.emulator.runtime.environment import ExecutionEnvironment
from lab_helpers.emulator.runtime.forked_start import SWITCH, can_fork
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.interpreters import host_interpreter
from lab_helpers.emulator.runtime.spec import Invocation, InvocationOutcome
from lab_helpers.emulator.runtime.warm_parent_pool import WarmParents

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")

DEADLINE_S = 60.0
HANDLER = """
    import os
    calls = []
    def handler(event, context):
        calls.append(event)
        if event == "exit":
            os._exit(3)
        return len(calls)
"""


@pytest.fixture
def forking(bench: Any) -> Any:
    bench.forks = True
    bench.write(HANDLER)
    return bench


async def invoke(environment: ExecutionEnvironment, event: object = None) -> InvocationOutcome:
    return await environment.invoke(Invocation("1", json.dumps(event).encode(), "arn"))


def parents_of(host: RuntimeHost) -> WarmParents:
    assert host.parents is not None
    return host.parents


def is_forked(host: RuntimeHost, environment: ExecutionEnvironment) -> bool:
    return psutil.Process(environment.pid).ppid() in parents_of(host).pids


async def until_gone(pid: int) -> None:
    end = time.monotonic() + DEADLINE_S
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


def test_what_a_dead_parent_has_forked_goes_on_and_a_new_one_takes_its_place(forking: Any) -> None:
    async def scenario(host: RuntimeHost) -> None:
        (pid,) = parents_of(host).pids
        old = host.new_environment(forking.spec(), forking.events.append)
        assert (await invoke(old)).payload == b"1"
        os.kill(pid, signal.SIGKILL)
        await until_gone(pid)
        meanwhile = host.new_environment(forking.spec(), forking.events.append)
        assert (await invoke(meanwhile)).payload == b"1"
        assert (await invoke(old)).payload == b"2"
        assert (await invoke(old, "exit")).error_type == "Runtime.ExitError"
        await parents_of(host).ready(host_interpreter().executable)
        later = host.new_environment(forking.spec(), forking.events.append)
        assert (await invoke(later)).payload == b"1"
        assert is_forked(host, later)
        assert parents_of(host).pids != [pid]

    forking.run(scenario)


def test_a_forked_process_that_ends_is_told_as_it_ended(forking: Any) -> None:
    async def scenario(host: RuntimeHost) -> InvocationOutcome:
        environment = host.new_environment(forking.spec(), forking.events.append)
        await environment.initialize()
        assert is_forked(host, environment)
        return await invoke(environment, "exit")

    assert b"exit status 3" in forking.run(scenario).payload


def test_a_parent_that_cannot_start_changes_nothing(
    forking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "lab_helpers.emulator.runtime.warm_parent_pool.START_VARIABLES"
    monkeypatch.setattr(broken, {"LD_PRELOAD": "/no/such/thing", "PYTHONHOME": "/no/such/place"})

    async def scenario(host: RuntimeHost) -> bytes:
        assert parents_of(host).pids == []
        assert parents_of(host).unable != {}
        return (await invoke(host.new_environment(forking.spec(), forking.events.append))).payload

    assert forking.run(scenario) == b"1"


def test_who_gives_up_during_the_fork_leaves_nothing_behind(forking: Any) -> None:
    async def scenario(host: RuntimeHost) -> None:
        (parent,) = parents_of(host).pids
        environments = [host.new_environment(forking.spec(), lambda event: None) for _ in range(6)]
        for steps, environment in enumerate(environments):
            starting = asyncio.ensure_future(environment.initialize())
            for _ in range(steps * 2):
                await asyncio.sleep(0)
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
        await asyncio.gather(*(environment.shutdown() for environment in environments))
        end = time.monotonic() + DEADLINE_S
        while psutil.Process(parent).children():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        again = host.new_environment(forking.spec(), forking.events.append)
        assert (await invoke(again)).payload == b"1"
        assert is_forked(host, again)

    forking.run(scenario)


def test_a_killed_cloud_takes_its_parents_along(tmp_path: Path) -> None:
    program = """
import asyncio
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.interpreters import host_interpreter
async def main():
    host = RuntimeHost(forks=True)
    await host.start()
    await host.parents.ready(host_interpreter().executable)
    print(host.guard_pid, *host.parents.pids, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    cloud = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert cloud.stdout is not None
    with cloud.stdout:
        guard, parent = (int(word) for word in cloud.stdout.readline().split())
    os.kill(guard, signal.SIGKILL)  # it must not need the guard
    cloud.kill()
    cloud.wait()
    asyncio.run(until_gone(parent))


@pytest.mark.parametrize("switch", ["0", "off", ""])
def test_a_switch_turns_forking_off(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, switch)
    assert can_fork() is (switch == "")


@pytest.mark.slow
def test_a_host_with_warm_environments_sleeps_while_nobody_asks(forking: Any) -> None:
    async def scenario(host: RuntimeHost) -> float:
        environment = host.new_environment(forking.spec(), forking.events.append)
        await invoke(environment)
        pids = [os.getpid(), environment.pid, host.guard_pid, *parents_of(host).pids]
        processes = [psutil.Process(pid) for pid in pids]
        before = sum(sum(each.cpu_times()[:2]) for each in processes)
        await asyncio.sleep(3)
        return sum(sum(each.cpu_times()[:2]) for each in processes) - before

    assert forking.run(scenario) < 0.03
