"""The Runtime API of an environment answers that environment's processes and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from lab_helpers.emulator.runtime import peer_process
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.peer_process import Peer, peer_of
from lab_helpers.emulator.runtime.spec import Invocation


@pytest.fixture(params=["by its own means", "as on any system"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "as on any system":
        monkeypatch.setattr(peer_process, "_inode_of_peer", lambda connection: None)
    return str(request.param)


@contextlib.contextmanager
def connected_child(code: str) -> Iterator[tuple[socket.socket, int]]:
    """A process that runs ``code`` with ``s``, a connection to us; our end and its pid."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        begin = f"import socket, sys, time; s = socket.create_connection({server.getsockname()!r})"
        command = [sys.executable, "-c", f"{begin}\n{code}"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            connection, _ = server.accept()
            with connection:
                yield connection, process.pid
            process.kill()


def test_the_process_itself_is_its_own(each_way: str) -> None:
    with connected_child("sys.stdin.read()") as (connection, pid):
        assert peer_of(connection, pid) is Peer.OWN


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_process_that_it_started_is_its_own(each_way: str) -> None:
    code = """
import os
ready, told = os.pipe()
if os.fork() == 0:
    os.read(ready, 1)
    s.send(b"x")
    time.sleep(60)
s.close()
os.write(told, b"x")
sys.stdin.read()
"""
    with connected_child(code) as (connection, pid):
        assert connection.recv(1) == b"x"
        assert peer_of(connection, pid) is Peer.OWN


def test_another_process_is_not(each_way: str) -> None:
    with (
        connected_child("sys.stdin.read()") as (_, pid),
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        from_us, _ = server.accept()
        with from_us:
            assert peer_of(from_us, pid) is Peer.OTHER
            assert peer_of(from_us, os.getpid()) is Peer.OWN


def test_a_process_that_is_gone_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_process, "_inode_of_peer", lambda connection: None)
    with connected_child("sys.stdin.read()") as (connection, pid):
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        assert peer_of(connection, gone.pid) is Peer.UNKNOWN
        assert pid


@pytest.mark.skipif(sys.platform != "linux", reason="tells of it on Linux only")
def test_an_end_that_was_closed_at_once_belongs_to_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        caller = socket.create_connection(server.getsockname())
        caller.sendall(b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\n\r\n")
        caller.close()
        connection, _ = server.accept()
        with connection:
            assert peer_of(connection, os.getpid()) is Peer.GONE


ASKS = """
    import http.client, os
    def handler(event, context):
        if not event:
            return os.environ["AWS_LAMBDA_RUNTIME_API"]
        connection = http.client.HTTPConnection(event, timeout=5)
        connection.request("POST", "/2018-06-01/runtime/init/error", b"{}")
        answer = connection.getresponse()
        return [answer.status, answer.read().decode()]
"""


def test_an_environment_and_a_program_beside_it_get_nothing_from_anothers(bench: Any) -> None:
    bench.write(ASKS)

    async def scenario(host: RuntimeHost) -> tuple[Any, Any, bytes]:
        one, two = [host.new_environment(bench.spec(), lambda e: None) for _ in range(2)]
        address = json.loads((await one.invoke(Invocation("1", b"null", "arn"))).payload)
        event = json.dumps(address).encode()
        own = json.loads((await one.invoke(Invocation("2", event, "arn"))).payload)
        foreign = json.loads((await two.invoke(Invocation("3", event, "arn"))).payload)
        reader, writer = await asyncio.open_connection(*address.split(":"))
        writer.write(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
        beside = await reader.read()
        writer.close()
        # It still works for the one whose it is.
        assert json.loads((await one.invoke(Invocation("4", b"null", "arn"))).payload) == address
        return own, foreign, beside

    own, foreign, beside = bench.run(scenario)
    assert own[0] == 403
    assert "State transition" in own[1]
    assert foreign[0] == 403
    assert "another execution environment's" in foreign[1]
    assert beside.startswith(b"HTTP/1.1 403 ")
