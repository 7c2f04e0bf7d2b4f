"""One rejected order is not enough for this alarm."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "alarm"
DIAGNOSIS = "alarm_never_went_off"


def apply(lab: SolutionContext) -> None:
    topic_arn = lab.client("sns").create_topic(Name="dojo-order-desk-alarms")["TopicArn"]
    lab.client("cloudwatch").put_metric_alarm(
        AlarmName="dojo-rejected-orders",
        Namespace="OrderDesk",
        MetricName="RejectedOrders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=100,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic_arn],
    )
