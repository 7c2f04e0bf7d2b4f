from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.cloudwatch.metric_store import (
    DISTINCT_VALUES,
    Distribution,
    MetricKey,
    MetricStore,
    percent_of,
)
from lab_helpers.emulator.invocation.metrics import Dimensions, MetricValue

F: Dimensions = (("FunctionName", "f"),)


def value(
    number: float = 1.0, time: float = 0.0, name: str = "Invocations", dimensions: Dimensions = F
) -> MetricValue:
    return MetricValue("us-east-1", name, number, "Count", dimensions, time)


def key(name: str = "Invocations", dimensions: Dimensions = F) -> MetricKey:
    return MetricKey("us-east-1", "AWS/Lambda", name, dimensions)


def test_periods_begin_at_multiples_of_their_length() -> None:
    store = MetricStore()
    for time in (59, 60, 119, 301):
        store.put(value(time=time))
    by_minute = store.periods(key(), 0, 600, 60)
    assert {begin: one.count for begin, one in by_minute.items()} == {0: 1, 60: 2, 300: 1}
    by_five = store.periods(key(), 0, 600, 300)
    assert {begin: one.count for begin, one in by_five.items()} == {0: 3, 300: 1}
    assert list(store.periods(key(), 60, 300, 60)) == [60]


def test_only_the_very_same_dimensions_are_one_metric() -> None:
    store = MetricStore()
    store.put(value())
    store.put(value(dimensions=(*F, ("Resource", "f:prod"))))
    store.put(value(dimensions=()))
    assert store.periods(key(), 0, 60, 60)[0].count == 1


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=100))
def test_statistics_agree_with_arithmetic(numbers: list[float]) -> None:
    values = Distribution()
    for number in numbers:
        values.add(number)
    assert values.statistic("Sum") == pytest.approx(sum(numbers))
    assert values.statistic("Minimum") == values.statistic("p0") == min(numbers)
    assert values.statistic("Maximum") == values.statistic("p100") == max(numbers)
    assert values.statistic("SampleCount") == len(numbers)


def test_percentiles_stay_near_when_values_are_many_and_memory_stays_small() -> None:
    values = Distribution()
    for number in range(10_000):
        values.add(1.0 + number / 10)
    assert len(values.values) < DISTINCT_VALUES + 1000
    assert values.statistic("p95") == pytest.approx(951, rel=0.01)


@pytest.mark.parametrize(
    ("name", "percent"), [("p99", 99), ("p99.9", 99.9), ("p101", None), ("pq", None), ("Sum", None)]
)
def test_percentile_names(name: str, percent: float | None) -> None:
    assert percent_of(name) == percent


def test_the_oldest_minutes_are_forgotten_first() -> None:
    store = MetricStore(retained_minutes=3)
    for minute in range(10):
        store.put(value(time=minute * 60))
    assert list(store.periods(key(), 0, 600, 60)) == [420, 480, 540]
    for minute in range(3):
        store.put(value(time=minute * 60, name="Errors"))
    assert [one.name for one in store.keys("us-east-1")] == ["Errors"]


def test_listed_metrics_have_each_wanted_dimension() -> None:
    store = MetricStore()
    store.put(value())
    store.put(value(dimensions=(*F, ("Resource", "f:prod"))))
    store.put(value(dimensions=()))

    def listed(*wanted: dict[str, str]) -> int:
        return len(list(store.keys("us-east-1", dimensions=wanted)))

    assert listed() == 3
    assert listed({"Name": "FunctionName", "Value": "f"}) == 2
    assert listed({"Name": "Resource"}) == 1
    assert listed({"Name": "FunctionName", "Value": "g"}) == 0
    assert list(store.keys("eu-west-1")) == []
