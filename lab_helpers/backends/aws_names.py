"""What a lab makes in a real account has a name that begins with the labs' prefix.

The tag is what clean-up goes by. The name is what a person sees in a list of roles or buckets, and
what a policy for the learner can be bound to (``arn:aws:lambda:*:*:function:dojo-*``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.errors import DojoError

PREFIX = "dojo-"

# (service, operation) → the parameter with the new resource's name.
NAMED = {
    ("lambda", "CreateFunction"): "FunctionName",
    ("lambda", "PublishLayerVersion"): "LayerName",
    ("iam", "CreateRole"): "RoleName",
    ("iam", "CreatePolicy"): "PolicyName",
    ("s3", "CreateBucket"): "Bucket",
    ("sqs", "CreateQueue"): "QueueName",
    ("sns", "CreateTopic"): "Name",
    ("dynamodb", "CreateTable"): "TableName",
    ("kinesis", "CreateStream"): "StreamName",
    ("cloudwatch-logs", "CreateLogGroup"): "logGroupName",
    ("cloudwatch", "PutMetricAlarm"): "AlarmName",
}


def guard_name(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    """A handler of botocore's ``before-parameter-build``.

    Raises:
        DojoError: the operation would make something without the prefix.
    """
    service = str(model.service_model.service_id.hyphenize())
    parameter = NAMED.get((service, str(model.name)))
    given = params.get(parameter) if parameter else None
    if isinstance(given, str) and not has_prefix(given):
        raise DojoError(
            f'{model.name} was not sent: "{given}" does not begin with "{PREFIX}".',
            why="In a real account, what a lab made must be told from the rest by its name.",
            now=f'Name it "{PREFIX}{_last_part(given)}", or use your own client if you mean it.',
        )


def has_prefix(name: str) -> bool:
    """Also of an ARN, and of a log group, whose name is a path: ``/aws/lambda/dojo-f``."""
    return _last_part(name).startswith(PREFIX)


def _last_part(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2]
