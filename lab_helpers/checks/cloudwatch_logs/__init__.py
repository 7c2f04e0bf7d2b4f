"""Checks of the lab ``cloudwatch_logs``: what the cloud must show for each step.

``prepare`` of the lab's ``solution/steps.py`` makes ``dojo-order-desk``, which fails for some
orders and has taken twelve, and ``dojo-silent-desk``, whose role may not write logs. The steps:

=============== ===========================================================================
find_failure    tags of the function name the orders that its log shows as failed, and the
                currency that they have in common
log_levels      a copy logs an unseen order at INFO; an unknown currency is an ERROR record,
                no function error
log_streams     the log has the orders of the wave, in two streams at least
json_format     a copy logs JSON, INFO included, and follows an ``ApplicationLogLevel`` of ERROR
metric_filter   the filter's pattern matches ERROR records of any currency and nothing else
alarm           the alarm watches the metric, has gone off, and its message is in the queue
retention       14 days
silent_function the role may write logs, and the log has a finished run
=============== ===========================================================================
"""

from __future__ import annotations

from lab_helpers.checks.cloudwatch_logs import function_log, watching
from lab_helpers.checks.cloudwatch_logs.resources import LAB

STEPS = (
    "find_failure",
    "log_levels",
    "log_streams",
    "json_format",
    "metric_filter",
    "alarm",
    "retention",
    "silent_function",
)

__all__ = ["LAB", "STEPS", "function_log", "watching"]
