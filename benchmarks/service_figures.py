"""Calls to control planes, through boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.ground import Ground
from benchmarks.measure import Counts, repeated


def get_caller_identity(ground: Ground, counts: Counts) -> Iterator[float]:
    return _calls(ground.sts.get_caller_identity, counts)


def list_functions(ground: Ground, counts: Counts) -> Iterator[float]:
    """With the two or three functions that the benchmarks keep."""
    return _calls(ground.lambda_client.list_functions, counts)


def send_message(ground: Ground, counts: Counts) -> Iterator[float]:
    """Into a queue that is new in each round."""
    with ground.queue() as url:
        yield from _calls(
            lambda: ground.sqs.send_message(QueueUrl=url, MessageBody="hello"), counts
        )


def put_object(ground: Ground, counts: Counts) -> Iterator[float]:
    """Five bytes, always the same key, into a bucket that notifies nobody."""
    bucket = ground.plain_bucket
    return _calls(lambda: ground.s3.put_object(Bucket=bucket, Key="key", Body=b"hello"), counts)


def _calls(call: Callable[[], object], counts: Counts) -> Iterator[float]:
    return repeated(call, counts.calls, counts.warm_up)
