"""SnapStart as its log and its bill show it; hooks around the snapshot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.platform_events import FunctionLog
from lab_helpers.emulator.runtime.spec import InitializationType, Invocation, InvocationOutcome

SNAP_START = {"initialization_type": InitializationType.SNAP_START, "version": "1"}
HOOKS = """
    import os, time
    from snapshot_restore_py import register_after_restore, register_before_snapshot
    seen = []
    register_before_snapshot(seen.append, "before: registered first")
    @register_before_snapshot
    def before(): seen.append("before: registered last")
    register_after_restore(seen.append, "after 1")
    @register_after_restore
    def after():
        seen.append("after 2")
        time.sleep(0.02)
    def handler(event, context):
        return [seen, os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], context.log_stream_name]
"""


def run(bench: Any, source: str, environments: int, calls: int) -> list[InvocationOutcome]:
    bench.write(source)
    spec = bench.spec(**SNAP_START)

    async def scenario(host: RuntimeHost) -> list[InvocationOutcome]:
        outcomes = []
        for _ in range(environments):
            environment = host.new_environment(spec, bench.events.append)
            for _ in range(calls):
                outcomes.append(await environment.invoke(Invocation("1", b"{}", "arn")))
        return outcomes

    return bench.run(scenario)


def kinds(bench: Any) -> list[str]:
    return [type(event).__name__ for event in bench.events if not isinstance(event, FunctionLog)]


def test_init_is_shown_once_per_version_and_a_restore_per_environment(bench: Any) -> None:
    run(bench, "def handler(event, context): pass", environments=2, calls=2)
    invocation = ["Start", "RuntimeDone", "Report"]
    restore = ["RestoreStart", "RestoreReport"]
    assert kinds(bench) == [
        *["InitStart", "InitReport", *restore, *invocation, *invocation],
        *[*restore, *invocation, *invocation],
    ]


def test_a_report_tells_the_restore_once_and_no_init(bench: Any) -> None:
    outcomes = run(bench, HOOKS, environments=2, calls=2)
    first, warm, second, _ = bench.reports()
    for report in (first, second):
        assert report.init_duration_ms is None
        assert report.billed_restore_duration_ms >= 20
        assert report.restore_duration_ms >= 20
        assert report.billed_duration_ms >= report.billed_restore_duration_ms
    assert second.restore_duration_ms > first.restore_duration_ms  # its INIT is part of it
    assert warm.restore_duration_ms is None
    assert warm.billed_duration_ms < 20
    assert outcomes[0].billed_duration_ms == first.billed_duration_ms


def test_hooks_run_in_aws_s_order_and_log_names_are_not_there(bench: Any) -> None:
    (outcome,) = run(bench, HOOKS, environments=1, calls=1)
    assert json.loads(outcome.payload) == [
        ["before: registered last", "before: registered first", "after 1", "after 2"],
        "snap-start",
        None,
    ]


@pytest.mark.parametrize(
    ("hook", "error_type"),
    [
        ("register_before_snapshot", "Runtime.BeforeSnapshotError"),
        ("register_after_restore", "Runtime.AfterRestoreError"),
    ],
)
def test_a_failing_hook_fails_the_invocation(bench: Any, hook: str, error_type: str) -> None:
    source = f"""
        from snapshot_restore_py import {hook}
        @{hook}
        def fail(): raise ValueError("no")
        def handler(event, context): pass
    """
    (outcome,) = run(bench, source, environments=1, calls=1)
    assert outcome.error_type == error_type
    assert json.loads(outcome.payload)["errorMessage"] == "no"


def test_the_hooks_module_is_there_without_snapstart_too(bench: Any) -> None:
    bench.write(HOOKS)
    (outcome,) = bench.invoke(HOOKS, {})
    assert json.loads(outcome.payload)[0] == []
