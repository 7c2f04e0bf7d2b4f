"""The alarm watches Lambda's own metric, which no rejected order reaches."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "alarm"
DIAGNOSIS = "alarm_on_other_metric"


def apply(lab: SolutionContext) -> None:
    do_as_solution(lab, "alarm")
    cloudwatch = lab.client("cloudwatch")
    (found,) = cloudwatch.describe_alarms(AlarmNames=["dojo-rejected-orders"])["MetricAlarms"]
    cloudwatch.put_metric_alarm(
        AlarmName="dojo-rejected-orders",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=found["AlarmActions"],
    )
