"""The Runtime API: AWS's statuses, headers and bodies, and no byte sequence that stops it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.runtime.faults import MAX_RESPONSE_BYTES
from lab_helpers.emulator.runtime.runtime_api import (
    AnswerKind,
    ApiReply,
    ApiRequest,
    RuntimeAnswer,
    RuntimeApi,
)
from lab_helpers.emulator.runtime.runtime_api_http import RuntimeApiServer
from lab_helpers.emulator.runtime.spec import Invocation

ROOT = "/2018-06-01/runtime"
EVENT = Invocation("id-1", b'{"a":1}', "arn:x", client_context="{}", trace_id="Root=1")


class Caller:
    """Calls the API and keeps what it answers and tells."""

    def __init__(self) -> None:
        self.api = RuntimeApi()
        self.told: list[Any] = []
        self.api.on_ready = lambda: self.told.append("ready")
        self.api.on_answer = self.told.append
        self.api.on_init_error = self.told.append

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> ApiReply | None:
        replies: list[ApiReply] = []
        request = ApiRequest(method, ROOT + path, headers, body, len(body) > MAX_RESPONSE_BYTES)
        self.api.handle(request, replies.append)
        return replies[0] if replies else None

    def running(self) -> Caller:
        self.call("GET", "/invocation/next")
        self.api.offer(EVENT, 99)
        return self


def test_next_waits_for_an_event_and_hands_over_its_headers() -> None:
    caller = Caller()
    replies: list[ApiReply] = []
    caller.api.handle(ApiRequest("GET", f"{ROOT}/invocation/next"), replies.append)
    assert (caller.told, replies) == (["ready"], [])
    caller.api.offer(EVENT, 1_700_000_000_123)
    (reply,) = replies
    assert (reply.status, reply.body) == (200, b'{"a":1}')
    assert dict(reply.headers) == {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": "id-1",
        "Lambda-Runtime-Deadline-Ms": "1700000000123",
        "Lambda-Runtime-Invoked-Function-Arn": "arn:x",
        "Lambda-Runtime-Trace-Id": "Root=1",
        "Lambda-Runtime-Client-Context": "{}",
    }


def test_an_event_waits_for_a_runtime_that_is_not_back_yet() -> None:
    caller = Caller().running()
    caller.call("POST", "/invocation/id-1/response", b"1")
    caller.api.offer(EVENT, 99)
    reply = caller.call("GET", "/invocation/next")
    assert reply is not None
    assert reply.status == 200


def test_a_response_is_accepted_once() -> None:
    caller = Caller().running()
    reply = caller.call("POST", "/invocation/id-1/response", b'"ok"')
    assert reply is not None
    assert (reply.status, json.loads(reply.body)) == (202, {"status": "OK"})
    assert caller.told == ["ready", RuntimeAnswer(AnswerKind.RESPONSE, b'"ok"')]
    again = caller.call("POST", "/invocation/id-1/response", b'"ok"')
    assert again is not None
    assert again.status == 400


def test_another_invocation_s_id_is_refused() -> None:
    reply = Caller().running().call("POST", "/invocation/other/response", b"1")
    assert reply is not None
    assert (reply.status, json.loads(reply.body)) == (
        400,
        {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"},
    )


def test_an_answer_after_the_invocation_was_withdrawn_is_refused() -> None:
    caller = Caller().running()
    caller.api.withdraw()
    reply = caller.call("POST", "/invocation/id-1/response", b"1")
    assert reply is not None
    assert reply.status == 400


def test_a_response_that_is_too_large_is_refused_and_told() -> None:
    caller = Caller().running()
    reply = caller.call("POST", "/invocation/id-1/response", b"x" * (MAX_RESPONSE_BYTES + 1))
    assert reply is not None
    assert (reply.status, json.loads(reply.body)["errorType"]) == (413, "RequestEntityTooLarge")
    assert caller.told[-1].kind is AnswerKind.TOO_LARGE


def test_the_error_type_comes_from_the_header_else_from_the_body() -> None:
    header = {"lambda-runtime-function-error-type": "Mine"}
    for body, headers, expected in (
        (b'{"errorType":"KeyError"}', {}, "KeyError"),
        (b'{"errorType":"KeyError"}', header, "Mine"),
        (b"not json", {}, "Runtime.Unknown"),
        (b"[]", {}, "Runtime.Unknown"),
    ):
        caller = Caller().running()
        caller.call("POST", "/invocation/id-1/error", body, **headers)
        assert caller.told[-1] == RuntimeAnswer(AnswerKind.ERROR, body, expected)


def test_an_init_error_is_accepted_before_the_first_next_only() -> None:
    caller = Caller()
    reply = caller.call("POST", "/init/error", b'{"errorType":"E"}')
    assert reply is not None
    assert reply.status == 202
    late = Caller().running().call("POST", "/init/error", b"{}")
    assert late is not None
    assert (late.status, json.loads(late.body)) == (
        403,
        {
            "errorMessage": "State transition from Running to InitError failed for runtime. "
            "Error: State transition is not allowed",
            "errorType": "InvalidStateTransition",
        },
    )


def test_unknown_paths_and_methods() -> None:
    statuses = [
        reply.status
        for method, path in (
            ("GET", "/nothing"),
            ("GET", "/invocation/id/other"),
            ("POST", "/invocation/next"),
            ("GET", "/init/error"),
        )
        if (reply := Caller().call(method, path)) is not None
    ]
    assert statuses == [404, 404, 405, 405]


def serve(scenario: Callable[[RuntimeApi, str, int], Awaitable[Any]]) -> Any:
    async def with_server() -> Any:
        api = RuntimeApi()
        server = RuntimeApiServer(api)
        await server.start()
        host, _, port = server.address.partition(":")
        try:
            return await asyncio.wait_for(scenario(api, host, int(port)), 10)
        finally:
            await server.close()

    return asyncio.run(with_server())


async def read_reply(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
    return int(head.split(" ")[1]), await reader.readexactly(length)


def test_several_requests_in_one_piece_are_answered_in_order() -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> list[int]:
        reader, writer = await asyncio.open_connection(host, port)
        requests = [b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", f"GET {ROOT}/invocation/next".encode()]
        requests += [b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /b HTTP/1.1\r\nHost: x\r\n\r\n"]
        writer.write(b"".join(requests))
        first, _ = await read_reply(reader)
        api.offer(EVENT, 1)
        second, _ = await read_reply(reader)
        third, _ = await read_reply(reader)
        writer.close()
        return [first, second, third]

    assert serve(scenario) == [404, 200, 404]


def test_a_result_and_the_next_question_in_one_piece_are_answered_in_one_piece() -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> Any:
        told = asyncio.get_running_loop().create_future()
        api.on_answer = told.set_result
        reader, writer = await asyncio.open_connection(host, port)
        ask = f"GET {ROOT}/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
        writer.write(ask.encode())
        api.offer(EVENT, 1)
        await read_reply(reader)
        post = f"POST {ROOT}/invocation/id-1/response HTTP/1.1\r\nHost: x\r\n"
        writer.write(f"{post}Content-Length: 1\r\n\r\n7{ask}".encode())
        answer = await told
        api.offer(EVENT, 1)
        answers = await reader.read(65_536)
        writer.close()
        return answer.body, answers.count(b"HTTP/1.1 202"), answers.count(b"HTTP/1.1 200")

    assert serve(scenario) == (b"7", 1, 1)


def test_a_client_that_expects_continue_gets_it_and_chunks_are_joined() -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> Any:
        told: list[RuntimeAnswer] = []
        api.on_answer = told.append
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {ROOT}/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        api.offer(EVENT, 1)
        await read_reply(reader)
        head = f"POST {ROOT}/invocation/id-1/response HTTP/1.1\r\nHost: x\r\n"
        head += "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        interim = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        status, _ = await read_reply(reader)
        writer.close()
        return interim, status, told[0].body

    assert serve(scenario) == (b"HTTP/1.1 100 Continue\r\n\r\n", 202, b"abcde")


def test_no_text_of_a_caller_ends_a_header_line() -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {ROOT}/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        api.offer(Invocation("1", b"{}", "arn", client_context='{\r\nEvil: "é"}'), 1)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return head

    assert 'Lambda-Runtime-Client-Context: {  Evil: "é"}\r\n'.encode() in serve(scenario)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_garbage_neither_stops_nor_confuses_it(pieces: list[bytes]) -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> int:
        _, writer = await asyncio.open_connection(host, port)
        for piece in pieces:
            writer.write(piece)
        writer.close()
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET /still-there HTTP/1.1\r\nHost: x\r\n\r\n")
        status, _ = await read_reply(reader)
        writer.close()
        return status

    assert serve(scenario) == 404


def test_headers_without_end_are_cut_off() -> None:
    async def scenario(api: RuntimeApi, host: str, port: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\n")
        for number in range(40):
            writer.write(b"X-%d: %s\r\n" % (number, b"y" * 100_000))
        return await reader.read(12)

    assert serve(scenario) == b"HTTP/1.1 431"
