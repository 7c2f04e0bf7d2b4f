"""The journal's entries become metered runs, spans of provisioned concurrency, large events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.notebook.bill.from_journal import further_requests, runs_of, spans_of
from lab_helpers.notebook.bill.seen import Seen
from lab_helpers.pricing import Item
from tests.notebook.timeline.journal_entries import ARN, Story

MINUTE = 60.0


def provisioned(environments: int, at_s: float, arn: str = ARN + "f:1") -> JournalRecord:
    facts = {"function_arn": arn, "environments": environments}
    return JournalRecord(
        1,
        at_s,
        "concurrency.provisioned",
        "",
        None,
        facts | {"memory_size_mb": 1024, "architecture": "x86_64"},
    )


def queued(payload_bytes: int, at_s: float = 0.0) -> JournalRecord:
    return JournalRecord(
        1, at_s, "async.enqueued", "r", None, {"payload_bytes": payload_bytes, "source": "api"}
    )


def test_a_run_is_billed_as_its_report_says() -> None:
    story = Story().run("cold", "f:live", init_ms=150, ms=10).run("warm", "f:live", ms=10)
    cold, warm = (one.run for one in runs_of(story.records))
    assert (cold.function, cold.billed_ms, cold.init_ms) == ("f", 160, 150)
    assert (warm.billed_ms, warm.init_ms, warm.memory_size_mb) == (10, None, 128)
    assert warm.gb_s == Decimal("0.00125")


def test_an_invocation_that_still_runs_has_no_bill() -> None:
    assert runs_of(Story().started("r").records) == []


def test_every_attempt_at_an_event_is_billed() -> None:
    story = Story()
    for number in (1, 2, 3):
        story.attempt("event", number).run("event", ms=5, status="error")
    assert len(runs_of(story.records)) == 3


def test_what_provisioned_concurrency_served_has_prices_of_its_own_and_no_init() -> None:
    story = Story().run("r", ms=10, init_ms=100)
    story.records[0].data["provisioned"] = True  # type: ignore[index]
    (found,) = runs_of(story.records)
    assert found.run.init_ms is None
    used = Seen((found.run,), 0, 0).usage()
    assert used[Item.PROVISIONED_REQUEST] == 1
    assert Item.REQUEST not in used


def test_an_event_above_256_kb_is_more_than_one_request() -> None:
    kilobyte = 1024
    events = [queued(2), queued(300 * kilobyte), queued(1024 * kilobyte), queued(10**6, -1.0)]
    assert further_requests(events, since_s=0.0) == 1 + 12


def spans(*records: JournalRecord, since_s: float = 0.0) -> list[Any]:
    found = spans_of(records, since_s, now_s=100 * MINUTE)
    return [(span.environments, span.began_s, span.ended_s) for span in found]


def test_provisioned_concurrency_counts_from_enabling_to_disabling() -> None:
    assert spans(provisioned(2, MINUTE), provisioned(0, 3 * MINUTE)) == [(2, MINUTE, 3 * MINUTE)]
    assert spans(provisioned(2, MINUTE)) == [(2, MINUTE, 100 * MINUTE)]


def test_another_number_begins_a_new_span_and_the_same_number_does_not() -> None:
    told = [provisioned(2, 1.0), provisioned(2, 2.0), provisioned(3, 3.0), provisioned(0, 4.0)]
    assert spans(*told) == [(2, 1.0, 3.0), (3, 3.0, 4.0)]


def test_what_ended_before_the_lab_was_opened_is_not_on_its_bill() -> None:
    assert spans(provisioned(1, 1.0), provisioned(0, 2.0), since_s=3.0) == []


def test_a_span_is_charged_in_periods_of_five_minutes() -> None:
    (span,) = spans_of([provisioned(2, 0.0), provisioned(0, 301.0)], 0.0, 0.0)
    assert span.usage()[Item.PROVISIONED_CONFIGURED_X86_64] == 2 * 600
