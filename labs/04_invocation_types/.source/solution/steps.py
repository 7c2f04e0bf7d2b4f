"""The solutions of the lab ``invocation_types``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab_helpers.grading.installed_layer import installed_layer
from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_role, have_table
from lab_helpers.grading.quiet_events import remove_functions
from lab_helpers.grading.removing import (
    remove_layer,
    remove_queue,
    remove_role,
    remove_table,
)

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "dojo-charge-card-role"
FUNCTION_NAME = "dojo-charge-card"
CHARGES = "dojo-charges"
FINDINGS = "dojo-findings"
QUEUE = "dojo-payments"
DEAD_LETTERS = "dojo-payments-dlq"
IDEMPOTENCY = "dojo-idempotency"
LAYER_NAME = "dojo-powertools"


def powertools_layer() -> bytes:
    """A layer's zip with the Powertools that are installed here, under ``python/``."""
    return installed_layer("aws-lambda-powertools", "typing-extensions")


def until_tried(step: Callable[[SolutionContext], None]) -> Callable[[SolutionContext], None]:
    """The step is over once all retries are: what comes next changes the function."""

    @functools.wraps(step)
    def perform(lab: SolutionContext) -> None:
        step(lab)
        give_up_at = time.monotonic() + 20
        for payment_id, times in (("pay-async", 3), ("pay-queue", 5)):
            while _charges(lab, payment_id) < times and time.monotonic() < give_up_at:
                time.sleep(0.05)

    return perform


def _charges(lab: SolutionContext, payment_id: str) -> int:
    count: int = lab.client("dynamodb").query(
        TableName=CHARGES,
        ConsistentRead=True,
        Select="COUNT",
        KeyConditionExpression="payment_id = :payment",
        ExpressionAttributeValues={":payment": {"S": payment_id}},
    )["Count"]
    return count


def prepare(lab: SolutionContext) -> None:
    """The charge book, the findings, and a role that may write the book and logs."""
    have_table(lab, FINDINGS, "invocation")
    charges_arn = have_table(lab, CHARGES, "payment_id", "charge_id")
    may_charge = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": charges_arn}
    have_role(lab, ROLE_NAME, LOGS_POLICY_ARN, inline={"write-charges": may_charge})


def sync_call(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    role = lab.client("iam").get_role(RoleName=lab.name("role"))["Role"]

    try:
        lambda_client.create_function(
            FunctionName=lab.name("function"),
            Runtime=lab.runtime,
            Handler="lambda_function.lambda_handler",
            Role=role["Arn"],
            Code={"ZipFile": lab.deployment_package("function")},
            Environment={"Variables": {"CHARGES_TABLE": lab.name("charges")}},
            MemorySize=512,
            Timeout=5,
        )
    except lambda_client.exceptions.ResourceConflictException:
        print("the function is there already")
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=lab.name("function"))

    answer = lambda_client.invoke(
        FunctionName=lab.name("function"),
        InvocationType="RequestResponse",
        Payload=json.dumps({"payment_id": "pay-1", "amount": 1200}),
    )
    print(answer["StatusCode"], answer["Payload"].read().decode())


def sync_error(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    answer = lambda_client.invoke(
        FunctionName=lab.name("function"),
        InvocationType="RequestResponse",
        Payload=json.dumps({"payment_id": "pay-sync", "amount": 1200, "mail": "down"}),
    )
    print("HTTP status:  ", answer["StatusCode"])
    print("FunctionError:", answer.get("FunctionError"))
    print("payload:      ", json.loads(answer["Payload"].read() or "{}").get("errorMessage"))


def async_retries(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    answer = lambda_client.invoke(
        FunctionName=lab.name("function"),
        InvocationType="Event",
        Payload=json.dumps({"payment_id": "pay-async", "amount": 1200, "mail": "down"}),
    )
    print("HTTP status:  ", answer["StatusCode"])
    print("FunctionError:", answer.get("FunctionError"))
    print("payload:      ", answer["Payload"].read())


def queue(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")

    sqs.create_queue(QueueName=lab.name("dead_letters"))
    dead_letters_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('dead_letters')}"

    queue_url = sqs.create_queue(QueueName=lab.name("queue"))["QueueUrl"]
    sqs.set_queue_attributes(
        QueueUrl=queue_url,
        Attributes={
            "VisibilityTimeout": "30",
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": dead_letters_arn, "maxReceiveCount": 5}
            ),
        },
    )


def mapping_retries(lab: SolutionContext) -> None:
    sqs, lambda_client = lab.client("sqs"), lab.client("lambda")
    queue_arn = f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name('queue')}"

    lab.client("iam").attach_role_policy(
        RoleName=lab.name("role"),
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    try:
        lambda_client.create_event_source_mapping(
            EventSourceArn=queue_arn,
            FunctionName=lab.name("function"),
            BatchSize=1,
        )
    except lambda_client.exceptions.ResourceConflictException:
        print("the mapping is there already")

    sent = sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=lab.name("queue"))["QueueUrl"],
        MessageBody=json.dumps({"payment_id": "pay-queue", "amount": 1200, "mail": "down"}),
    )
    print("message", sent["MessageId"])


def who_retries(lab: SolutionContext) -> None:
    findings = lab.session.resource("dynamodb").Table(lab.name("findings"))

    findings.put_item(Item={"invocation": "synchronous", "runs": 1, "retried_by": "caller"})
    findings.put_item(Item={"invocation": "asynchronous", "runs": 3, "retried_by": "lambda"})
    findings.put_item(Item={"invocation": "mapping", "runs": 5, "retried_by": "sqs"})


@until_tried
def idempotency_table(lab: SolutionContext) -> None:
    dynamodb = lab.client("dynamodb")
    table = lab.name("idempotency")

    try:
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    except dynamodb.exceptions.ResourceInUseException:
        print("the table is there already")
    dynamodb.get_waiter("table_exists").wait(TableName=table)

    memory = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if memory["TimeToLiveStatus"] == "DISABLED":
        dynamodb.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiration"},
        )

    lab.client("iam").put_role_policy(
        RoleName=lab.name("role"),
        PolicyName="remember-charges",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": [
                            "dynamodb:GetItem",
                            "dynamodb:PutItem",
                            "dynamodb:UpdateItem",
                            "dynamodb:DeleteItem",
                        ],
                        "Resource": f"arn:aws:dynamodb:{lab.region}:{lab.account_id}:table/{table}",
                    }
                ],
            }
        ),
    )


def idempotent(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    layer = lambda_client.publish_layer_version(
        LayerName="dojo-powertools",
        Content={"ZipFile": powertools_layer()},
        CompatibleRuntimes=[lab.runtime],
    )
    lambda_client.update_function_configuration(
        FunctionName=lab.name("function"),
        Layers=[layer["LayerVersionArn"]],
        Environment={
            "Variables": {
                "CHARGES_TABLE": lab.name("charges"),
                "IDEMPOTENCY_TABLE": lab.name("idempotency"),
            }
        },
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=lab.name("function"))

    lambda_client.update_function_code(
        FunctionName=lab.name("function"),
        ZipFile=lab.deployment_package("idempotent"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=lab.name("function"))


def reset(lab: SolutionContext) -> None:
    """Remove the mapping, the function with its layer and log, queues, tables and the role."""
    remove_functions(lab, FUNCTION_NAME)
    remove_layer(lab, LAYER_NAME)
    for queue in (QUEUE, DEAD_LETTERS):
        remove_queue(lab, queue)
    for table in (CHARGES, FINDINGS, IDEMPOTENCY):
        remove_table(lab, table)
    remove_role(lab, ROLE_NAME)
