"""The solutions of the lab ``async_dlq``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab_helpers.grading.installed_layer import installed_layer
from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_function, have_role, have_table
from lab_helpers.grading.quiet_events import remove_functions, wait_until_quiet
from lab_helpers.grading.removing import (
    remove_layer,
    remove_queue,
    remove_role,
    remove_table,
    remove_topic,
)

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

LAYER_NAME = "dojo-settle-powertools"
FUNCTIONS = ("function", "refund_function")
TABLES = ("charges", "receipts", "memory")
QUEUES = ("dead_letters", "inbox", "failures", "successes")


def powertools_layer() -> bytes:
    """A layer's zip with the Powertools that are installed here, under ``python/``."""
    return installed_layer("aws-lambda-powertools", "typing-extensions")


def until_quiet(step: Callable[[SolutionContext], None]) -> Callable[[SolutionContext], None]:
    """The step is over once all events are: what comes next changes the function."""

    @functools.wraps(step)
    def perform(lab: SolutionContext) -> None:
        step(lab)
        wait_until_quiet(lab.backend, [lab.name(key) for key in FUNCTIONS])

    return perform


def prepare(lab: SolutionContext) -> None:
    """Tables, a role that may use them, the idempotent function of lab 4, one that always fails."""
    tables = {
        "CHARGES_TABLE": (lab.name("charges"), "payment_id", "charged_at"),
        "RECEIPTS_TABLE": (lab.name("receipts"), "payment_id"),
        "MEMORY_TABLE": (lab.name("memory"), "id"),
    }
    may_use_tables = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete")],
        "Resource": [have_table(lab, name, *keys) for name, *keys in tables.values()],
    }
    role_arn = have_role(
        lab, lab.name("role"), LOGS_POLICY_ARN, inline={"use-tables": may_use_tables}
    )
    have_function(
        lab,
        lab.name("function"),
        role_arn,
        Layers=[_layer_arn(lab)],
        Environment={"Variables": {key: name for key, (name, *_) in tables.items()}},
        MemorySize=512,
        Timeout=10,
    )
    have_function(lab, lab.name("refund_function"), role_arn, "refund")


def _layer_arn(lab: SolutionContext) -> str:
    """The layer's newest version, published where there is none."""
    lambda_client = lab.client("lambda")
    versions = lambda_client.list_layer_versions(LayerName=LAYER_NAME)["LayerVersions"]
    if not versions:
        versions = [
            lambda_client.publish_layer_version(
                LayerName=LAYER_NAME,
                Content={"ZipFile": powertools_layer()},
                CompatibleRuntimes=[lab.runtime],
            )
        ]
    arn: str = versions[0]["LayerVersionArn"]
    return arn


def dead_letter_queue(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    queue_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('dead_letters')}"

    lab.client("sqs").create_queue(QueueName=lab.name("dead_letters"))
    lab.client("iam").put_role_policy(
        RoleName=lab.name("role"),
        PolicyName="send-dead-letters",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sqs:SendMessage",
                        "Resource": queue_arn,
                    }
                ],
            }
        ),
    )
    lambda_client.update_function_configuration(
        FunctionName=lab.name("function"),
        DeadLetterConfig={"TargetArn": queue_arn},
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=lab.name("function"))


def dead_letter(lab: SolutionContext) -> None:
    answer = lab.client("lambda").invoke(
        FunctionName=lab.name("function"),
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-201", "amount": "12,000"}),
    )
    print("HTTP status:", answer["StatusCode"])


def topic(lab: SolutionContext) -> None:
    sns, lambda_client = lab.client("sns"), lab.client("lambda")
    topic_arn = sns.create_topic(Name=lab.name("topic"))["TopicArn"]
    inbox_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('inbox')}"

    lab.client("sqs").create_queue(
        QueueName=lab.name("inbox"),
        Attributes={
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": inbox_arn,
                            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
                        }
                    ],
                }
            )
        },
    )
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox_arn)

    lab.client("iam").put_role_policy(
        RoleName=lab.name("role"),
        PolicyName="raise-refund-alarm",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic_arn},
                ],
            }
        ),
    )
    lambda_client.update_function_configuration(
        FunctionName=lab.name("refund_function"),
        DeadLetterConfig={"TargetArn": topic_arn},
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=lab.name("refund_function"))

    answer = lambda_client.invoke(
        FunctionName=lab.name("refund_function"),
        InvocationType="Event",
        Payload=json.dumps({"refund_id": "ref-1"}),
    )
    print("HTTP status:", answer["StatusCode"])


def retries_and_age(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    settings = lambda_client.put_function_event_invoke_config(
        FunctionName=lab.name("function"),
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=3600,
    )
    print(settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"])


@until_quiet
def destinations(lab: SolutionContext) -> None:
    sqs, lambda_client = lab.client("sqs"), lab.client("lambda")
    here = f"arn:aws:sqs:{lab.region}:{lab.account_id}"
    failures_arn = f"{here}:{lab.name('failures')}"
    successes_arn = f"{here}:{lab.name('successes')}"

    sqs.create_queue(QueueName=lab.name("failures"))
    sqs.create_queue(QueueName=lab.name("successes"))
    lab.client("iam").put_role_policy(
        RoleName=lab.name("role"),
        PolicyName="send-records",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sqs:SendMessage",
                        "Resource": [failures_arn, successes_arn],
                    }
                ],
            }
        ),
    )
    lambda_client.update_function_event_invoke_config(
        FunctionName=lab.name("function"),
        DestinationConfig={
            "OnSuccess": {"Destination": successes_arn},
            "OnFailure": {"Destination": failures_arn},
        },
    )

    for payment in (
        {"payment_id": "pay-202", "amount": "15,000"},
        {"payment_id": "pay-203", "amount": "800"},
    ):
        lambda_client.invoke(
            FunctionName=lab.name("function"),
            InvocationType="Event",
            Payload=json.dumps(payment),
        )


def fix(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=lab.name("function"),
        ZipFile=lab.deployment_package("fixed"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=lab.name("function"))


def redrive(lab: SolutionContext) -> None:
    sqs, lambda_client = lab.client("sqs"), lab.client("lambda")
    queue_url = sqs.get_queue_url(QueueName=lab.name("dead_letters"))["QueueUrl"]

    while True:
        found = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        if not found.get("Messages"):
            break
        for message in found["Messages"]:
            answer = lambda_client.invoke(
                FunctionName=lab.name("function"),
                Payload=message["Body"],
            )
            if "FunctionError" in answer:
                error = json.load(answer["Payload"])["errorMessage"]
                print(f"still failing: {message['Body']}: {error}")
                continue
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            print("replayed:", message["Body"])


def reset(lab: SolutionContext) -> None:
    """Remove functions, layer, logs, topic, queues, tables and the role."""
    remove_functions(lab, *(lab.name(key) for key in FUNCTIONS))
    remove_layer(lab, LAYER_NAME)
    remove_topic(lab, lab.name("topic"))
    for queue in map(lab.name, QUEUES):
        remove_queue(lab, queue)
    for table in map(lab.name, TABLES):
        remove_table(lab, table)
    remove_role(lab, lab.name("role"))
