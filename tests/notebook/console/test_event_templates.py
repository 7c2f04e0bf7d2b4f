"""The Test tab's events are those that functions get here from the same sources."""

from __future__ import annotations

import json
from typing import Any

from lab_helpers.notebook.console.event_templates import templates

REGION, ACCOUNT_ID = "eu-west-1", "123456789012"


def event(key: str) -> dict[str, Any]:
    made = templates("my-function", REGION, ACCOUNT_ID)
    (found,) = (one for one in made if one["id"] == key)
    read: dict[str, Any] = json.loads(found["event"])
    return read


def test_each_has_a_name_of_its_own() -> None:
    made = templates("f", REGION, ACCOUNT_ID)
    assert len({one["name"] for one in made}) == len({one["id"] for one in made}) == len(made) == 15


def test_a_load_balancer_s_event_names_its_target_group_and_has_no_version() -> None:
    """Which is how a function tells it from one of API Gateway."""
    seen = event("load-balancer")
    arn = seen["requestContext"]["elb"]["targetGroupArn"]
    assert arn.startswith(f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT_ID}:targetgroup/")
    assert "version" not in seen
    assert all(name == name.lower() for name in seen["headers"])


def test_an_alarm_s_event_tells_both_states() -> None:
    seen = event("alarm")
    assert seen["source"] == "aws.cloudwatch"
    states = [seen["alarmData"][when]["value"] for when in ("previousState", "state")]
    assert states == ["OK", "ALARM"]
    assert seen["alarmArn"].endswith(f":alarm:{seen['alarmData']['alarmName']}")
