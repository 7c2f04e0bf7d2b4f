"""The inbox is never subscribed to the topic."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "topic"
DIAGNOSIS = "nobody_listens"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "topic")
    sns = lab.client("sns")
    topic_arn = f"arn:aws:sns:{lab.region}:{lab.account_id}:dojo-refund-alarm"
    (found,) = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
