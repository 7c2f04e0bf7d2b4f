"""Strict isolation: a function sees no process, no network and no file of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.isolation import Isolation, find_isolation
from lab_helpers.emulator.runtime.network_doors import CloseDoor, serve_connections
from lab_helpers.emulator.runtime.spec import Invocation
from lab_helpers.errors import DojoError


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Isolation:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAMBDA_DOJO_ISOLATION", "strict")
        found = find_isolation(tmp_path_factory.mktemp("probe"))
    if not found.is_strict:
        pytest.skip(f"no strict isolation here: {found.reason}")
    return found


@pytest.fixture
def strict_bench(bench: Any, strict: Isolation) -> Any:
    bench.isolation = strict
    return bench


@pytest.fixture
def fast_strict_bench(fast_bench: Any, strict: Isolation) -> Any:
    fast_bench.isolation = strict
    return fast_bench


def answer(bench: Any, source: str, event: object = None, **changes: Any) -> Any:
    (outcome,) = bench.invoke(source, event, **changes)
    return json.loads(outcome.payload)


def test_it_sees_its_own_processes_only(strict_bench: Any) -> None:
    source = """
        import os
        def handler(event, context):
            return [os.getpid(), sorted(int(n) for n in os.listdir("/proc") if n.isdigit())]
    """
    assert answer(strict_bench, source) == [2, [1, 2]]


def test_it_cannot_signal_a_process_of_the_machine(strict_bench: Any) -> None:
    source = """
        import os, signal
        def handler(event, context):
            try:
                os.kill(event, 0)
                return "reached"
            except OSError as error:
                return type(error).__name__
    """
    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            assert answer(strict_bench, source, other.pid) == "ProcessLookupError"
        finally:
            other.kill()


def test_it_reaches_no_server_of_the_machine(strict_bench: Any) -> None:
    source = """
        import os, socket
        def handler(event, context):
            tried = [("127.0.0.1", event), ("192.0.2.1", 80), ("169.254.169.254", 80)]
            found = {}
            for place in tried:
                try:
                    socket.create_connection(place, 2).close()
                    found[place[0]] = "reached"
                except OSError as error:
                    found[place[0]] = type(error).__name__
            return found, sorted(os.listdir("/sys")), [n for _, n in socket.if_nameindex()]
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        found, _, interfaces = answer(strict_bench, source, server.getsockname()[1])
    assert found == {
        "127.0.0.1": "ConnectionRefusedError",
        "192.0.2.1": "OSError",
        "169.254.169.254": "OSError",
    }
    assert interfaces[0] == "lo"


def test_it_reaches_no_socket_without_a_file_either(strict_bench: Any) -> None:
    name = f"\0lambda-dojo-{os.getpid()}"
    source = """
        import socket
        def handler(event, context):
            try:
                socket.socket(socket.AF_UNIX).connect(event)
                return "reached"
            except OSError as error:
                return type(error).__name__
    """
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        assert answer(strict_bench, source, name) == "ConnectionRefusedError"


def test_the_runtime_api_of_one_environment_is_unknown_in_another(strict_bench: Any) -> None:
    strict_bench.write("""
        import os, socket
        def handler(event, context):
            own = os.environ["AWS_LAMBDA_RUNTIME_API"]
            host, port = (event or own).split(":")
            try:
                socket.create_connection((host, int(port)), 2).close()
                return [own, "reached"]
            except OSError as error:
                return [own, type(error).__name__]
    """)

    async def scenario(host: RuntimeHost) -> list[Any]:
        one, two = [host.new_environment(strict_bench.spec(), lambda e: None) for _ in range(2)]
        found = [json.loads((await one.invoke(Invocation("1", b"null", "arn"))).payload)]
        event = json.dumps(found[0][0]).encode()
        for environment in (two, one):
            outcome = await environment.invoke(Invocation("2", event, "arn"))
            found.append(json.loads(outcome.payload))
        host_name, port = found[0][0].split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host_name, int(port)), 2)
        return found

    own, from_other, again = strict_bench.run(scenario)
    assert own[1] == again[1] == "reached"
    assert from_other[1] == "ConnectionRefusedError"
    assert from_other[0] != own[0]


class Greeter(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"the cloud")
        transport.close()


def test_it_reaches_the_cloud_at_its_own_address_also_after_a_crash(strict_bench: Any) -> None:
    strict_bench.write("""
        import os, socket
        from urllib.parse import urlsplit
        def handler(event, context):
            if event == "exit": os._exit(3)
            place = urlsplit(os.environ["AWS_ENDPOINT_URL"])
            with socket.create_connection((place.hostname, place.port), 2) as connection:
                return connection.recv(100).decode()
    """)
    opened: list[CloseDoor] = []

    def serve_at(listener: socket.socket) -> CloseDoor:
        opened.append(serve_connections(Greeter, listener))
        return opened[-1]

    async def scenario(host: RuntimeHost) -> list[Any]:
        host.serve_cloud_at = serve_at
        spec = strict_bench.spec(endpoint_url="http://127.0.0.1:4599")
        environment = host.new_environment(spec, strict_bench.events.append)
        bodies = (b"1", b'"exit"', b"1", b"1")
        outcomes = [await environment.invoke(Invocation("1", body, "arn")) for body in bodies]
        return [json.loads(outcome.payload) for outcome in outcomes]

    first, failed, *later = strict_bench.run(scenario)
    assert [first, *later] == ["the cloud"] * 3
    assert "exit status 3" in failed["errorMessage"]
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("how", "text"),
    [("os._exit(7)", "exit status 7"), ("os.kill(os.getpid(), 9)", "signal: killed")],
)
def test_an_end_is_told_as_it_was(strict_bench: Any, how: str, text: str) -> None:
    source = f"import os\ndef handler(event, context): {how}"
    assert text in answer(strict_bench, source)["errorMessage"]


