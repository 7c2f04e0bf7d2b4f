"""What an account fills up with, how it is filled, and the calls that are measured meanwhile."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.ground import Ground, zipped
from benchmarks.raw_http import RawConnection, SignedRequest, ask_who_i_am, sign

LINES_AT_ONCE = 1000
PRINTING_MANY = (
    "def handler(event, context):\n"
    "    for number in range(event['lines']):\n"
    "        print('line', number)\n"
)
Fill = Callable[[Ground, int], None]
"""Adds so many entries."""
Probe = Callable[[Ground], object]
_NUMBERS = itertools.count()


@dataclass(frozen=True, eq=False)
class Series:
    """One thing that there can be many of.

    Attributes:
        noun: what is counted.
        most: no further than this.
        probes: title → a call that is measured.
    """

    key: str
    noun: str
    fill: Fill
    probes: Mapping[str, Probe]
    most: int = 100_000


def _repeat(ground: Ground, request: SignedRequest, times: int) -> None:
    connection = RawConnection(ground.server.port)
    for _ in range(times):
        connection.send(request)
    connection.close()


def _invoke(ground: Ground, times: int) -> None:
    path = f"/2015-03-31/functions/{ground.silent_function}/invocations"
    server = ground.server
    _repeat(
        ground, sign(server.endpoint, server.key, "lambda", path, b"{}", "application/json"), times
    )


def _print_lines(ground: Ground, lines: int) -> None:
    name = _kept(ground, "printer", lambda: ground.new_function(PRINTING_MANY))
    for _ in range(0, lines, LINES_AT_ONCE):
        event = json.dumps({"lines": min(lines, LINES_AT_ONCE)}).encode()
        ground.invoke(name, event)


def _read_last_lines(ground: Ground) -> None:
    group = f"/aws/lambda/{_kept(ground, 'printer', str)}"
    newest = ground.logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime")
    stream = newest["logStreams"][-1]["logStreamName"]
    ground.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=10)


def _put_objects(ground: Ground, count: int) -> None:
    """Signed one by one, without boto3: each has a key of its own."""
    server, bucket = ground.server, ground.plain_bucket
    connection = RawConnection(server.port)
    for _ in range(count):
        path = f"/{bucket}/{next(_NUMBERS):07d}"
        connection.send(sign(server.endpoint, server.key, "s3", path, b"hello", "", "PUT"))
    connection.close()


def _send_messages(ground: Ground, count: int) -> None:
    url = _queue(ground)
    for begin in range(0, count, 10):
        entries = [
            {"Id": str(number), "MessageBody": "hello"} for number in range(min(10, count - begin))
        ]
        ground.sqs.send_message_batch(QueueUrl=url, Entries=entries)


def _send_in_order(ground: Ground, count: int) -> None:
    """Of a hundred groups."""
    url = _fifo_queue(ground)
    for begin in range(0, count, 10):
        entries = [_in_order(str(number)) for number in range(min(10, count - begin))]
        ground.sqs.send_message_batch(QueueUrl=url, Entries=entries)


def _in_order(entry_id: str) -> dict[str, str]:
    number = next(_NUMBERS)
    return {
        "Id": entry_id,
        "MessageBody": "hello",
        "MessageGroupId": f"group-{number % 100}",
        "MessageDeduplicationId": f"{number}",
    }


def _fifo_queue(ground: Ground) -> str:
    def make() -> str:
        attributes = {"FifoQueue": "true"}
        made = ground.sqs.create_queue(QueueName="waiting.fifo", Attributes=attributes)
        return str(made["QueueUrl"])

    return _kept(ground, "fifo_queue", make)


def _send_one_in_order(ground: Ground) -> None:
    message = _in_order("")
    del message["Id"]
    ground.sqs.send_message(QueueUrl=_fifo_queue(ground), **message)


def _list_from_the_middle(ground: Ground) -> None:
    ground.s3.list_objects_v2(Bucket=ground.plain_bucket, StartAfter="0000050", MaxKeys=10)


def _list_folders(ground: Ground) -> None:
    ground.s3.list_objects_v2(Bucket=ground.plain_bucket, Delimiter="0", MaxKeys=10)


def _filter_lately(ground: Ground) -> None:
    """The lines of the last second."""
    group = f"/aws/lambda/{_kept(ground, 'printer', str)}"
    since = int((time.time() - 1) * 1000)
    ground.logs.filter_log_events(logGroupName=group, startTime=since, limit=10)


def _receive_and_delete(ground: Ground) -> None:
    url = _queue(ground)
    for one in ground.sqs.receive_message(QueueUrl=url).get("Messages", []):
        ground.sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def _queue(ground: Ground) -> str:
    return _kept(
        ground, "queue", lambda: str(ground.sqs.create_queue(QueueName="waiting")["QueueUrl"])
    )


def _create_functions(ground: Ground, count: int) -> None:
    package = zipped("def handler(event, context):\n    return 1\n")
    for _ in range(count):
        ground.create_function(f"many-{next(_NUMBERS):06d}", package)


def _ask_who_i_am(ground: Ground, times: int) -> None:
    _repeat(ground, ask_who_i_am(ground.server.endpoint, ground.server.key), times)


def _kept(ground: Ground, name: str, make: Callable[[], str]) -> str:
    """What a series makes once and uses on."""
    return str(vars(ground).setdefault(f"growth_{name}", None) or _made(ground, name, make))


def _made(ground: Ground, name: str, make: Callable[[], str]) -> str:
    made = vars(ground)[f"growth_{name}"] = make()
    return made


SERIES = (
    Series(
        "invocations",
        "invocations",
        _invoke,
        {"warm invoke": lambda ground: ground.invoke(ground.silent_function)},
    ),
    Series(
        "log_lines",
        "log lines of one function",
        _print_lines,
        {
            "invoke that prints": lambda ground: _print_lines(ground, 1),
            "newest ten lines": _read_last_lines,
            "FilterLogEvents, last second": _filter_lately,
        },
    ),
    Series(
        "objects",
        "objects in one bucket",
        _put_objects,
        {
            "s3 put": lambda ground: ground.s3.put_object(
                Bucket=ground.plain_bucket, Key="one", Body=b"hello"
            ),
            "s3 list, ten keys": _list_from_the_middle,
            "s3 list, one prefix of all": _list_folders,
        },
    ),
    Series(
        "messages",
        "messages waiting in one queue",
        _send_messages,
        {
            "sqs send": lambda ground: ground.sqs.send_message(
                QueueUrl=_queue(ground), MessageBody="hello"
            ),
            "sqs receive and delete": _receive_and_delete,
        },
    ),
    Series(
        "fifo_messages",
        "messages waiting in one FIFO queue",
        _send_in_order,
        {"sqs send to a FIFO queue": _send_one_in_order},
    ),
    Series(
        "functions",
        "functions",
        _create_functions,
        {
            "CreateFunction": lambda ground: _create_functions(ground, 1),
            "warm invoke": lambda ground: ground.invoke(ground.silent_function),
            "list, ten functions": lambda ground: ground.lambda_client.list_functions(MaxItems=10),
        },
        most=30_000,
    ),
    Series(
        "journal",
        "journal entries",
        _ask_who_i_am,
        {"sts get_caller_identity": lambda ground: ground.sts.get_caller_identity()},
    ),
)
