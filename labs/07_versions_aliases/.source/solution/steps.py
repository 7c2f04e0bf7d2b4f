"""The solutions of the lab ``versions_aliases``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_bucket, have_function, have_role
from lab_helpers.grading.quiet_events import remove_functions
from lab_helpers.grading.removing import remove_bucket, remove_role

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

FUNCTION_NAME = "dojo-price-quote"


def prepare(lab: SolutionContext) -> None:
    """The function, unpublished, and a bucket that may invoke it (not its aliases)."""
    lambda_client = lab.client("lambda")
    have_bucket(lab, lab.name("bucket"))
    have_function(lab, FUNCTION_NAME, have_role(lab, lab.name("role"), LOGS_POLICY_ARN))
    with suppress(lambda_client.exceptions.ResourceConflictException):
        lambda_client.add_permission(
            FunctionName=FUNCTION_NAME,
            StatementId="price-lists",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{lab.name('bucket')}",
            SourceAccount=lab.account_id,
        )


def published(lab: SolutionContext) -> list[str]:
    """The numbers of the published versions, oldest first."""
    pages = (
        lab.client("lambda")
        .get_paginator("list_versions_by_function")
        .paginate(FunctionName=FUNCTION_NAME)
    )
    numbers = [version["Version"] for page in pages for version in page["Versions"]]
    return [number for number in numbers if number != "$LATEST"]


def publish(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    version = lambda_client.publish_version(FunctionName=FUNCTION_NAME)
    print(version["Version"], version["FunctionArn"])


def second_version(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("quote_ten_percent"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    version = lambda_client.publish_version(FunctionName=FUNCTION_NAME)
    print("published", version["Version"])

    for qualifier in (*published(lab), "$LATEST"):
        response = lambda_client.invoke(
            FunctionName=FUNCTION_NAME,
            Qualifier=qualifier,
            Payload=json.dumps({"price": 1000}),
        )
        print(f"{qualifier:8}", json.load(response["Payload"]))


def aliases(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    old, *_, new = published(lab)
    print("old version", old, "· new version", new)

    lambda_client.create_alias(
        FunctionName=FUNCTION_NAME,
        Name="prod",
        FunctionVersion=old,
    )
    lambda_client.create_alias(
        FunctionName=FUNCTION_NAME,
        Name="dev",
        FunctionVersion=new,
    )
    for alias in lambda_client.list_aliases(FunctionName=FUNCTION_NAME)["Aliases"]:
        print(f"{alias['Name']:5} -> version {alias['FunctionVersion']}")


def s3_alias(lab: SolutionContext) -> None:
    lambda_client, s3 = lab.client("lambda"), lab.client("s3")

    with suppress(lambda_client.exceptions.ResourceConflictException):  # it is there already
        lambda_client.add_permission(
            FunctionName=FUNCTION_NAME,
            Qualifier="prod",
            StatementId="price-lists",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{lab.name('bucket')}",
            SourceAccount=lab.account_id,
        )
    alias = lambda_client.get_alias(FunctionName=FUNCTION_NAME, Name="prod")
    s3.put_bucket_notification_configuration(
        Bucket=lab.name("bucket"),
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Id": "new-price-list",
                    "LambdaFunctionArn": alias["AliasArn"],
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        },
    )
    s3.put_object(Bucket=lab.name("bucket"), Key="spring.csv", Body=b"matcha,1000\n")
    print("uploaded spring.csv")


def canary(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    old, *_, new = published(lab)

    lambda_client.update_alias(
        FunctionName=FUNCTION_NAME,
        Name="prod",
        FunctionVersion=old,
        RoutingConfig={"AdditionalVersionWeights": {new: 0.1}},
    )

    executed, failed = [], Counter()
    for number in lab.with_bar(range(200), "invocations"):
        price = 0 if number % 10 == 9 else 100 + number  # every tenth is a free sample
        response = lambda_client.invoke(
            FunctionName=FUNCTION_NAME,
            Qualifier="prod",
            Payload=json.dumps({"price": price}),
        )
        executed.append(response["ExecutedVersion"])
        if "FunctionError" in response:
            failed[response["ExecutedVersion"]] += 1
    print("executed:", dict(Counter(executed)))
    print("failed:  ", dict(failed))


def rollback(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    old, *_ = published(lab)

    alias = lambda_client.update_alias(
        FunctionName=FUNCTION_NAME,
        Name="prod",
        FunctionVersion=old,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )
    print("prod -> version", alias["FunctionVersion"], alias.get("RoutingConfig", "no weights"))


def fixed_version(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("quote_fixed"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)
    version = lambda_client.publish_version(FunctionName=FUNCTION_NAME)

    lambda_client.update_alias(
        FunctionName=FUNCTION_NAME,
        Name="dev",
        FunctionVersion=version["Version"],
    )
    response = lambda_client.invoke(
        FunctionName=FUNCTION_NAME,
        Qualifier="dev",
        Payload=json.dumps({"price": 0}),
    )
    print(response.get("FunctionError"), json.load(response["Payload"]))


def reset(lab: SolutionContext) -> None:
    """Remove the bucket, the function with its versions, aliases and log, and its role."""
    remove_bucket(lab, lab.name("bucket"))
    remove_functions(lab, FUNCTION_NAME)
    remove_role(lab, lab.name("role"))
