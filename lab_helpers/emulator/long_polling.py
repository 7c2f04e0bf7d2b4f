"""SQS long polling without holding moto: ask, wait a moment, ask again.

moto waits inside ReceiveMessage; under its lock that would stop the whole cloud. So each
request is asked with no wait, and the waiting happens here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from lab_helpers.clock import Clock
from lab_helpers.emulator.http import Request, Response

POLL_EVERY_S = 0.05
LONGEST_WAIT_S = 20

Ask = Callable[[Request], Awaitable[Response]]


def is_receive_message(request: Request) -> bool:
    if request.headers.get("x-amz-target").endswith(".ReceiveMessage"):
        return True
    return b"Action=ReceiveMessage" in request.body[:4096]


async def receive_message(request: Request, ask: Ask, clock: Clock) -> Response:
    """The first answer with messages, or the empty one when the wait is over."""
    wait_s, short = _without_wait(request)
    deadline = clock.monotonic() + wait_s
    while True:
        response = await ask(short)
        if response.status != 200 or _has_messages(response) or clock.monotonic() >= deadline:
            return response
        await clock.sleep(POLL_EVERY_S)


def _without_wait(request: Request) -> tuple[float, Request]:
    """How long the caller wants to wait, and its request with a wait of 0."""
    if request.headers.get("x-amz-target"):
        try:
            asked = json.loads(request.body or b"{}")
            wait_s = float(asked.get("WaitTimeSeconds") or 0)
        except (ValueError, TypeError, AttributeError):
            return 0.0, request
        if not 0 < wait_s <= LONGEST_WAIT_S:
            return 0.0, request  # moto refuses what is out of range
        return wait_s, replace(request, body=json.dumps(asked | {"WaitTimeSeconds": 0}).encode())
    fields = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    wait = fields.get("WaitTimeSeconds", "0")
    if not wait.isdecimal() or not 0 < int(wait) <= LONGEST_WAIT_S:
        return 0.0, request
    fields["WaitTimeSeconds"] = "0"
    return float(wait), replace(request, body=urlencode(fields).encode())


def _has_messages(response: Response) -> bool:
    return b"ReceiptHandle" in response.body
