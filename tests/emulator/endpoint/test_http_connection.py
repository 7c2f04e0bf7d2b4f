"""One connection: what goes in as HTTP comes out as requests, and answers in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from lab_helpers.emulator.endpoint import http_connection
from lab_helpers.emulator.endpoint.server import HttpServer, bind
from lab_helpers.emulator.http import Headers, Request, Response


async def mirror(request: Request) -> Response:
    """Tells what it was asked."""
    told = f"{request.method} {request.raw_path}?{request.raw_query} ".encode() + request.body
    return Response(200, Headers([("X-Told", request.headers.get("x-told"))]), told)


def exchange(*pieces: bytes, answer: Callable[[Request], Awaitable[Response]] = mirror) -> bytes:
    """All that comes back to one connection until the server ends it."""

    async def scenario() -> bytes:
        listener = bind(0)
        server = HttpServer(answer, listener)
        await server.start()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.001)
            return await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
            await server.stop()

    return asyncio.run(scenario())


def request(line: str, body: bytes = b"", *headers: str, closes: bool = True) -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: localhost", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    if closes:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + body


def bodies(answers: bytes) -> list[bytes]:
    """Of answers that were sent one after the other."""
    found = []
    while answers:
        head, _, rest = answers.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        found.append(rest[:length])
        answers = rest[length:]
    return found


def test_path_and_query_arrive_as_they_were_sent() -> None:
    [told] = bodies(exchange(request("GET /a%2Fb//c?x=%20&y")))
    assert told == b"GET /a%2Fb//c?x=%20&y "


def test_a_whole_url_as_the_target_is_read_as_its_path() -> None:
    [told] = bodies(exchange(request("GET http://localhost/a?b")))
    assert told == b"GET /a?b "


def test_requests_that_come_together_are_answered_in_their_order() -> None:
    async def slower_at_first(asked: Request) -> Response:
        await asyncio.sleep(0.01 if asked.raw_path == "/0" else 0)
        return Response(200, Headers(), asked.raw_path.encode())

    together = b"".join(request(f"GET /{n}", closes=n == 9) for n in range(10))
    answers = exchange(together, answer=slower_at_first)
    assert bodies(answers) == [f"/{n}".encode() for n in range(10)]


def test_a_request_in_single_bytes_is_the_same_request() -> None:
    whole = request("PUT /key", b"body", "X-Told: yes")
    answer = exchange(*[whole[n : n + 1] for n in range(len(whole))])
    assert bodies(answer) == [b"PUT /key? body"]
    assert b"X-Told: yes\r\n" in answer


def test_a_chunked_body_arrives_whole() -> None:
    chunks = b"2\r\nbo\r\n2\r\ndy\r\n0\r\nX-Told: trailer\r\n\r\n"
    answer = exchange(request("PUT /key", b"", "Transfer-Encoding: chunked") + chunks)
    assert bodies(answer) == [b"PUT /key? body"]
    assert b"trailer" not in answer


def test_who_waits_for_100_is_told_to_go_on() -> None:
    whole = request("PUT /key", b"body", "Expect: 100-continue")
    answer = exchange(whole[:-4], whole[-4:])
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_who_has_sent_the_body_already_is_not() -> None:
    answer = exchange(request("PUT /key", b"body", "Expect: 100-continue"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_answer_to_head_has_a_length_and_no_body() -> None:
    async def long(_: Request) -> Response:
        return Response(200, Headers([("Content-Length", "1234")]), b"")

    answer = exchange(request("HEAD /key"), answer=long)
    assert b"content-length: 1234\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_has_no_length(status: int) -> None:
    async def nothing(_: Request) -> Response:
        return Response(status, Headers(), b"ignored")

    answer = exchange(request("DELETE /key"), answer=nothing)
    assert b"content-length" not in answer.lower()
    assert answer.endswith(b"\r\n\r\n")


def test_a_value_cannot_begin_another_header() -> None:
    async def forged(_: Request) -> Response:
        return Response(200, Headers([("X-Meta", "a\r\nSet-Cookie: evil")]), b"")

    assert b"\r\nSet-Cookie" not in exchange(request("GET /"), answer=forged)


def test_what_fails_inside_is_an_answer() -> None:
    async def failing(_: Request) -> Response:
        raise RuntimeError("a secret of the cloud")

    answer = exchange(request("GET /"), answer=failing)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in answer


def test_an_upgrade_is_not_taken_up_but_answered() -> None:
    answer = exchange(
        request("GET /a", b"", "Upgrade: h2c", closes=False).replace(
            b"Host", b"Connection: Upgrade\r\nHost"
        )
    )
    assert bodies(answer) == [b"GET /a? "]


def test_a_body_beyond_the_limit_is_refused_when_it_is_announced() -> None:
    announced = http_connection.MAX_BODY_BYTES + 1
    answer = exchange(request("PUT /key", b"", f"Content-Length: {announced}"))
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_beyond_the_limit_is_refused_when_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_connection, "MAX_BODY_BYTES", 10)
    chunk = b"8\r\nabcdefgh\r\n"
    answer = exchange(request("PUT /key", b"", "Transfer-Encoding: chunked"), chunk, chunk)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_connection_that_asks_nothing_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "IDLE_LIMIT_S", 0.05)
    assert bodies(exchange(request("GET /a", closes=False))) == [b"GET /a? "]


def test_an_answer_may_take_longer_than_any_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("HEAD_LIMIT_S", "BODY_PAUSE_LIMIT_S", "IDLE_LIMIT_S"):
        monkeypatch.setattr(http_connection, limit, 0.05)

    async def slow(_: Request) -> Response:
        await asyncio.sleep(0.2)
        return Response(200, Headers(), b"at last")

    assert bodies(exchange(request("GET /a"), answer=slow)) == [b"at last"]


def test_who_asks_while_the_cloud_ends_is_answered() -> None:
    async def scenario() -> bytes:
        asked = asyncio.Event()

        async def slow(_: Request) -> Response:
            asked.set()
            await asyncio.sleep(0.05)
            return Response(200, Headers(), b"at last")

        listener = bind(0)
        server = HttpServer(slow, listener)
        await server.start()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(request("GET /", closes=False))
        await asked.wait()
        await server.stop()
        answer = await reader.read()
        writer.close()
        return answer

    assert bodies(asyncio.run(scenario())) == [b"at last"]
