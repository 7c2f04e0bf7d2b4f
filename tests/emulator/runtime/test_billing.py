"""Billed Duration: whole milliseconds, INIT included."""

from __future__ import annotations

import pytest

from lab_helpers.emulator.runtime.billing import billed_duration_ms


@pytest.mark.parametrize(
    ("duration_ms", "init_ms", "billed_ms"),
    [
        (15.74, 130.49, 147),  # the example of the Developer Guide's page on Python logging
        (250.06, 100.77, 351),  # the example of the announcement of INIT billing
        (1.0, None, 1),
        (1.01, None, 2),
        (0.2, None, 1),
        (0.0, None, 1),
        (0.1, 0.9, 1),
    ],
)
def test_durations_are_rounded_up_together(
    duration_ms: float, init_ms: float | None, billed_ms: int
) -> None:
    assert billed_duration_ms(duration_ms, init_ms) == billed_ms
