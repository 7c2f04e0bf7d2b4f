"""The bare word matches anywhere in a line."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "metric_filter"
DIAGNOSIS = "pattern_too_broad"


def apply(lab: SolutionContext) -> None:
    lab.client("logs").put_metric_filter(
        logGroupName="/aws/lambda/dojo-order-desk",
        filterName="dojo-rejected-orders",
        filterPattern="ERROR",
        metricTransformations=[
            {
                "metricNamespace": "OrderDesk",
                "metricName": "RejectedOrders",
                "metricValue": "1",
            }
        ],
    )
