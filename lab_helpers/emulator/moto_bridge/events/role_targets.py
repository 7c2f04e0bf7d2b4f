"""Targets of rules that EventBridge reaches with a role: streams and state machines.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.firehose.models import firehose_backends
from moto.kinesis.models import kinesis_backends
from moto.moto_api._internal import mock_random
from moto.stepfunctions.models import stepfunctions_backends
from werkzeug.exceptions import HTTPException

from lab_helpers.arns import Arn
from lab_helpers.emulator.invocation.deliveries import DeliveryError
from lab_helpers.emulator.moto_bridge.changes import CHANGES

ROLE_ACTIONS = {
    "kinesis": "kinesis:PutRecord",
    "firehose": "firehose:PutRecord",
    "states": "states:StartExecution",
}


class RoleTargets:
    """Hands texts to streams and state machines."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._to_stream = CHANGES.repeatable("kinesis.target", self._put_record)
        self._to_firehose = CHANGES.repeatable("firehose.target", self._put_firehose_record)
        self._to_state_machine = CHANGES.repeatable("states.target", self._start_execution)

    def send(self, settings: Mapping[str, Any], text: str) -> None:
        """Args: settings: the target, in AWS's names. Raises DeliveryError."""
        arn = str(settings["Arn"])
        try:
            match Arn.parse(arn).service:
                case "kinesis":
                    parameters = settings.get("KinesisParameters") or {}
                    self._to_stream(arn, _partition_key(parameters, text), text)
                case "firehose":
                    self._to_firehose(arn, text)
                case "states":
                    self._to_state_machine(arn, text)
        except (ServiceException, HTTPException, ValueError) as error:
            raise DeliveryError(str(error)) from error

    def _put_record(self, stream_arn: str, partition_key: str, text: str) -> None:
        region = Arn.parse(stream_arn).region
        kinesis_backends[self._account_id][region].put_record(
            stream_arn, "", partition_key, "", base64.b64encode(text.encode()).decode()
        )

    def _put_firehose_record(self, stream_arn: str, text: str) -> None:
        arn = Arn.parse(stream_arn)
        name = arn.resource.removeprefix("deliverystream/")
        record = {"Data": base64.b64encode(text.encode())}
        firehose_backends[self._account_id][arn.region].put_record(name, record)

    def _start_execution(self, state_machine_arn: str, text: str) -> None:
        region = Arn.parse(state_machine_arn).region
        stepfunctions_backends[self._account_id][region].start_execution(
            state_machine_arn, "", text
        )


def _partition_key(parameters: Mapping[str, Any], text: str) -> str:
    """The event's id, or what ``PartitionKeyPath`` names in the text that is sent."""
    path = str(parameters.get("PartitionKeyPath") or "$.id").removeprefix("$.").split(".")
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) and found else str(mock_random.uuid4())
