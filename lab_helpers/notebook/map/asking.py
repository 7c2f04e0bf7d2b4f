"""One question about each of many things, several at the same time: there may be thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Each = TypeVar("Each")
Told = TypeVar("Told")
Bar = Callable[[Sequence[Each]], Iterator[Each]]
"""Hands its items on, and shows how many it has handed on."""

AT_ONCE = 8
"""boto3's clients may be used from several threads, and keep ten connections open each.

https://docs.aws.amazon.com/boto3/latest/guide/clients.html
"""


def ask_each(
    items: Sequence[Each], question: Callable[[Each], Told], bar: Bar[Each] = iter
) -> list[Told]:
    """The answers, in the order of the items; the first error ends it.

    Args:
        bar: sees the items one by one as they are answered.
    """
    if len(items) < 2:
        return [question(item) for item in items]
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lambda-dojo-map")
    try:
        asked = [pool.submit(question, item) for item in items]
        return [answer.result() for _, answer in zip(bar(items), asked, strict=True)]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
