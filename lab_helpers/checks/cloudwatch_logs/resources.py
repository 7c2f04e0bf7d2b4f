"""The lab's function, and values that several of its checks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect_found

LAB = "cloudwatch_logs"
UNKNOWN_CURRENCY = "XPF"
"""One that the shop has no rate for, and that the lab's text does not name."""


def lab_function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")
