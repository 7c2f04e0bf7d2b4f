"""What of an invocation is billed.

https://aws.amazon.com/lambda/pricing/ : rounded up to the nearest millisecond.
https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/ : since
2025-08-01 the INIT phase is billed with the invocation that waited for it.
"""

from __future__ import annotations

import math


def billed_duration_ms(duration_ms: float, init_duration_ms: float | None) -> int:
    """Whole milliseconds, at least one. ``250.06`` and ``100.77`` are billed as 351."""
    total = round(duration_ms + (init_duration_ms or 0.0), 2)
    return max(1, math.ceil(total))
