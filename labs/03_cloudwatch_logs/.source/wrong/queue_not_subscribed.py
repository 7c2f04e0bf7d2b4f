"""The topic has no subscriber."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "alarm"
DIAGNOSIS = "notification_not_arrived"


def apply(lab: SolutionContext) -> None:
    sns = lab.client("sns")
    do_as_solution(lab, "alarm")
    topic_arn = sns.create_topic(Name="dojo-order-desk-alarms")["TopicArn"]
    for found in sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
    sqs = lab.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName="dojo-order-desk-inbox")["QueueUrl"])
