"""CloudWatch Logs' filter patterns in moto's operations, and metric filters that count.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
moto takes every pattern, understands plain terms only and keeps metric filters without effect.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import moto.logs.models
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend, LogStream, logs_backends
from moto.logs.responses import LogsResponse

from lab_helpers.emulator.cloudwatch.log_patterns.log_pattern import (
    LogPattern,
    LogPatternError,
    parse_log_pattern,
)
from lab_helpers.emulator.cloudwatch.metric_filters import (
    DefaultValues,
    MetricTransformation,
    MetricTransformationError,
)
from lab_helpers.emulator.invocation.metrics import MetricValue

MOST_METRIC_FILTERS = 100
MOST_TEST_MESSAGES = 50
_put_log_events = LogStream.put_log_events
_filter_log_events = LogsBackend.filter_log_events
_describe_group = LogGroup.to_describe_dict


def pattern_of(text: str | None, refusal: str = "Invalid filter pattern") -> LogPattern:
    """Args: refusal: the operation's own words for what is no pattern."""
    try:
        return parse_log_pattern(text or "")
    except LogPatternError as error:
        raise InvalidParameterException(error.message or refusal) from error


class _EventMessageFilter:
    """In place of moto's, for FilterLogEvents and live tail."""

    def __init__(self, pattern: str | None) -> None:
        self._pattern = pattern_of(pattern)

    def matches(self, message: str) -> bool:
        return self._pattern.match(message) is not None


class LogFilters:
    """Stands in for moto's patterns and metric filters, in all Regions.

    Args:
        put: takes the metric values that log messages give.
    """

    def __init__(self, put: Callable[[MetricValue], None]) -> None:
        self._put = put
        self._defaults = DefaultValues(put)

    def install(self) -> None:
        filters = self

        def put_log_events(stream: Any, log_events: list[dict[str, Any]]) -> str:
            token: str = _put_log_events(stream, log_events)
            filters.count(stream.log_group, log_events)
            return token

        def filter_log_events(backend: Any, *asked: Any, **named: Any) -> tuple[Any, ...]:
            members = signature(_filter_log_events).bind(backend, *asked, **named).arguments
            pattern_of(members["filter_pattern"])
            members["interleaved"] = True  # AWS always mixes streams now
            found: tuple[Any, ...] = _filter_log_events(**members)
            return found

        def put_metric_filter(
            backend: Any, name: str, pattern: str, group: str, transformations: Any
        ) -> None:
            filters.put_filter(backend, name, pattern, group, transformations)

        def delete_metric_filter(backend: Any, filter_name: str, log_group_name: str) -> None:
            _find(backend, log_group_name)
            if not _take(backend, filter_name, log_group_name):
                raise ResourceNotFoundException("The specified metric filter does not exist.")

        def to_describe_dict(group: Any) -> dict[str, Any]:
            described: dict[str, Any] = _describe_group(group)
            return described | {"metricFilterCount": len(_filters_of(group))}

        moto.logs.models.EventMessageFilter = _EventMessageFilter
        LogStream.put_log_events = put_log_events
        LogsBackend.filter_log_events = filter_log_events
        LogsBackend.put_metric_filter = put_metric_filter
        LogsBackend.delete_metric_filter = delete_metric_filter
        LogGroup.to_describe_dict = to_describe_dict
        LogsResponse.test_metric_filter = _test_metric_filter

    def put_filter(
        self,
        backend: Any,
        name: str,
        pattern: str,
        group: str,
        transformations: list[dict[str, Any]],
    ) -> None:
        """As PutMetricFilter: it replaces a filter of the same name."""
        _find(backend, group)
        parsed = pattern_of(pattern, "Invalid metric filter pattern")
        try:
            for one in transformations:
                MetricTransformation.from_request(one).check(parsed)
        except MetricTransformationError as error:
            raise InvalidParameterException(str(error)) from error
        replaced = _take(backend, name, group)
        if not replaced and len(_filters_of(backend.groups[group])) >= MOST_METRIC_FILTERS:
            raise moto.logs.models.LimitExceededException
        backend.filters.add_filter(name, pattern, group, transformations)
        created = replaced.get("creationTime", int(time.time() * 1000))
        backend.filters.metric_filters[-1]["creationTime"] = created

    def count(self, group: Any, log_events: list[dict[str, Any]]) -> None:
        """What the group's metric filters make of messages that have just come."""
        if not log_events:
            return
        messages = [(int(event["timestamp"]), str(event["message"])) for event in log_events]
        for one in _filters_of(group):
            pattern = parse_log_pattern(one["filterPattern"] or "")
            name = (group.region, group.name, one["filterName"])
            for members in one["metricTransformations"]:
                transformation = MetricTransformation.from_request(members)
                values = transformation.values(pattern, messages, group.region)
                for value in values:
                    self._put(value)
                self._defaults.report(transformation, name, messages[-1][0] / 1000, bool(values))


def _test_metric_filter(response: Any) -> str:
    """TestMetricFilter, which moto does not have."""
    pattern = pattern_of(response._get_param("filterPattern"), "Invalid metric filter pattern")
    messages = response._get_param("logEventMessages") or []
    if not 1 <= len(messages) <= MOST_TEST_MESSAGES:
        bound = "less" if messages else "greater"
        raise InvalidParameterException(
            constraint=f"Member must have length {bound} than or equal to "
            f"{MOST_TEST_MESSAGES if messages else 1}",
            parameter="logEventMessages",
            value=f"[{', '.join(map(str, messages))}]",
        )
    found = ((number, str(text), pattern.match(str(text))) for number, text in enumerate(messages))
    return json.dumps(
        {
            "matches": [
                {"eventNumber": number, "eventMessage": text, "extractedValues": values}
                for number, text, values in found
                if values is not None
            ]
        }
    )


def _find(backend: Any, group: str) -> None:
    if group not in backend.groups:
        raise ResourceNotFoundException


def _filters_of(group: Any) -> list[dict[str, Any]]:
    every = logs_backends[group.account_id][group.region].filters.metric_filters
    return [one for one in every if one["logGroupName"] == group.name]


def _take(backend: Any, name: str, group: str) -> Mapping[str, Any]:
    """Remove a metric filter; what it was, or nothing."""
    for one in backend.filters.metric_filters:
        if (one["filterName"], one["logGroupName"]) == (name, group):
            backend.filters.metric_filters.remove(one)
            return dict(one)
    return {}
