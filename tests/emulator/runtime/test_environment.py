"""INIT once, INVOKE many: what a learner's function finds and what the platform reports."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost, UnsupportedRuntime
from lab_helpers.emulator.runtime.platform_events import InitReport, InitStart, Start
from lab_helpers.emulator.runtime.spec import InitializationType, Invocation, InvocationStatus

COUNTER = """
    count = 0
    def handler(event, context):
        global count
        count += 1
        return {"count": count, "event": event}
"""


def payload(outcome: Any) -> Any:
    return json.loads(outcome.payload)


def test_globals_survive_between_invocations(bench: Any) -> None:
    outcomes = bench.invoke(COUNTER, {"n": 1}, {"n": 2}, "text")
    assert [payload(each) for each in outcomes] == [
        {"count": 1, "event": {"n": 1}},
        {"count": 2, "event": {"n": 2}},
        {"count": 3, "event": "text"},
    ]
    assert all(each.status is InvocationStatus.SUCCESS for each in outcomes)
    assert all(each.function_error is None for each in outcomes)


def test_the_first_invocation_alone_pays_for_the_init(bench: Any) -> None:
    cold, warm = bench.invoke(COUNTER, {}, {})
    assert cold.init_duration_ms is not None
    assert cold.init_duration_ms > 0
    assert cold.billed_duration_ms >= cold.init_duration_ms + cold.duration_ms
    assert cold.billed_duration_ms < cold.init_duration_ms + cold.duration_ms + 1.01
    assert warm.init_duration_ms is None
    assert warm.billed_duration_ms < warm.duration_ms + 1.01


def test_events_come_in_the_order_of_the_log(bench: Any) -> None:
    bench.invoke("print('at init')\ndef handler(event, context):\n    print('at invoke')", {})
    kinds = [type(event).__name__ for event in bench.events]
    assert kinds == ["InitStart", "FunctionLog", "Start", "FunctionLog", "RuntimeDone", "Report"]
    assert [event.request_id for event in bench.events if hasattr(event, "message")] == [
        None,
        "request-1",
    ]
    times = [event.time for event in bench.events]
    assert times == sorted(times)


def test_provisioned_init_is_reported_and_not_billed_with_the_invocation(bench: Any) -> None:
    kind = InitializationType.PROVISIONED_CONCURRENCY
    (outcome,) = bench.invoke(COUNTER, {}, initialization_type=kind)
    assert outcome.init_duration_ms is None
    (report,) = [event for event in bench.events if isinstance(event, InitReport)]
    assert (report.phase, report.status) == ("init", InvocationStatus.SUCCESS)


def test_the_context_is_complete(bench: Any) -> None:
    bench.write("""
        def handler(event, context):
            names = [name for name in dir(context) if not name.startswith("_")]
            values = {n: getattr(context, n) for n in names if not callable(getattr(context, n))}
            client = context.client_context
            values["client_context"] = [client.custom, client.env, client.client.app_title]
            values["identity"] = context.identity.cognito_identity_id
            return {"values": values, "left": context.get_remaining_time_in_millis(),
                    "w3c": context.w3c()}
    """)
    client = {
        "custom": {"a": "é"},
        "env": {"b": 1},
        "client": {"app_title": "t"},
        "w3c": {"traceparent": "00-1", "other": "x"},
    }

    async def scenario(host: RuntimeHost) -> Any:
        environment = host.new_environment(bench.spec(timeout_s=7), bench.events.append)
        outcome = await environment.invoke(
            Invocation(
                "id-1",
                b"{}",
                "arn:aws:lambda:us-east-1:123456789012:function:demo:prod",
                client_context=json.dumps(client, ensure_ascii=False, indent=1),
                cognito_identity='{"cognitoIdentityId": "me"}',
            )
        )
        return payload(outcome)

    got = bench.run(scenario)
    assert got["values"] == {
        "aws_request_id": "id-1",
        "client_context": [{"a": "é"}, {"b": 1}, "t"],
        "function_name": "demo",
        "function_version": "$LATEST",
        "identity": "me",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:demo:prod",
        "log_group_name": "/aws/lambda/demo",
        "log_stream_name": "2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef",
        "memory_limit_in_mb": "128",
        "tenant_id": None,
    }
    assert 5000 < got["left"] <= 7000
    assert got["w3c"] == {"traceparent": "00-1"}


def test_no_client_context_is_none_and_identity_is_empty(bench: Any) -> None:
    source = """
        def handler(event, context):
            return [context.client_context, context.identity.cognito_identity_id]
    """
    assert payload(bench.invoke(source, {})[0]) == [None, None]


def test_the_trace_id_is_set_for_the_invocation_that_has_one(bench: Any) -> None:
    bench.write("""
        import os
        def handler(event, context):
            return os.environ.get("_X_AMZN_TRACE_ID")
    """)

    async def scenario(host: RuntimeHost) -> list[Any]:
        environment = host.new_environment(bench.spec(), bench.events.append)
        traced = Invocation("1", b"{}", "arn", trace_id="Root=1-2-3;Sampled=1")
        plain = Invocation("2", b"{}", "arn")
        return [payload(await environment.invoke(each)) for each in (traced, plain)]

    assert bench.run(scenario) == ["Root=1-2-3;Sampled=1", None]


def test_handlers_in_packages_are_found(bench: Any) -> None:
    bench.write("def go(event, context): return 'in a package'", "pkg/sub/mod.py")
    for handler in ("pkg.sub.mod.go", "pkg/sub/mod.go"):
        (outcome,) = bench.invoke("", {}, handler=handler)
        assert payload(outcome) == "in a package"


def test_a_result_of_six_megabytes_passes(bench: Any) -> None:
    size = 6_291_556 - 2
    (outcome,) = bench.invoke(f"def handler(e, c): return 'x' * {size}", {}, memory_size_mb=512)
    assert outcome.status is InvocationStatus.SUCCESS
    assert len(outcome.payload) == size + 2


def test_a_big_event_arrives_whole(bench: Any) -> None:
    source = "def handler(e, c): return [len(e), e[-1]]"
    (outcome,) = bench.invoke(source, "y" * 6_000_000, memory_size_mb=512)
    assert payload(outcome) == [6_000_000, "y"]


def test_environments_run_side_by_side(bench: Any) -> None:
    bench.write("import os\ndef handler(event, context): return os.getpid()")

    async def scenario(host: RuntimeHost) -> set[int]:
        environments = [host.new_environment(bench.spec(), bench.events.append) for _ in range(4)]
        runs = (each.invoke(Invocation("1", b"{}", "arn")) for each in environments)
        return {payload(outcome) for outcome in await asyncio.gather(*runs)}

    assert len(bench.run(scenario)) == 4


def test_one_environment_takes_one_invocation_at_a_time(bench: Any) -> None:
    bench.write(COUNTER)

    async def scenario(host: RuntimeHost) -> None:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        first = asyncio.ensure_future(environment.invoke(Invocation("1", b"{}", "arn")))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="invoking"):
            await environment.invoke(Invocation("2", b"{}", "arn"))
        await first

    bench.run(scenario)


def test_tmp_belongs_to_the_environment_and_goes_with_it(bench: Any) -> None:
    bench.without_namespaces()
    bench.write("""
        import os, tempfile
        def handler(event, context):
            with open(os.path.join(tempfile.gettempdir(), "kept"), "a") as file:
                file.write("x")
            with open(file.name) as file:
                return [tempfile.gettempdir(), file.read()]
    """)

    async def scenario(host: RuntimeHost) -> list[Any]:
        found = []
        for _ in range(2):
            environment = host.new_environment(bench.spec(), bench.events.append)
            for _ in range(2):
                found.append(payload(await environment.invoke(Invocation("1", b"{}", "arn"))))
            await environment.shutdown()
        return found

    found = bench.run(scenario)
    assert [text for _, text in found] == ["x", "xx", "x", "xx"]
    assert found[0][0] != found[2][0]
    assert not Path(found[0][0]).exists()


def test_nothing_is_written_into_the_code_folder(bench: Any) -> None:
    bench.write("VALUE = 1", "other.py")
    bench.invoke("import other\ndef handler(event, context): return other.VALUE", {})
    assert sorted(path.name for path in (bench.root / "code").iterdir()) == ["app.py", "other.py"]


def test_init_start_names_the_interpreter_that_runs(bench: Any) -> None:
    bench.invoke(COUNTER, {})
    start = bench.events[0]
    assert isinstance(start, InitStart)
    assert start.runtime_version.startswith("python:3.")
    assert start.runtime_version_arn.startswith("arn:aws:lambda:us-east-1::runtime:")
    assert start.runtime_note == ""
    assert [event.version for event in bench.events if isinstance(event, Start)] == ["$LATEST"]


def test_a_runtime_that_cannot_run_is_refused_with_a_way_out(bench: Any) -> None:
    async def scenario(host: RuntimeHost) -> None:
        assert not host.runs("java21")
        with pytest.raises(UnsupportedRuntime, match="java21 cannot run"):
            host.new_environment(bench.spec(runtime="java21"), bench.events.append)

    bench.run(scenario)


def test_background_threads_wait_between_invocations(bench: Any) -> None:
    bench.write("""
        import threading, time
        ticks = 0
        def tick():
            global ticks
            while True:
                ticks += 1
                time.sleep(0.001)
        threading.Thread(target=tick, daemon=True).start()
        def handler(event, context):
            before = ticks
            while ticks < before + 3:
                time.sleep(0.001)
            return [before, ticks]
    """)

    async def scenario(host: RuntimeHost) -> list[list[int]]:
        environment = host.new_environment(bench.spec(), bench.events.append)
        first = payload(await environment.invoke(Invocation("1", b"{}", "arn")))
        await asyncio.sleep(0.3)
        return [first, payload(await environment.invoke(Invocation("2", b"{}", "arn")))]

    (_, after_first), (before_second, after_second) = bench.run(scenario)
    assert before_second - after_first < 50  # 300 when it had kept running
    assert after_second > before_second


def test_a_cancelled_invocation_leaves_a_usable_environment(bench: Any) -> None:
    bench.write("""
        import time
        def handler(event, context):
            time.sleep(event)
            return "awake"
    """)

    async def scenario(host: RuntimeHost) -> Any:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        sleeper = asyncio.ensure_future(environment.invoke(Invocation("1", b"60", "arn")))
        await asyncio.sleep(0.05)
        sleeper.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeper
        return payload(await environment.invoke(Invocation("2", b"0", "arn")))

    assert bench.run(scenario) == "awake"


def test_a_shut_down_environment_takes_nothing(bench: Any) -> None:
    bench.write(COUNTER)

    async def scenario(host: RuntimeHost) -> None:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        await environment.shutdown()
        await environment.shutdown()
        assert not environment.is_alive
        with pytest.raises(RuntimeError, match="shut down"):
            await environment.invoke(Invocation("1", b"{}", "arn"))

    bench.run(scenario)


def test_shutdown_during_an_invocation_ends_it(bench: Any) -> None:
    bench.write("import time\ndef handler(event, context): time.sleep(60)")

    async def scenario(host: RuntimeHost) -> Any:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        running = asyncio.ensure_future(environment.invoke(Invocation("1", b"{}", "arn")))
        await asyncio.sleep(0.05)
        await environment.shutdown()
        return await running

    outcome = bench.run(scenario)
    assert outcome.error_type == "Runtime.ExitError"
    assert not outcome.environment_reusable


def test_shutdown_during_the_init_leaves_nothing(bench: Any) -> None:
    bench.write("import time\ntime.sleep(60)")

    async def scenario(host: RuntimeHost) -> None:
        environment = host.new_environment(bench.spec(), bench.events.append)
        starting = asyncio.ensure_future(environment.initialize())
        await asyncio.sleep(0.03)
        await environment.shutdown()
        await starting
        assert environment.pid is None
        assert not environment.is_alive

    bench.run(scenario)
