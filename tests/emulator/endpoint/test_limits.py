"""Heads that are too large or too slow end with an answer or the connection, never the cloud."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from lab_helpers.emulator.endpoint import http_connection
from lab_helpers.emulator.endpoint.server import HttpServer, bind
from lab_helpers.emulator.http import Headers, Request, Response


async def _echo(request: Request) -> Response:
    return Response(200, Headers(), request.body)


def talk(scenario: Callable[[int], Awaitable[bytes]]) -> bytes:
    """``scenario`` with the port of a server that answers with what it got."""

    async def with_server() -> bytes:
        listener = bind(0)
        server = HttpServer(_echo, listener)
        await server.start()
        try:
            return await asyncio.wait_for(scenario(listener.getsockname()[1]), 20)
        finally:
            await server.stop()

    return asyncio.run(with_server())


async def send(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """What comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.ensure_future(reader.read())
    for piece in pieces:
        if answer.done():
            break
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause_s)
    try:
        return await answer
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


def test_a_plain_request_is_answered() -> None:
    answer = talk(lambda port: send(port, HEAD + b"Content-Length: 4\r\n\r\nbody"))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"body")


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n"],
        [HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(80)) + b"\r\n"],
        [b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"],
        [HEAD + b"X-Long: ", *[b"a" * 8000] * 20],
    ],
    ids=["one header", "many headers", "the path", "a header without end"],
)
def test_a_head_beyond_64_kb_is_refused(pieces: list[bytes]) -> None:
    answer = talk(lambda port: send(port, *pieces, pause_s=0.001))
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")) or answer == b""
    assert not answer.startswith(b"HTTP/1.1 200 ")


def test_a_presigned_url_and_its_headers_fit() -> None:
    head = HEAD + b"X-Amz-Meta: " + b"a" * 8000 + b"\r\nContent-Length: 0\r\n\r\n"
    assert talk(lambda port: send(port, head)).startswith(b"HTTP/1.1 200 ")


def test_a_head_that_comes_too_slowly_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_connection, "HEAD_LIMIT_S", 0.2)
    pieces = [HEAD, *[b"X-A: b\r\n"] * 100]
    assert talk(lambda port: send(port, *pieces, pause_s=0.05)) == b""


def test_a_connection_that_never_says_anything_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "HEAD_LIMIT_S", 0.1)
    assert talk(lambda port: send(port)) == b""


@pytest.mark.slow
def test_a_body_may_take_long_but_not_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "BODY_PAUSE_LIMIT_S", 0.4)
    slow = [HEAD + b"Content-Length: 12\r\n\r\n", *[b"x"] * 12]
    assert talk(lambda port: send(port, *slow, pause_s=0.1)).endswith(b"x" * 12)
    stopped = [HEAD + b"Content-Length: 12\r\n\r\n", b"x"]
    assert talk(lambda port: send(port, *stopped)) == b""


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n",
        b"5\r\nab\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"ffffffffffffffffff\r\n",
        b"5;" + b"a" * 99999,
    ],
    ids=["no number", "too short", "negative", "far too long", "extension without end"],
)
def test_broken_chunks_are_refused(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "BODY_PAUSE_LIMIT_S", 0.3)
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = talk(lambda port: send(port, head, body))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "begun",
    [b"5;", b"0\r\nX-Trailer: ", b"0\r\nX-Trailer"],
    ids=["extension", "trailer", "trailer's name"],
)
def test_what_a_chunked_body_says_beside_its_content_has_an_end(begun: bytes) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    pieces = [begun, *[b"a" * 8000] * 20]
    answer = talk(lambda port: send(port, head, *pieces, pause_s=0.001))
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")) or answer == b""


def test_a_large_body_in_chunks_of_any_size_is_content() -> None:
    chunks = [b"%x\r\n" % size + b"a" * size + b"\r\n" for size in (200_000, 1, 70_000)]
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = talk(lambda port: send(port, head, *chunks, b"0\r\nX-Trailer: a\r\n\r\n"))
    assert answer.endswith(b"\r\n\r\n" + b"a" * 270_001)


def test_two_names_of_the_host_are_refused() -> None:
    twice = b"Host: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
    assert talk(lambda port: send(port, HEAD + twice)).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"Content-Length: +4\r\n\r\nabcd",
        b"Content-Length : 4\r\n\r\nabcd",
    ],
    ids=["two framings", "two lengths", "a sign", "a space"],
)
def test_two_readings_of_one_request_are_refused(head: bytes) -> None:
    answer = talk(lambda port: send(port, HEAD + head))
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_one_more_socket_is_answered_until_it_is_closed() -> None:
    async def scenario(_: int) -> bytes:
        server = HttpServer(_echo, bind(0))
        await server.start()
        other = bind(0)
        port = other.getsockname()[1]
        close = server.serve_at(other)
        found = await send(port, HEAD + b"Content-Length: 2\r\n\r\nok")
        close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 2)
        await server.stop()
        return found

    assert talk(scenario).endswith(b"ok")
