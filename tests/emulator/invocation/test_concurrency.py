"""Who may run when the account's pool or a reservation is full."""

from __future__ import annotations

import pytest

from lab_helpers.emulator.invocation.concurrency import Concurrency, ThrottledError

EAST, WEST = "us-east-1", "us-west-2"
PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"


def refused(concurrency: Concurrency, function: str, reserved: int | None = None) -> str:
    with pytest.raises(ThrottledError) as error:
        concurrency.enter(EAST, function, reserved)
    return error.value.reason


@pytest.mark.fidelity("A reservation is both a guarantee and a cap.", page=PAGE)
def test_a_reservation_is_guarantee_and_cap() -> None:
    concurrency = Concurrency(lambda _region: 3, lambda _region: 5)
    concurrency.enter(EAST, "a", None)
    concurrency.enter(EAST, "b", None)
    assert refused(concurrency, "a") == "ConcurrentInvocationLimitExceeded"
    for _ in range(3):
        concurrency.enter(EAST, "reserved", 3)
    reason = refused(concurrency, "reserved", 3)
    assert reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert concurrency.of_region(EAST) == 5
    assert concurrency.unreserved(EAST) == 2


def test_regions_have_pools_of_their_own() -> None:
    concurrency = Concurrency(lambda _region: 0, lambda _region: 1)
    concurrency.enter(EAST, "a", None)
    concurrency.enter(WEST, "a", None)
    assert refused(concurrency, "b") == "ConcurrentInvocationLimitExceeded"


def test_who_leaves_makes_room() -> None:
    concurrency = Concurrency(lambda _region: 0, lambda _region: 1)
    concurrency.enter(EAST, "a", None)
    concurrency.leave(EAST, "a", None)
    concurrency.enter(EAST, "b", None)
    assert concurrency.of_function(EAST, "a") == 0
    assert concurrency.of_function(EAST, "b") == 1
