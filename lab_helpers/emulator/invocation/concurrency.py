"""How many invocations may run at once: the account's pool and functions' reservations.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

ACCOUNT_CONCURRENCY = 1000
RETRY_AFTER_S = 1


class ThrottledError(Exception):
    """Attributes: reason, AWS's ThrottleReason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Rate Exceeded. ({reason})")
        self.reason = reason


class Concurrency:
    """Counts what runs; one per account, Regions apart.

    Args:
        reserved_total: of a Region: what functions have reserved, and is no longer in the pool.
        limit: of a Region: the account's quota.
    """

    def __init__(
        self,
        reserved_total: Callable[[str], int],
        limit: Callable[[str], int] = lambda _region: ACCOUNT_CONCURRENCY,
    ) -> None:
        self._reserved_total = reserved_total
        self._limit = limit
        self._of_function: Counter[tuple[str, str]] = Counter()
        self._on_demand: Counter[tuple[str, str]] = Counter()
        self._of_region: Counter[str] = Counter()
        self._unreserved: Counter[str] = Counter()

    def enter(
        self,
        region: str,
        function_arn: str,
        reserved: int | None,
        *,
        provisioned: bool = False,
        allocated: int = 0,
    ) -> None:
        """Raises ThrottledError where nothing is free.

        Args:
            provisioned: an environment provisioned for this version is free: always admitted.
            allocated: the function's provisioned concurrency; taken out of its reservation,
                so on-demand invocations get the rest.
        """
        if not provisioned:
            self._enter_on_demand(region, function_arn, reserved, allocated)
        self._of_function[region, function_arn] += 1
        self._of_region[region] += 1

    def _enter_on_demand(
        self, region: str, function_arn: str, reserved: int | None, allocated: int
    ) -> None:
        if reserved is not None:
            if self._on_demand[region, function_arn] >= reserved - allocated:
                raise ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded")
        else:
            if self._unreserved[region] >= self._limit(region) - self._reserved_total(region):
                raise ThrottledError("ConcurrentInvocationLimitExceeded")
            self._unreserved[region] += 1
        self._on_demand[region, function_arn] += 1

    def leave(
        self, region: str, function_arn: str, reserved: int | None, *, provisioned: bool = False
    ) -> None:
        """With the ``reserved`` and ``provisioned`` that were given to ``enter``."""
        self._of_function[region, function_arn] -= 1
        self._of_region[region] -= 1
        if provisioned:
            return
        self._on_demand[region, function_arn] -= 1
        if reserved is None:
            self._unreserved[region] -= 1

    def of_function(self, region: str, function_arn: str) -> int:
        """Running now, all versions together."""
        return self._of_function[region, function_arn]

    def of_region(self, region: str) -> int:
        """Running now, all functions together."""
        return self._of_region[region]

    def unreserved(self, region: str) -> int:
        """Running now, of functions without a reservation."""
        return self._unreserved[region]

    def claimed(self, region: str) -> int:
        """What on-demand invocations can no longer get: running unreserved, or reserved."""
        return self._unreserved[region] + self._reserved_total(region)
