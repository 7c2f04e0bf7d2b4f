from __future__ import annotations

import pytest

from lab_helpers.emulator.cloudwatch.alarm_evaluation import AlarmRule, Datapoint, evaluate


def points(*values: float | None) -> list[Datapoint]:
    return [Datapoint(number * 60, value) for number, value in enumerate(values)]


def rule(
    m: int = 1, missing: str = "missing", comparison: str = "GreaterThanThreshold"
) -> AlarmRule:
    return AlarmRule(comparison, 5.0, m, missing)


@pytest.mark.parametrize(
    ("comparison", "value", "state"),
    [
        ("GreaterThanThreshold", 5.0, "OK"),
        ("GreaterThanThreshold", 5.1, "ALARM"),
        ("GreaterThanOrEqualToThreshold", 5.0, "ALARM"),
        ("LessThanThreshold", 5.0, "OK"),
        ("LessThanOrEqualToThreshold", 5.0, "ALARM"),
    ],
)
def test_comparisons(comparison: str, value: float, state: str) -> None:
    assert evaluate(rule(comparison=comparison), points(value), "OK")[0] == state


@pytest.mark.fidelity(
    "An alarm goes off when M of the last N datapoints breach.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
)
def test_m_of_n_datapoints() -> None:
    assert evaluate(rule(2), points(9, 1, 1), "OK")[0] == "OK"
    assert evaluate(rule(2), points(9, 1, 9), "OK")[0] == "ALARM"


@pytest.mark.parametrize(
    ("missing", "now", "state"),
    [
        ("missing", "ALARM", "INSUFFICIENT_DATA"),
        ("ignore", "ALARM", "ALARM"),
        ("breaching", "OK", "ALARM"),
        ("notBreaching", "ALARM", "OK"),
    ],
)
@pytest.mark.fidelity(
    "TreatMissingData decides what periods without data count as.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "alarms-and-missing-data.html",
)
def test_missing_data(missing: str, now: str, state: str) -> None:
    assert evaluate(rule(missing=missing), points(None, None), now)[0] == state


def test_the_reason_is_worded_as_aws_words_it() -> None:
    state, reason = evaluate(rule(), points(9.0), "OK")
    assert state == "ALARM"
    assert reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [9.0 (01/01/70 00:00:00)] was greater "
        "than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
