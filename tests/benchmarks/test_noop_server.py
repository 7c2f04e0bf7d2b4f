"""The floor's server: boto3 takes its answers for AWS's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.contender import Server
from benchmarks.floors import noop_server
from benchmarks.raw_http import RawConnection, ask_who_i_am


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = noop_server().start()
    yield running
    running.stop()


def test_every_call_that_is_measured_has_an_answer(server: Server) -> None:
    assert server.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert server.client("lambda").list_functions()["Functions"] == []
    invoked = server.client("lambda").invoke(FunctionName="noop", Payload=b"{}")
    assert invoked["Payload"].read() == b"1"
    sent = server.client("sqs").send_message(
        QueueUrl=f"{server.endpoint}/000000000000/noop", MessageBody="hello"
    )
    assert sent["MessageId"] == "0"
    assert server.client("s3").put_object(Bucket="noop", Key="key", Body=b"hello")["ETag"] == '"0"'


def test_a_connection_serves_many_requests(server: Server) -> None:
    connection = RawConnection(server.port)
    question = ask_who_i_am(server.endpoint, server.key)
    assert [connection.send(question) for _ in range(3)] == [200, 200, 200]
    connection.close()


def test_a_stopped_server_is_gone() -> None:
    short_lived = noop_server().start()
    short_lived.stop()
    with pytest.raises(ConnectionRefusedError):
        RawConnection(short_lived.port).send(ask_who_i_am(short_lived.endpoint, short_lived.key))
