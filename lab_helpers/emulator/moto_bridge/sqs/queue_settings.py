"""A queue's attributes: set as they were asked for, or refused with nothing changed.

moto stores a redrive policy before it looks at it, so a refused one stayed on the queue; and it
drops the queue's access policy whenever any other attribute is set.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.models import Queue, sqs_backends

_set_attributes = Queue._set_attributes
MOST_RECEIVES = 1000


def _set_or_refuse(queue: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    redrive = attributes.get("RedrivePolicy")
    if redrive:  # empty takes it away
        _check_redrive_policy(queue, redrive)
    kept = vars(queue).get("_policy_json")
    _set_attributes(queue, attributes, now)
    if "Policy" not in attributes:
        queue._policy_json = kept


def _check_redrive_policy(queue: Any, redrive: str | dict[str, Any]) -> None:
    policy = _read(redrive)
    if not policy:
        return
    for name in ("deadLetterTargetArn", "maxReceiveCount"):
        if name not in policy:
            raise _refusal(redrive, f"Redrive policy does not contain mandatory attribute: {name}.")
    count = str(policy["maxReceiveCount"])
    if not (count.isascii() and count.isdigit() and 1 <= int(count) <= MOST_RECEIVES):
        raise _refusal(
            redrive,
            f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to "
            f"{MOST_RECEIVES} both inclusive.",
        )
    queues = sqs_backends[queue.account_id][queue.region].queues.values()
    if policy["deadLetterTargetArn"] not in {one.queue_arn for one in queues}:
        # https://github.com/serverless/serverless/issues/5215 has AWS's words
        raise _refusal(redrive, "Dead letter target does not exist.")


def _read(redrive: str | dict[str, Any]) -> Mapping[str, Any]:
    try:
        policy = json.loads(redrive) if isinstance(redrive, str) else redrive
    except ValueError:
        policy = None
    if not isinstance(policy, Mapping):
        raise _refusal(redrive, "Redrive policy is not a valid JSON map.")
    return policy


def _refusal(redrive: str | dict[str, Any], reason: str) -> InvalidParameterValue:
    value = redrive if isinstance(redrive, str) else json.dumps(redrive, separators=(",", ":"))
    return InvalidParameterValue(
        f"Value {value} for parameter RedrivePolicy is invalid. Reason: {reason}"
    )


def install() -> None:
    Queue._set_attributes = _set_or_refuse
