"""Removes one resource by its ARN, with the same functions that a lab's ``reset`` uses."""

from __future__ import annotations

import re
from contextlib import suppress

from lab_helpers.arns import Arn
from lab_helpers.errors import DojoError
from lab_helpers.grading.removing import (
    Clients,
    remove_bucket,
    remove_function,
    remove_queue,
    remove_role,
    remove_table,
    remove_topic,
)


def remove_found(lab: Clients, arn_text: str) -> None:
    """Nothing happens where it is not there any more.

    Raises:
        DojoError: labs make nothing of this kind.
        botocore.exceptions.ClientError: AWS refuses.
    """
    arn = Arn.parse(arn_text)
    kind, name = [*re.split("[:/]", arn.resource, maxsplit=1), ""][:2]
    match arn.service, kind:
        case "lambda", "function":
            remove_function(lab, name)
        case "lambda", "event-source-mapping":
            _remove_mapping(lab, name)
        case "lambda", "layer":
            layer, _, version = name.partition(":")
            lab.client("lambda").delete_layer_version(LayerName=layer, VersionNumber=int(version))
        case "s3", bucket:
            remove_bucket(lab, bucket)
        case "sqs", queue:
            remove_queue(lab, queue)
        case "sns", topic:
            remove_topic(lab, topic)
        case "dynamodb", "table":
            remove_table(lab, name)
        case "kinesis", "stream":
            kinesis = lab.client("kinesis")
            with suppress(kinesis.exceptions.ResourceNotFoundException):
                kinesis.delete_stream(StreamName=name)
        case "logs", "log-group":
            logs = lab.client("logs")
            with suppress(logs.exceptions.ResourceNotFoundException):
                logs.delete_log_group(logGroupName=name.removesuffix(":*"))
        case "cloudwatch", "alarm":
            lab.client("cloudwatch").delete_alarms(AlarmNames=[name])
        case "iam", "role":
            remove_role(lab, name.rpartition("/")[2])
        case "iam", "policy":
            _remove_policy(lab, arn_text)
        case _:
            raise DojoError(
                f"{arn_text} was left alone.",
                why="It has the labs' tag, but labs make nothing of this kind.",
                now="Look at it, and remove it yourself if it is yours.",
            )


def _remove_mapping(lab: Clients, uuid: str) -> None:
    lambda_client = lab.client("lambda")
    gone = lambda_client.exceptions.ResourceNotFoundException
    with suppress(gone, lambda_client.exceptions.ResourceInUseException):
        lambda_client.delete_event_source_mapping(UUID=uuid)


def _remove_policy(lab: Clients, policy_arn: str) -> None:
    """With its versions: the default one ends with the policy."""
    iam = lab.client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        for version in iam.list_policy_versions(PolicyArn=policy_arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=policy_arn, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=policy_arn)
