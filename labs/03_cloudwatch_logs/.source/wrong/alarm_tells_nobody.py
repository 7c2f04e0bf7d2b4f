"""The alarm has no action."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "alarm"
DIAGNOSIS = "alarm_without_action"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "alarm")
    cloudwatch = lab.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="dojo-rejected-orders",
        Namespace="OrderDesk",
        MetricName="RejectedOrders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[],
    )
