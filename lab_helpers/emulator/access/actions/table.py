"""Which actions a request asks for: every service's table under one roof."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked
from lab_helpers.emulator.access.actions.dynamodb_actions import dynamodb_actions
from lab_helpers.emulator.access.actions.identity_actions import iam_actions, sts_actions
from lab_helpers.emulator.access.actions.lambda_actions import lambda_actions
from lab_helpers.emulator.access.actions.messaging_actions import (
    events_actions,
    sns_actions,
    sqs_actions,
)
from lab_helpers.emulator.access.actions.monitoring_actions import (
    cloudwatch_actions,
    logs_actions,
)
from lab_helpers.emulator.access.actions.s3_actions import s3_actions
from lab_helpers.emulator.access.actions.stored_data_actions import (
    kinesis_actions,
    kms_actions,
    secretsmanager_actions,
    ssm_actions,
)

_TABLE: Mapping[str, Callable[[ApiRequest], tuple[Asked, ...]]] = {
    "dynamodb": dynamodb_actions,
    "events": events_actions,
    "iam": iam_actions,
    "kinesis": kinesis_actions,
    "kms": kms_actions,
    "lambda": lambda_actions,
    "logs": logs_actions,
    "monitoring": cloudwatch_actions,
    "s3": s3_actions,
    "secretsmanager": secretsmanager_actions,
    "sns": sns_actions,
    "sqs": sqs_actions,
    "ssm": ssm_actions,
    "sts": sts_actions,
}
_PREFIX_OF = {"email": "ses", "eventbridge": "events", "tagging": "tag"}
"""Services whose actions have another prefix than their signing name."""


def asked_of(call: ApiRequest) -> tuple[Asked, ...]:
    """Empty for what needs no permission; a service without a table is asked as a whole."""
    table = _TABLE.get(call.service)
    if table is not None:
        return table(call)
    return (Asked(f"{_PREFIX_OF.get(call.service, call.service)}:{call.operation}"),)
