"""A month as a learner supposes it: so many requests, alike, for so long, with so much memory."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lab_helpers.notebook.bill.priced import Priced, priced, region_with_prices
from lab_helpers.notebook.bill.seen import BYTES_PER_GB, MeteredRun, Seen
from lab_helpers.pricing import (
    Architecture,
    Item,
    Usage,
    on_demand_usage,
    provisioned_usage,
    total_usage,
    usage,
)
from lab_helpers.pricing.usage import MONTH_S


@dataclass(frozen=True)
class Month:
    """30 days of invocations that are all alike.

    Attributes:
        billed_ms: of each invocation, its share of INIT phases included.
        provisioned_concurrency: environments that are kept initialised all month.
        log_bytes: that each invocation writes.
    """

    requests: int
    billed_ms: int
    memory_size_mb: int
    architecture: Architecture = "x86_64"
    region: str = "us-east-1"
    free_tier: bool = True
    provisioned_concurrency: int = 0
    log_bytes: int = 0
    ephemeral_storage_mb: int = 512

    @property
    def provisioned_requests(self) -> int:
        """What provisioned concurrency can serve if invocations come evenly; the rest spills over.

        https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
        """
        most = self.provisioned_concurrency * MONTH_S * 1000 // max(1, self.billed_ms)
        return min(self.requests, most)

    def usage(self) -> Usage:
        """In the price book's items."""
        served = self.provisioned_requests
        parts = [
            on_demand_usage(
                self.memory_size_mb,
                self.billed_ms,
                self.requests - served,
                architecture=self.architecture,
                ephemeral_storage_mb=self.ephemeral_storage_mb,
            ),
            usage({Item.LOG_INGESTED_GB: Decimal(self.log_bytes * self.requests) / BYTES_PER_GB}),
        ]
        if self.provisioned_concurrency:
            parts.append(
                provisioned_usage(
                    self.memory_size_mb,
                    self.provisioned_concurrency,
                    MONTH_S,
                    billed_duration_ms=self.billed_ms,
                    requests=served,
                    architecture=self.architecture,
                )
            )
        return total_usage(parts)

    def bill(self) -> Priced:
        """What it comes to."""
        return priced(self.usage(), self.region, free_tier=self.free_tier)


def month_like(seen: Seen, region: str) -> Month:
    """A month that goes on as it did while the lab was open.

    Memory, architecture and the size of ``/tmp`` are those of the invocations that cost most.
    """
    month = seen.usage().per_month(seen.observed_s)
    costliest = _costliest(seen.runs)
    return Month(
        requests=round(month[Item.REQUEST] + month[Item.PROVISIONED_REQUEST]),
        billed_ms=max(1, round(sum(run.billed_ms for run in seen.runs) / len(seen.runs))),
        memory_size_mb=costliest.memory_size_mb,
        architecture=costliest.architecture,
        region=region_with_prices(region),
        log_bytes=seen.log_bytes_each,
        ephemeral_storage_mb=costliest.ephemeral_storage_mb,
    )


def _costliest(runs: tuple[MeteredRun, ...]) -> MeteredRun:
    """One of the invocations whose kind used most GB-s together."""
    used: dict[tuple[int, str, int], Decimal] = {}
    one_of: dict[tuple[int, str, int], MeteredRun] = {}
    for run in runs:
        kind = (run.memory_size_mb, run.architecture, run.ephemeral_storage_mb)
        used[kind] = used.get(kind, Decimal(0)) + run.gb_s
        one_of.setdefault(kind, run)
    return one_of[max(used, key=lambda kind: used[kind])]
