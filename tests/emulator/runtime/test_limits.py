"""Time, memory, floods and stubborn processes: limits hold and nothing stays running."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any

import psutil
import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.log_collector import LOG_BUDGET_BYTES, RECORD_OVERHEAD_BYTES
from lab_helpers.emulator.runtime.platform_events import InitReport
from lab_helpers.emulator.runtime.spec import Invocation, InvocationStatus

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="forks and POSIX signals")


def wait_until_gone(pids: list[int]) -> list[int]:
    """Those that still run after two seconds."""
    for _ in range(200):
        pids = [pid for pid in pids if _runs(pid)]
        if not pids:
            break
        time.sleep(0.01)
    return pids


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_time_out_ends_the_process_keeps_tmp_and_loses_globals(fast_bench: Any) -> None:
    source = """
        import pathlib, tempfile, time
        count = 0
        def handler(event, context):
            global count
            count += 1
            kept = pathlib.Path(tempfile.gettempdir(), "kept")
            if event:
                kept.write_text("still here")
                print("going to sleep")
                time.sleep(event)
            return [count, kept.read_text()]
    """
    late, again = fast_bench.invoke(source, 60, 0, timeout_s=12)
    assert json.loads(late.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: request-1 Error: Task timed out after 12.00 seconds",
    }
    assert late.payload.startswith(b'{"errorType":"Sandbox.Timedout","errorMessage":')
    assert (late.status, late.function_error) == (InvocationStatus.TIMEOUT, "Unhandled")
    assert late.duration_ms == 12_000
    assert late.environment_reusable
    assert json.loads(again.payload) == [1, "still here"]
    assert "going to sleep" in fast_bench.logs()
    assert fast_bench.reports()[0].status is InvocationStatus.TIMEOUT


def test_an_init_that_takes_too_long_is_tried_again_under_the_function_s_time_out(
    fast_bench: Any,
) -> None:
    (outcome,) = fast_bench.invoke("import time\ntime.sleep(60)", {}, timeout_s=2)
    assert outcome.error_type == "Sandbox.Timedout"
    reports = [event for event in fast_bench.events if isinstance(event, InitReport)]
    assert [(each.phase, each.status, each.duration_ms) for each in reports] == [
        ("init", InvocationStatus.TIMEOUT, 10_000),
        ("invoke", InvocationStatus.TIMEOUT, 2_000),
    ]


def test_a_handler_that_ignores_sigterm_and_sleeps_is_timed_out(fast_bench: Any) -> None:
    source = """
        import signal, time
        def handler(event, context):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(1)
    """
    (outcome,) = fast_bench.invoke(source, {}, timeout_s=1)
    assert outcome.status is InvocationStatus.TIMEOUT


def test_memory_above_the_limit_ends_the_process(bench: Any) -> None:
    source = """
        import time
        def handler(event, context):
            hog = bytearray(event)
            time.sleep(5)
            return len(hog)
    """
    small, big = bench.invoke(source.replace("sleep(5)", "sleep(0)"), 1000, 300_000_000)
    assert small.status is InvocationStatus.SUCCESS
    assert 5 < small.max_memory_used_mb < 100
    assert json.loads(big.payload) == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": "RequestId: request-2 Error: Runtime exited with error: signal: killed",
    }
    assert big.max_memory_used_mb == 128
    (slow,) = bench.invoke(source, 300_000_000)
    assert slow.error_type == "Runtime.OutOfMemory"
    assert slow.duration_ms < 5000


@posix_only
def test_memory_of_child_processes_counts(bench: Any) -> None:
    source = """
        import os, time
        def handler(event, context):
            if os.fork() == 0:
                hog = bytearray(200_000_000)
                time.sleep(20)
                os._exit(0)
            time.sleep(20)
    """
    (outcome,) = bench.invoke(source, {})
    assert outcome.error_type == "Runtime.OutOfMemory"


def test_max_memory_used_is_measured(bench: Any) -> None:
    source = "def handler(event, context):\n    return len(bytearray(event))"
    little, much = bench.invoke(source, 1, 60_000_000)
    assert much.max_memory_used_mb - little.max_memory_used_mb >= 50


@pytest.mark.slow
@pytest.mark.parametrize("line", ["'y' * 1000", "'y'", "''"])
def test_a_flood_of_output_is_bounded_and_times_out(bench: Any, line: str) -> None:
    source = f"""
        def handler(event, context):
            while True:
                print({line})
    """
    (outcome,) = bench.invoke(source, {}, timeout_s=2)
    assert outcome.status is InvocationStatus.TIMEOUT
    assert sum(len(message) for message in bench.logs()) <= LOG_BUDGET_BYTES + 2000
    assert len(bench.logs()) <= LOG_BUDGET_BYTES / RECORD_OVERHEAD_BYTES + 2


@posix_only
def test_forked_and_escaped_processes_end_with_the_environment(bench: Any) -> None:
    bench.write("""
        import os, signal, subprocess, sys, time
        def spawn(**options):
            code = ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
                    "time.sleep(300)")
            return subprocess.Popen([sys.executable, "-S", "-c", code], **options).pid
        def double_fork():
            read, write = os.pipe()
            if os.fork() == 0:
                os.setsid()
                pid = os.fork()
                if pid == 0:
                    time.sleep(300)
                os.write(write, str(pid).encode())
                os._exit(0)
            return int(os.read(read, 100))
        def handler(event, context):
            return [os.getpid(), spawn(), spawn(start_new_session=True), double_fork()]
    """)

    async def scenario(host: RuntimeHost) -> list[int]:
        environment = host.new_environment(bench.spec(memory_size_mb=512), bench.events.append)
        outcome = await environment.invoke(Invocation("1", b"{}", "arn"))
        pids: list[int] = json.loads(outcome.payload)
        assert all(_runs(pid) for pid in pids)
        started = time.perf_counter()
        await environment.shutdown()
        assert time.perf_counter() - started < 20
        return pids

    assert wait_until_gone(bench.run(scenario)) == []


@posix_only
def test_children_of_a_timed_out_invocation_end_with_it(fast_bench: Any) -> None:
    fast_bench.write("""
        import subprocess, sys, time
        def handler(event, context):
            child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(300)"])
            print(child.pid)
            time.sleep(300)
    """)

    async def scenario(host: RuntimeHost) -> None:
        environment = host.new_environment(
            fast_bench.spec(timeout_s=12, memory_size_mb=512), fast_bench.events.append
        )
        await environment.invoke(Invocation("1", b"{}", "arn"))
        assert wait_until_gone([int(fast_bench.logs()[0])]) == []
        assert environment.is_alive

    fast_bench.run(scenario)


def test_sigterm_gives_a_function_a_moment_to_end_by_itself(bench: Any) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX signals")
    marker = bench.root / "ended"
    bench.without_namespaces()  # the marker lies where such a function cannot write
    bench.write(f"""
        import pathlib, signal, sys
        def end(*_):
            pathlib.Path({str(marker)!r}).write_text("yes")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        def handler(event, context): pass
    """)

    async def scenario(host: RuntimeHost) -> None:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        await environment.shutdown()

    bench.run(scenario)
    assert marker.read_text() == "yes"


@pytest.mark.skipif(sys.platform != "linux", reason="the parent can set limits on Linux alone")
def test_open_files_are_limited_as_at_aws(bench: Any) -> None:
    source = """
        import resource
        def handler(event, context):
            return [resource.getrlimit(resource.RLIMIT_NOFILE),
                    resource.getrlimit(resource.RLIMIT_CORE)]
    """
    (outcome,) = bench.invoke(source, {})
    assert json.loads(outcome.payload) == [[1024, 1024], [0, 0]]


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_no_descriptor_is_lost_over_many_environments(bench: Any) -> None:
    bench.write("import os\ndef handler(event, context):\n    if event: os._exit(1)")

    async def scenario(host: RuntimeHost) -> tuple[int, int]:
        counts = []
        for _ in range(2):
            for _ in range(3):
                environment = host.new_environment(bench.spec(), bench.events.append)
                await environment.invoke(Invocation("1", b"1", "arn"))
                await environment.invoke(Invocation("1", b"0", "arn"))
                await environment.shutdown()
            await asyncio.sleep(0)
            counts.append(len(os.listdir(f"/proc/{os.getpid()}/fd")))  # noqa: PTH208
        return counts[0], counts[1]

    first, second = bench.run(scenario)
    assert second <= first
