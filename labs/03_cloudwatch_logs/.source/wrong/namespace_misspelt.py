"""The metric is published under another namespace."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "metric_filter"
DIAGNOSIS = "other_metric"


def apply(lab: SolutionContext) -> None:
    lab.client("logs").put_metric_filter(
        logGroupName="/aws/lambda/dojo-order-desk",
        filterName="dojo-rejected-orders",
        filterPattern='{ $.level = "ERROR" }',
        metricTransformations=[
            {
                "metricNamespace": "orderdesk",
                "metricName": "RejectedOrders",
                "metricValue": "1",
            }
        ],
    )
