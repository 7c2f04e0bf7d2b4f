"""A queue's attributes are set, or refused with nothing changed."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.models import sqs_backends

from lab_helpers.emulator.moto_bridge.sqs import queue_settings

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture(autouse=True)
def _installed() -> None:
    queue_settings.install()


@pytest.fixture
def queue() -> Any:
    return sqs_backends[ACCOUNT][REGION].create_queue(f"q-{uuid.uuid4().hex}", None)


@pytest.fixture
def dlq_arn() -> str:
    made = sqs_backends[ACCOUNT][REGION].create_queue(f"dlq-{uuid.uuid4().hex}", None)
    return str(made.queue_arn)


def _set(queue: Any, **attributes: str) -> None:
    sqs_backends[ACCOUNT][REGION].set_queue_attributes(queue.name, attributes)


def _policy(arn: str, count: object) -> str:
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})


def test_a_redrive_policy_is_set_whether_its_number_is_text_or_not(
    queue: Any, dlq_arn: str
) -> None:
    for count in (5, "5"):
        _set(queue, RedrivePolicy=_policy(dlq_arn, count))
        assert queue.redrive_policy == {"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 5}


def test_a_dead_letter_queue_that_is_not_there_is_refused_and_the_old_policy_stays(
    queue: Any, dlq_arn: str
) -> None:
    _set(queue, RedrivePolicy=_policy(dlq_arn, 5))
    wrong = _policy(f"{dlq_arn}-misspelt", 5)
    with pytest.raises(InvalidParameterValue) as refused:
        _set(queue, RedrivePolicy=wrong)
    assert str(refused.value.message) == (
        f"Value {wrong} for parameter RedrivePolicy is invalid. "
        "Reason: Dead letter target does not exist."
    )
    assert queue.redrive_policy["deadLetterTargetArn"] == dlq_arn


@pytest.mark.parametrize("count", ["五", "five", 0, 1001, -1, 2.5, ""])
def test_a_number_of_receives_that_sqs_does_not_know_is_refused(
    queue: Any, dlq_arn: str, count: object
) -> None:
    with pytest.raises(InvalidParameterValue, match=f"maxReceiveCount: {count}, valid values"):
        _set(queue, RedrivePolicy=_policy(dlq_arn, count))
    assert not queue.redrive_policy


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dojo-orders-dlq", "not a valid JSON map"),
        ("[5]", "not a valid JSON map"),
        ('{"maxReceiveCount": 5}', "mandatory attribute: deadLetterTargetArn"),
        ('{"deadLetterTargetArn": "arn"}', "mandatory attribute: maxReceiveCount"),
    ],
)
def test_half_a_redrive_policy_is_refused_with_what_it_lacks(
    queue: Any, text: str, reason: str
) -> None:
    with pytest.raises(InvalidParameterValue, match=reason):
        _set(queue, RedrivePolicy=text)
    assert not queue.redrive_policy


def test_an_empty_redrive_policy_removes_it(queue: Any, dlq_arn: str) -> None:
    _set(queue, RedrivePolicy=_policy(dlq_arn, 5))
    _set(queue, RedrivePolicy="")
    assert not queue.redrive_policy


def test_setting_one_attribute_keeps_the_queue_s_access_policy(queue: Any) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*"}]}
    _set(queue, Policy=json.dumps(policy))
    _set(queue, VisibilityTimeout="40")
    assert json.loads(queue.policy) == policy
    _set(queue, Policy="")
    assert not queue.policy
