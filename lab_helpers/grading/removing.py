"""What a lab leaves behind, removed: nothing happens where it is not there."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Protocol


class Clients(Protocol):
    """Whatever makes clients of one account and Region, such as an open lab."""

    @property
    def region(self) -> str: ...
    @property
    def account_id(self) -> str: ...
    def client(self, service: str) -> Any: ...


def remove_function(lab: Clients, name: str) -> None:
    """With its event source mappings, versions, aliases, settings and log group."""
    lambda_client = lab.client("lambda")
    with suppress(lambda_client.exceptions.ResourceNotFoundException):
        pages = lambda_client.get_paginator("list_event_source_mappings").paginate(
            FunctionName=name
        )
        for mapping in [found for page in pages for found in page["EventSourceMappings"]]:
            # one that is already on its way out is in use
            with suppress(lambda_client.exceptions.ResourceInUseException):
                lambda_client.delete_event_source_mapping(UUID=mapping["UUID"])
        lambda_client.delete_function(FunctionName=name)
    remove_log(lab, name)


def remove_log(lab: Clients, function_name: str) -> None:
    """Of a function that may have written once more after it was deleted."""
    logs = lab.client("logs")
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=f"/aws/lambda/{function_name}")


def remove_layer(lab: Clients, name: str) -> None:
    """All its versions."""
    lambda_client = lab.client("lambda")
    with suppress(lambda_client.exceptions.ResourceNotFoundException):
        pages = lambda_client.get_paginator("list_layer_versions").paginate(LayerName=name)
        for number in [found["Version"] for page in pages for found in page["LayerVersions"]]:
            lambda_client.delete_layer_version(LayerName=name, VersionNumber=number)


def remove_role(lab: Clients, name: str) -> None:
    """With its policies."""
    iam = lab.client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy_name in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy_name)
        iam.delete_role(RoleName=name)


def remove_bucket(lab: Clients, name: str) -> None:
    """With its objects."""
    s3 = lab.client("s3")
    with suppress(s3.exceptions.NoSuchBucket):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=name, Key=found["Key"])
        s3.delete_bucket(Bucket=name)


def remove_queue(lab: Clients, name: str) -> None:
    sqs = lab.client("sqs")
    with suppress(sqs.exceptions.QueueDoesNotExist):
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"])


def remove_topic(lab: Clients, name: str) -> None:
    """With its subscriptions."""
    sns = lab.client("sns")
    topic_arn = f"arn:aws:sns:{lab.region}:{lab.account_id}:{name}"
    with suppress(sns.exceptions.NotFoundException):
        for found in sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]:
            sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
    sns.delete_topic(TopicArn=topic_arn)


def remove_table(lab: Clients, name: str) -> None:
    dynamodb = lab.client("dynamodb")
    with suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.delete_table(TableName=name)
