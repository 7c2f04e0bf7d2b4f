"""The pattern counts Swiss francs, not rejected orders."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "metric_filter"
DIAGNOSIS = "pattern_misses"


def apply(lab: SolutionContext) -> None:
    lab.client("logs").put_metric_filter(
        logGroupName="/aws/lambda/dojo-order-desk",
        filterName="dojo-rejected-orders",
        filterPattern='{ $.currency = "CHF" }',
        metricTransformations=[
            {
                "metricNamespace": "OrderDesk",
                "metricName": "RejectedOrders",
                "metricValue": "1",
            }
        ],
    )
