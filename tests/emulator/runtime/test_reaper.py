"""When the cloud is killed, its functions end too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.spec import Invocation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows uses a Job Object")

CLOUD = """
    import asyncio, json, sys
    from pathlib import Path
    from lab_helpers.emulator.runtime.host import RuntimeHost
    from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, RoleCredentials
    async def main():
        host = RuntimeHost()
        await host.start()
        spec = EnvironmentSpec("f", "arn", "$LATEST", "app.handler", sys.argv[2], 512, 3,
            Path(sys.argv[1]), "g", "s", "us-east-1", RoleCredentials("a", "b", "c"))
        environment = host.new_environment(spec, lambda event: None)
        outcome = await environment.invoke(Invocation("1", b"{}", "arn"))
        tmp = host._root_dir
        pids = [*json.loads(outcome.payload), host.guard_pid]
        print(json.dumps({"pids": pids, "tmp": str(tmp)}), flush=True)
        await asyncio.sleep(300)
    asyncio.run(main())
"""
HANDLER = """
    import os, subprocess, sys, time
    def handler(event, context):
        escaped = subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(300)"], start_new_session=True)
        return [os.getpid(), escaped.pid]
"""


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _wait(condition: Any) -> bool:
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="escaped processes are found in /proc")
def test_a_killed_cloud_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(textwrap.dedent(HANDLER))
    runtime = f"python3.{sys.version_info[1]}"
    command = [sys.executable, "-c", textwrap.dedent(CLOUD), str(tmp_path), runtime]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as cloud:
        assert cloud.stdout is not None
        told = json.loads(cloud.stdout.readline())
        assert not any(_gone(pid) for pid in told["pids"])
        cloud.kill()
    assert _wait(lambda: all(_gone(pid) for pid in told["pids"]))
    assert not Path(told["tmp"]).exists()


def test_the_guard_ends_with_the_host(bench: Any) -> None:
    async def scenario(host: RuntimeHost) -> int:
        assert host.guard_pid is not None
        return host.guard_pid

    assert _gone(bench.run(scenario))


def test_a_guard_that_was_killed_is_replaced(bench: Any) -> None:
    bench.write("def handler(event, context): return 1")

    async def scenario(host: RuntimeHost) -> list[int | None]:
        first = host.guard_pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert _wait(lambda: _gone(first))
        environment = host.new_environment(bench.spec(), bench.events.append)
        outcome = await environment.invoke(Invocation("1", b"{}", "arn"))
        assert outcome.function_error is None
        return [first, host.guard_pid]

    first, second = bench.run(scenario)
    assert second is not None
    assert first != second
