"""Waiting for a machine that others use to come to rest, so that a figure is not theirs."""

from __future__ import annotations

import time

import psutil

LOOK_S = 0.3
AT_REST_PERCENT = 10.0
"""Of all cores together."""


def wait_for_rest(patience_s: float) -> float:
    """Returns at the first quiet moment, or when ``patience_s`` is over.

    Returns the share of the processors that was busy when last looked at, in percent; 0 where
    there is no patience and so no look.
    """
    deadline = time.monotonic() + patience_s
    busy = 0.0
    while time.monotonic() < deadline:
        busy = psutil.cpu_percent(interval=LOOK_S)
        if busy <= AT_REST_PERCENT:
            break
    return busy
