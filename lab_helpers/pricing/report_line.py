"""What an invocation was billed for, read from what Lambda logged about it.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html (``REPORT``) and
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
(``platform.report``, which functions with the JSON log format write).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lab_helpers.pricing.amounts import Amount, decimal_of
from lab_helpers.pricing.bill import monthly_bill
from lab_helpers.pricing.items import Architecture
from lab_helpers.pricing.metering import FREE_EPHEMERAL_STORAGE_MB
from lab_helpers.pricing.price_book import RegionPrices
from lab_helpers.pricing.usage import Usage, on_demand_usage

_REQUEST = re.compile(r"REPORT RequestId: (?P<id>\S+)")
# A digit must not begin in the middle of a number; "Billed Duration" must not pass for "Duration".
_FIGURE = re.compile(r"(?:^|\t| )(?P<name>[A-Z][A-Za-z ]*?): (?P<figure>\d+(?:\.\d+)?) (?:ms|MB)\b")


@dataclass(frozen=True)
class BilledInvocation:
    """One invocation, as its REPORT tells it.

    Attributes:
        billed_duration_ms: whole milliseconds, INIT included.
        init_duration_ms: None where the environment was warm.
    """

    request_id: str
    duration_ms: Decimal
    billed_duration_ms: int
    memory_size_mb: int
    max_memory_used_mb: int | None = None
    init_duration_ms: Decimal | None = None

    @property
    def cold(self) -> bool:
        return self.init_duration_ms is not None

    def usage(
        self,
        *,
        architecture: Architecture = "x86_64",
        ephemeral_storage_mb: Amount = FREE_EPHEMERAL_STORAGE_MB,
    ) -> Usage:
        """What it used, as an on-demand invocation. REPORT names neither of the arguments."""
        return on_demand_usage(
            self.memory_size_mb,
            self.billed_duration_ms,
            architecture=architecture,
            ephemeral_storage_mb=ephemeral_storage_mb,
        )

    def cost_usd(self, prices: RegionPrices, *, architecture: Architecture = "x86_64") -> Decimal:
        """Request and duration, with the free tier used up, not rounded. Raises DojoError."""
        return monthly_bill(self.usage(architecture=architecture), prices, free=()).total_usd


def read_report_line(line: str) -> BilledInvocation | None:
    """The first REPORT in ``line``, None where there is none that is whole.

    ``line`` may be a log event, or the whole end of a log as ``LogType=Tail`` returns it.
    """
    begin = _REQUEST.search(line)
    if begin is None:
        return None
    rest = line[begin.end() :].split("\n", 1)[0]
    figures = {found["name"]: decimal_of(Decimal(found["figure"])) for found in _figures(rest)}
    try:
        return BilledInvocation(
            request_id=begin["id"],
            duration_ms=figures["Duration"],
            billed_duration_ms=int(figures["Billed Duration"]),
            memory_size_mb=int(figures["Memory Size"]),
            max_memory_used_mb=_whole(figures.get("Max Memory Used")),
            init_duration_ms=figures.get("Init Duration"),
        )
    except KeyError:
        return None


def read_platform_report(record: Mapping[str, Any]) -> BilledInvocation | None:
    """From a ``platform.report`` entry of a JSON log, None where it is another entry."""
    if record.get("type") != "platform.report":
        return None
    report = record["record"]
    metrics = report["metrics"]
    init = metrics.get("initDurationMs")
    return BilledInvocation(
        request_id=str(report["requestId"]),
        duration_ms=decimal_of(metrics["durationMs"]),
        billed_duration_ms=int(metrics["billedDurationMs"]),
        memory_size_mb=int(metrics["memorySizeMB"]),
        max_memory_used_mb=metrics.get("maxMemoryUsedMB"),
        init_duration_ms=None if init is None else decimal_of(init),
    )


def _figures(text: str) -> list[re.Match[str]]:
    return list(_FIGURE.finditer(text))


def _whole(figure: Decimal | None) -> int | None:
    return None if figure is None else int(figure)
