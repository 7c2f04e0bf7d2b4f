"""What this process has made in a real account, so that it can be removed when the process ends.

The tag finds what labs made as well, but AWS's index of tags lags some seconds behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.backends.aws_record import SessionRecord

_ASKED = "lambda_dojo_asked"
_WAS_THERE = "lambda_dojo_was_there"

# (service, operation) → what names the new resource, in the answer.
_ARN_IN_ANSWER: dict[tuple[str, str], Callable[[Mapping[str, Any]], str]] = {
    ("lambda", "CreateFunction"): lambda answer: _unqualified(answer["FunctionArn"]),
    ("lambda", "PublishLayerVersion"): lambda answer: str(answer["LayerVersionArn"]),
    ("iam", "CreateRole"): lambda answer: str(answer["Role"]["Arn"]),
    ("iam", "CreatePolicy"): lambda answer: str(answer["Policy"]["Arn"]),
    ("sns", "CreateTopic"): lambda answer: str(answer["TopicArn"]),
    ("dynamodb", "CreateTable"): lambda answer: str(answer["TableDescription"]["TableArn"]),
}
# … or, where the answer does not say it, in the request: (service of the ARN, its resource).
_ARN_OF_REQUEST: dict[tuple[str, str], Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    ("sqs", "CreateQueue"): lambda asked: ("sqs", asked["QueueName"]),
    ("kinesis", "CreateStream"): lambda asked: ("kinesis", f"stream/{asked['StreamName']}"),
    ("cloudwatch-logs", "CreateLogGroup"): lambda asked: (
        "logs",
        f"log-group:{asked['logGroupName']}",
    ),
    ("cloudwatch", "PutMetricAlarm"): lambda asked: ("cloudwatch", f"alarm:{asked['AlarmName']}"),
}
# These succeed where there is one of that name already: such a one is not a lab's.
_LOOKS: dict[tuple[str, str], Callable[[Any, Mapping[str, Any]], bool]] = {
    ("sqs", "CreateQueue"): lambda client, asked: _queue_is_there(client, asked["QueueName"]),
    ("cloudwatch", "PutMetricAlarm"): lambda client, asked: bool(
        client.describe_alarms(AlarmNames=[asked["AlarmName"]])["MetricAlarms"]
    ),
}


@dataclass
class Made:
    """ARNs of what was made in one account and Region, in order; each once.

    Attributes:
        record: where it is kept for whoever comes after this process.
    """

    account_id: str
    region: str
    arns: dict[str, None] = field(default_factory=dict)
    record: SessionRecord | None = None

    def note(self, arn: str) -> None:
        if arn not in self.arns and self.record:
            self.record.made(arn)
        self.arns[arn] = None

    def gone(self, arn: str) -> None:
        self.arns.pop(arn, None)
        if self.record:
            self.record.gone(arn)

    def listen(self, session: Any, looking: Any) -> None:
        """Note what ``session`` makes; ``looking`` is another session, to look around with."""

        def before(params: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
            call = _call(model)
            context[_ASKED] = dict(params)
            if call in _LOOKS:
                client = looking.client("sqs" if call[0] == "sqs" else "cloudwatch")
                context[_WAS_THERE] = _LOOKS[call](client, params)

        def after(http_response: Any, parsed: Any, model: Any, context: Any, **_: Any) -> None:
            if http_response.status_code < 300 and not context.get(_WAS_THERE):
                self._note(_call(model), context.get(_ASKED, {}), parsed)

        session.events.register_last("before-parameter-build.*.*", before)
        session.events.register("after-call.*.*", after)

    def note_bucket(self, name: str) -> None:
        self.note(f"arn:{partition_of(self.region)}:s3:::{name}")

    def _note(
        self, call: tuple[str, str], asked: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        if call in _ARN_IN_ANSWER:
            self.note(_ARN_IN_ANSWER[call](answer))
        elif call == ("lambda", "CreateEventSourceMapping"):
            self.note(self._arn("lambda", f"event-source-mapping:{answer['UUID']}"))
        elif call in _ARN_OF_REQUEST:
            self.note(self._arn(*_ARN_OF_REQUEST[call](asked)))

    def _arn(self, service: str, resource: str) -> str:
        partition = partition_of(self.region)
        return f"arn:{partition}:{service}:{self.region}:{self.account_id}:{resource}"


_made: dict[tuple[str, str], Made] = {}


def made_in(account_id: str, region: str) -> Made:
    """Of this process; one for all sessions of an account and Region."""
    return _made.setdefault((account_id, region), Made(account_id, region))


def _queue_is_there(client: Any, name: str) -> bool:
    try:
        client.get_queue_url(QueueName=name)
    except client.exceptions.QueueDoesNotExist:
        return False
    return True


def _call(model: Any) -> tuple[str, str]:
    return str(model.service_model.service_id.hyphenize()), str(model.name)


def _unqualified(function_arn: str) -> str:
    return ":".join(function_arn.split(":")[:7])
