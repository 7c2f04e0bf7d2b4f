"""The solutions of the lab ``event_source_mappings``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_function, have_role
from lab_helpers.grading.removing import remove_function, remove_queue, remove_role, remove_table

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "dojo-mapping-role"
ORDERS_FUNCTION = "dojo-take-orders"
READINGS_FUNCTION = "dojo-store-readings"
STOCK_FUNCTION = "dojo-watch-stock"
FUNCTIONS = {ORDERS_FUNCTION: "orders", READINGS_FUNCTION: "readings", STOCK_FUNCTION: "stock"}
MAPPING_LIMIT_S = 60


def wait_until_enabled(lambda_client: Any, uuid: str) -> None:
    """Until the mapping reads; its settings change asynchronously."""
    give_up_at = time.monotonic() + MAPPING_LIMIT_S
    while time.monotonic() < give_up_at:
        if lambda_client.get_event_source_mapping(UUID=uuid)["State"] == "Enabled":
            return
        time.sleep(0.1)
    raise TimeoutError(f"the mapping {uuid} is not enabled")


def queue_arn(lab: SolutionContext, name: str) -> str:
    return f"arn:aws:sqs:{lab.region}:{lab.account_id}:{name}"


def prepare(lab: SolutionContext) -> None:
    """Three functions with one role, three queues and a stream; nothing that connects them."""
    role_arn = have_role(lab, ROLE_NAME, LOGS_POLICY_ARN)
    for name, folder in FUNCTIONS.items():
        have_function(lab, name, role_arn, folder)
    sqs, kinesis = lab.client("sqs"), lab.client("kinesis")
    for key in ("orders", "orders_dlq", "failed_readings"):
        attributes = {"VisibilityTimeout": "18", "MessageRetentionPeriod": "3600"}
        sqs.create_queue(QueueName=lab.name(key), Attributes=attributes if key == "orders" else {})
    with suppress(kinesis.exceptions.ResourceInUseException):
        kinesis.create_stream(StreamName=lab.name("readings"), ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=lab.name("readings"))


def map_queue(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lab.client("iam").attach_role_policy(
        RoleName=ROLE_NAME,
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    mapping = lambda_client.create_event_source_mapping(
        FunctionName=ORDERS_FUNCTION,
        EventSourceArn=queue_arn(lab, lab.name("orders")),
        BatchSize=5,
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def redrive_policy(lab: SolutionContext) -> None:
    sqs = lab.client("sqs")

    sqs.set_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=lab.name("orders"))["QueueUrl"],
        Attributes={
            "RedrivePolicy": json.dumps(
                {
                    "deadLetterTargetArn": queue_arn(lab, lab.name("orders_dlq")),
                    "maxReceiveCount": 5,
                }
            )
        },
    )


def partial_batch_response(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=ORDERS_FUNCTION,
        ZipFile=lab.deployment_package("partial"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=ORDERS_FUNCTION)

    (mapping,) = lambda_client.list_event_source_mappings(FunctionName=ORDERS_FUNCTION)[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"],
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def filter_criteria(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    only_orders = {"body": {"kind": ["order"]}}
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName=ORDERS_FUNCTION)[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"],
        FilterCriteria={"Filters": [{"Pattern": json.dumps(only_orders)}]},
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def map_stream(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    stream = lab.client("kinesis").describe_stream_summary(StreamName=lab.name("readings"))

    lab.client("iam").attach_role_policy(
        RoleName=ROLE_NAME,
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole",
    )
    mapping = lambda_client.create_event_source_mapping(
        FunctionName=READINGS_FUNCTION,
        EventSourceArn=stream["StreamDescriptionSummary"]["StreamARN"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=10,
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def isolate_bad_record(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    failed_readings = queue_arn(lab, lab.name("failed_readings"))

    lab.client("iam").put_role_policy(
        RoleName=ROLE_NAME,
        PolicyName="send-failed-readings",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sqs:SendMessage",
                        "Resource": failed_readings,
                    }
                ],
            }
        ),
    )

    (mapping,) = lambda_client.list_event_source_mappings(FunctionName=READINGS_FUNCTION)[
        "EventSourceMappings"
    ]
    lambda_client.update_event_source_mapping(
        UUID=mapping["UUID"],
        MaximumRetryAttempts=2,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": failed_readings}},
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def table_changes(lab: SolutionContext) -> None:
    dynamodb, lambda_client = lab.client("dynamodb"), lab.client("lambda")

    table = dynamodb.create_table(
        TableName=lab.name("stock"),
        AttributeDefinitions=[{"AttributeName": "item", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "item", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.get_waiter("table_exists").wait(TableName=lab.name("stock"))

    lab.client("iam").attach_role_policy(
        RoleName=ROLE_NAME,
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole",
    )
    only_modifications = {"eventName": ["MODIFY"]}
    mapping = lambda_client.create_event_source_mapping(
        FunctionName=STOCK_FUNCTION,
        EventSourceArn=table["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": json.dumps(only_modifications)}]},
        MaximumRetryAttempts=2,
    )
    wait_until_enabled(lambda_client, mapping["UUID"])


def reset(lab: SolutionContext) -> None:
    """Remove the mappings, functions, log groups, queues, stream, table and role."""
    for function in FUNCTIONS:
        remove_function(lab, function)
    for key in ("orders", "orders_dlq", "failed_readings"):
        remove_queue(lab, lab.name(key))
    kinesis = lab.client("kinesis")
    with suppress(kinesis.exceptions.ResourceNotFoundException):
        kinesis.delete_stream(StreamName=lab.name("readings"))
    remove_table(lab, lab.name("stock"))
    remove_role(lab, ROLE_NAME)
