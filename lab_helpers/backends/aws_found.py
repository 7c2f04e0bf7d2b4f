"""What labs made in a real account, found again by the tag that it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lab_helpers.backends.aws_tags import MARK, TAG, TAG_VALUE

if TYPE_CHECKING:
    import boto3


def found_in_account(session: boto3.Session) -> list[str]:
    """ARNs of all that labs made in the session's account and Region: reads, changes nothing.

    Roles come last: functions use them. What was removed a short while ago may still be listed,
    since AWS's index of tags lags behind.

    Raises:
        botocore.exceptions.ClientError: the identity may not look.
    """
    return [*_tagged(session), *_layers(session), *_roles_and_policies(session)]


def _tagged(session: boto3.Session) -> Iterator[str]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    pages = session.client("resourcegroupstaggingapi").get_paginator("get_resources")
    for page in pages.paginate(TagFilters=[{"Key": TAG, "Values": [TAG_VALUE]}]):
        for found in page["ResourceTagMappingList"]:
            # IAM has no Region: asked for below, wherever the lab ran.
            if not found["ResourceARN"].startswith("arn:aws:iam:"):
                yield found["ResourceARN"]


def _layers(session: boto3.Session) -> Iterator[str]:
    """Versions, since a layer may have others that no lab published."""
    lambda_client = session.client("lambda")
    for page in lambda_client.get_paginator("list_layers").paginate():
        for layer in page["Layers"]:
            versions = lambda_client.get_paginator("list_layer_versions")
            for listed in versions.paginate(LayerName=layer["LayerName"]):
                for version in listed["LayerVersions"]:
                    if version.get("Description") == MARK:
                        yield version["LayerVersionArn"]


def _roles_and_policies(session: boto3.Session) -> Iterator[str]:
    iam = session.client("iam")
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            if role["Path"].startswith("/aws-service-role/"):
                continue  # made by services, and there are many
            if _has_tag(iam.list_role_tags(RoleName=role["RoleName"])["Tags"]):
                yield role["Arn"]
    for listed in iam.get_paginator("list_policies").paginate(Scope="Local"):
        for policy in listed["Policies"]:
            if _has_tag(iam.list_policy_tags(PolicyArn=policy["Arn"])["Tags"]):
                yield policy["Arn"]


def _has_tag(tags: list[Any]) -> bool:
    return {"Key": TAG, "Value": TAG_VALUE} in tags