def test_a_time_out_ends_what_left_the_group(fast_strict_bench: Any) -> None:
    source = """
        import subprocess, sys, time
        def handler(event, context):
            code = "import os, time; os.setsid(); os.environ.clear(); time.sleep(77.5)"
            subprocess.Popen([sys.executable, "-c", code], start_new_session=True, env={})
            time.sleep(60)
    """
    found = answer(fast_strict_bench, source, timeout_s=9)
    assert found["errorType"] == "Sandbox.Timedout"
    time.sleep(0.2)
    assert not [p for p in psutil.process_iter() if "sleep(77.5)" in _line(p)]


def _line(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def test_too_much_memory_is_told_and_the_peak_is_the_functions(strict_bench: Any) -> None:
    source = "def handler(event, context): return len(bytearray(event * 1024 * 1024))"
    strict_bench.write(source)

    async def scenario(host: RuntimeHost) -> list[Any]:
        environment = host.new_environment(strict_bench.spec(), strict_bench.events.append)
        bodies = (b"50", b"300")
        outcomes = [await environment.invoke(Invocation("1", body, "arn")) for body in bodies]
        return [json.loads(outcome.payload) for outcome in outcomes]

    fits, failed = strict_bench.run(scenario)
    assert fits == 50 * 1024 * 1024
    assert failed["errorType"] == "Runtime.OutOfMemory"
    first = strict_bench.reports()[0]
    assert 55 < first.max_memory_used_mb < 110


def test_tmp_is_kept_from_one_process_to_the_next(strict_bench: Any) -> None:
    strict_bench.write("""
        import os
        def handler(event, context):
            known = os.path.exists("/tmp/seen")
            open("/tmp/seen", "w").close()
            if event == "exit": os._exit(1)
            return [known, os.listdir("/proc/1/task"), os.getpid()]
    """)

    async def scenario(host: RuntimeHost) -> list[Any]:
        environment = host.new_environment(strict_bench.spec(), strict_bench.events.append)
        bodies = (b'"exit"', b"1", b'"exit"', b"1")
        outcomes = [await environment.invoke(Invocation("1", body, "arn")) for body in bodies]
        return [json.loads(outcome.payload) for outcome in outcomes]

    _, first, _, second = strict_bench.run(scenario)
    assert first == second == [True, ["1"], 2]


CLOUD = """
import asyncio, sys
from pathlib import Path
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, RoleCredentials
async def main():
    host = RuntimeHost()
    await host.start()
    spec = EnvironmentSpec("f", "arn", "$LATEST", "app.handler", sys.argv[2], 512, 3,
        Path(sys.argv[1]), "g", "s", "us-east-1", RoleCredentials("a", "b", "c"))
    environment = host.new_environment(spec, lambda event: None)
    await environment.invoke(Invocation("1", b"{}", "arn"))
    print(environment.pid, host.guard_pid, flush=True)
    await asyncio.sleep(300)
asyncio.run(main())
"""


def test_a_function_ends_with_a_killed_cloud_whose_guard_was_killed_first(
    bench: Any, strict: Isolation
) -> None:
    code = bench.write(
        """
        import subprocess, sys
        def handler(event, context):
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(78.5)"],
                             start_new_session=True, env={})
        """
    )
    runtime = f"python3.{sys.version_info[1]}"
    environ = {**os.environ, "LAMBDA_DOJO_ISOLATION": "strict"}
    command = [sys.executable, "-c", CLOUD, str(code), runtime]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as cloud:
        assert cloud.stdout is not None
        pid, guard = map(int, cloud.stdout.readline().split())
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        assert len(processes) == 4
        # Stopped, so that neither it nor the killed guard can do anything about the orphans.
        cloud.send_signal(signal.SIGSTOP)
        os.kill(guard, signal.SIGKILL)
        cloud.kill()
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def test_where_it_cannot_be_had_nothing_runs(bench: Any) -> None:
    bench.isolation = Isolation("none", "this system does not allow it", falls_short=True)

    async def scenario(host: RuntimeHost) -> None:
        raise AssertionError("the host must not start")

    with pytest.raises(DojoError, match="LAMBDA_DOJO_ISOLATION=strict is set, and this system"):
        bench.run(scenario)


def test_the_switch_falls_short_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_DOJO_ISOLATION", "strict")
    monkeypatch.setattr(sys, "platform", "darwin")
    found = find_isolation(tmp_path)
    assert found.falls_short
    assert not found.is_on
