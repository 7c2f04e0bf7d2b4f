"""Partial batch responses: complete successes, complete failures, and what lies between."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.event_sources.batch_response import (
    WholeBatchFailedError,
    failed_items,
)

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
BATCH = ("a", "b", "c")


@pytest.mark.fidelity("An empty or null report means that the whole batch succeeded", page=PAGE)
@pytest.mark.parametrize(
    "response",
    ["null", "{}", "[]", '""', "", '{"batchItemFailures": []}', '{"batchItemFailures": null}'],
)
def test_a_complete_success(response: str) -> None:
    assert failed_items(response.encode(), BATCH) == set()


@pytest.mark.fidelity("A report that cannot be read fails the whole batch", page=PAGE)
@pytest.mark.parametrize(
    "items",
    [
        [{"itemIdentifier": ""}],
        [{"itemIdentifier": None}],
        [{"itemIdentifier": 5}],
        [{"itemIdentifier": "x"}],
        [{"itemIdentifier": "a"}, {"itemIdentifier": "x"}],
        [{"id": "a"}],
        [{}],
        ["a"],
        [None],
        "a",
        {"itemIdentifier": "a"},
    ],
)
def test_a_complete_failure(items: Any) -> None:
    with pytest.raises(WholeBatchFailedError):
        failed_items(json.dumps({"batchItemFailures": items}).encode(), BATCH)


@pytest.mark.parametrize("payload", [b"{", b'"text"', b"[1]", b"7"])
def test_a_response_that_is_no_object_is_a_complete_failure(payload: bytes) -> None:
    with pytest.raises(WholeBatchFailedError):
        failed_items(payload, BATCH)


def test_items_of_the_batch_are_the_failed_ones() -> None:
    items = [{"itemIdentifier": "c"}, {"itemIdentifier": "a"}, {"itemIdentifier": "a"}]
    assert failed_items(json.dumps({"batchItemFailures": items}).encode(), BATCH) == {"a", "c"}


@given(st.binary() | st.text().map(str.encode))
def test_any_response_is_read_or_fails_the_batch(payload: bytes) -> None:
    with suppress(WholeBatchFailedError):
        assert failed_items(payload, BATCH) <= set(BATCH)
