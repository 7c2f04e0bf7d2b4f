from __future__ import annotations

from pathlib import Path

from lab_helpers.emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.kept_metrics import KeptMetrics
from lab_helpers.emulator.invocation.metrics import MetricValue

DIMENSIONS = (("FunctionName", "f"),)
KEY = MetricKey("us-east-1", "AWS/Lambda", "Duration", DIMENSIONS)


def put(metrics: MetricStore, number: float, time: float) -> None:
    metrics.put(MetricValue("us-east-1", "Duration", number, "Milliseconds", DIMENSIONS, time))


def reopened(store: AccountStore) -> MetricStore:
    store.close()
    metrics = MetricStore()
    again = AccountStore(store.folder)
    KeptMetrics(again, metrics).load()
    again.close()
    return metrics


def test_values_and_their_distribution_come_back(tmp_path: Path) -> None:
    store, metrics = AccountStore(tmp_path), MetricStore()
    keeper = KeptMetrics(store, metrics)
    for number in (10.0, 20.0, 90.0):
        put(metrics, number, 30)
    keeper.write()
    put(metrics, 1000.0, 45)
    put(metrics, 5.0, 61)
    keeper.write()
    found = reopened(store).periods(KEY, 0, 120, 60)
    assert (found[0].count, found[0].total, found[0].unit) == (4, 1120, "Milliseconds")
    assert found[0].statistic("p50") == 20
    assert found[60].statistic("Maximum") == 5


def test_a_minute_goes_on_after_a_restart(tmp_path: Path) -> None:
    store, metrics = AccountStore(tmp_path), MetricStore()
    put(metrics, 1.0, 0)
    KeptMetrics(store, metrics).write()
    again = reopened(store)
    put(again, 2.0, 59)
    assert again.periods(KEY, 0, 60, 60)[0].total == 3


def test_the_oldest_minutes_make_room(tmp_path: Path) -> None:
    store, metrics = AccountStore(tmp_path), MetricStore()
    keeper = KeptMetrics(store, metrics, kept_bytes=300)
    for minute in range(50):
        put(metrics, 1.0, minute * 60)
    keeper.write()
    found = sorted(reopened(store).periods(KEY, 0, 50 * 60, 60))
    assert 0 < len(found) < 10
    assert found[-1] == 49 * 60


def test_an_emptied_account_has_none(tmp_path: Path) -> None:
    store, metrics = AccountStore(tmp_path), MetricStore()
    keeper = KeptMetrics(store, metrics)
    put(metrics, 1.0, 0)
    keeper.write()
    metrics.clear()
    keeper.forget()
    assert not list(reopened(store).keys("us-east-1"))


def test_what_another_version_wrote_is_left_out(tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    store.put_document("metric-minute", f"{7:012d}", b"\x93\x01\x02")
    assert not list(reopened(store).keys("us-east-1"))
