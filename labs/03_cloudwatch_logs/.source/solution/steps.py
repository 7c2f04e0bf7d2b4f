"""The solutions of the lab ``cloudwatch_logs``: shown, replayed and proved from this text.

Each function is one step; a notebook's exercise cell holds its body.
"""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_function, have_role
from lab_helpers.grading.quiet_events import remove_functions
from lab_helpers.grading.removing import remove_queue, remove_role, remove_topic

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

FUNCTION_NAME = "dojo-order-desk"
LOG_GROUP = "/aws/lambda/dojo-order-desk"


def prepare(lab: SolutionContext) -> None:
    """A shop that is open: its function has taken this morning's orders. And a silent one."""
    role_arn = have_role(lab, lab.name("role"), LOGS_POLICY_ARN)
    if have_function(lab, FUNCTION_NAME, role_arn, "order_desk"):
        _send_orders(lab, "orders.json")
    silent_role_arn = have_role(lab, lab.name("silent_role"))
    have_function(lab, lab.name("silent_function"), silent_role_arn, "silent_desk")


def _send_orders(lab: SolutionContext, file: str) -> None:
    """One after the other; the shop does not look at the answers."""
    lambda_client = lab.client("lambda")
    for order in json.loads(lab.path("events", file).read_text(encoding="utf-8")):
        lambda_client.invoke(FunctionName=FUNCTION_NAME, Payload=json.dumps(order))


def find_failure(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    function = lambda_client.get_function_configuration(FunctionName=FUNCTION_NAME)

    lambda_client.tag_resource(
        Resource=function["FunctionArn"],
        Tags={
            "failed-orders": "A-1004 A-1009 A-1011",
            "common-currency": "CHF",
        },
    )


def log_levels(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("order_desk_logging"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    good = {"id": "B-1", "item": "matcha", "quantity": 1, "price": 12.5, "currency": "USD"}
    bad = {"id": "B-2", "item": "matcha", "quantity": 1, "price": 12.5, "currency": "CHF"}
    for order in (good, bad):
        response = lambda_client.invoke(
            FunctionName=FUNCTION_NAME, Payload=json.dumps(order), LogType="Tail"
        )
        print(base64.b64decode(response["LogResult"]).decode())


def log_streams(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    orders = json.loads(lab.path("events", "wave.json").read_text(encoding="utf-8"))

    def send(order: dict[str, Any]) -> None:
        lambda_client.invoke(FunctionName=FUNCTION_NAME, Payload=json.dumps(order))

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(send, orders))


def json_format(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    lambda_client.update_function_code(
        FunctionName=FUNCTION_NAME,
        ZipFile=lab.deployment_package("order_desk_json"),
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)
    lambda_client.update_function_configuration(
        FunctionName=FUNCTION_NAME,
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION_NAME)

    order = {"id": "C-1", "item": "sencha", "quantity": 2, "price": 9.0, "currency": "CHF"}
    response = lambda_client.invoke(
        FunctionName=FUNCTION_NAME, Payload=json.dumps(order), LogType="Tail"
    )
    print(base64.b64decode(response["LogResult"]).decode())


def metric_filter(lab: SolutionContext) -> None:
    logs = lab.client("logs")

    logs.put_metric_filter(
        logGroupName=LOG_GROUP,
        filterName="dojo-rejected-orders",
        filterPattern='{ $.level = "ERROR" }',
        metricTransformations=[
            {
                "metricNamespace": "OrderDesk",
                "metricName": "RejectedOrders",
                "metricValue": "1",
                "defaultValue": 0,
            }
        ],
    )


def alarm(lab: SolutionContext) -> None:
    sns, sqs = lab.client("sns"), lab.client("sqs")

    # the topic, and a queue that keeps what is published to it
    topic_arn = sns.create_topic(Name="dojo-order-desk-alarms")["TopicArn"]
    queue_url = sqs.create_queue(QueueName="dojo-order-desk-inbox")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])[
        "Attributes"
    ]["QueueArn"]
    only_this_topic = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": json.dumps(only_this_topic)})
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)

    lab.client("cloudwatch").put_metric_alarm(
        AlarmName="dojo-rejected-orders",
        Namespace="OrderDesk",
        MetricName="RejectedOrders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic_arn],
    )

    # an order that will be rejected
    order = {"id": "D-1", "item": "whisk", "quantity": 1, "price": 15.0, "currency": "CHF"}
    response = lab.client("lambda").invoke(FunctionName=FUNCTION_NAME, Payload=json.dumps(order))
    print(response["StatusCode"], json.load(response["Payload"]))


def retention(lab: SolutionContext) -> None:
    logs = lab.client("logs")

    logs.put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=14)


def silent_function(lab: SolutionContext) -> None:
    lab.client("iam").attach_role_policy(
        RoleName="dojo-silent-desk-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    )
    response = lab.client("lambda").invoke(FunctionName="dojo-silent-desk", Payload='{"try": 2}')
    print(response["StatusCode"], json.load(response["Payload"]))


def reset(lab: SolutionContext) -> None:
    """Remove the functions with their logs and roles, the metric filter, alarm, topic and queue."""
    logs = lab.client("logs")
    prefix = lab.name("metric_filter")
    for found in logs.describe_metric_filters(filterNamePrefix=prefix)["metricFilters"]:
        logs.delete_metric_filter(
            logGroupName=found["logGroupName"], filterName=found["filterName"]
        )
    lab.client("cloudwatch").delete_alarms(AlarmNames=[lab.name("alarm")])
    remove_functions(lab, lab.name("function"), lab.name("silent_function"))
    for role in ("role", "silent_role"):
        remove_role(lab, lab.name(role))
    remove_topic(lab, lab.name("topic"))
    remove_queue(lab, lab.name("queue"))
