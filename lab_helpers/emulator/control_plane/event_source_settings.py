"""What each kind of event source allows in a mapping, and the defaults.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.emulator.control_plane.errors import LambdaError, invalid_parameter

MAXIMUM_FILTERS = 5
_SMALL_BATCH = 10

_COMMON = frozenset(
    {"BatchSize", "MaximumBatchingWindowInSeconds", "KMSKeyArn", "LoggingConfig", "MetricsConfig"}
)
_STREAM_ONLY = frozenset(
    {
        "StartingPosition",
        "StartingPositionTimestamp",
        "DestinationConfig",
        "MaximumRecordAgeInSeconds",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "FunctionResponseTypes",
        "FilterCriteria",
    }
)


@dataclass(frozen=True)
class SourceKind:
    """One kind of event source.

    Attributes:
        allowed: members of the request that mean something to it.
        defaults: members of the answer where the request leaves them open.
        small_batch_without_window: a batch above 10 needs a window of a second or more.
        is_stream: read from a position, in the order of its shards.
    """

    name: str
    allowed: frozenset[str]
    defaults: Mapping[str, Any]
    small_batch_without_window: bool = False
    is_stream: bool = False


SQS = SourceKind(
    "sqs",
    _COMMON
    | {"FilterCriteria", "FunctionResponseTypes", "ScalingConfig", "ProvisionedPollerConfig"},
    {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []},
    small_batch_without_window=True,
)
_STREAM_DEFAULTS = {
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 0,
    "ParallelizationFactor": 1,
    "DestinationConfig": {"OnFailure": {}},
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
}
_STREAM = _COMMON | _STREAM_ONLY | {"ParallelizationFactor", "TumblingWindowInSeconds"}
KINESIS = SourceKind("kinesis", _STREAM, _STREAM_DEFAULTS, is_stream=True)
DYNAMODB = SourceKind("dynamodb", _STREAM, _STREAM_DEFAULTS, is_stream=True)
_KAFKA = (
    _COMMON
    | _STREAM_ONLY
    | {"Topics", "SourceAccessConfigurations", "ProvisionedPollerConfig"}
    | {"AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"}
)
MSK = SourceKind("kafka", _KAFKA, {"BatchSize": 100}, is_stream=True)
SELF_MANAGED_KAFKA = SourceKind(
    "self-managed-kafka", _KAFKA | {"SelfManagedEventSource"}, {"BatchSize": 100}, is_stream=True
)
MQ = SourceKind(
    "mq", _COMMON | {"FilterCriteria", "Queues", "SourceAccessConfigurations"}, {"BatchSize": 100}
)
DOCUMENT_DB = SourceKind(
    "rds",
    _COMMON
    | {"StartingPosition", "StartingPositionTimestamp"}
    | {"SourceAccessConfigurations", "DocumentDBEventSourceConfig"},
    {"BatchSize": 100},
    is_stream=True,
)
_BY_SERVICE = {kind.name: kind for kind in (SQS, KINESIS, DYNAMODB, MSK, MQ, DOCUMENT_DB)}

_ABOUT_THE_MAPPING = frozenset({"EventSourceArn", "FunctionName", "Enabled", "Tags", "UUID"})


def source_kind(params: Mapping[str, Any]) -> SourceKind:
    """Which kind of source a request names.

    Raises:
        LambdaError: none, or none that Lambda reads from.
    """
    if "SelfManagedEventSource" in params:
        return SELF_MANAGED_KAFKA
    arn = params.get("EventSourceArn", "")
    kind = _BY_SERVICE.get(arn.split(":")[2]) if arn.count(":") >= 5 else None
    if kind is None or (kind is DYNAMODB and "/stream/" not in arn):
        raise invalid_parameter("Unrecognized event source.")
    return kind


def checked_settings(
    kind: SourceKind,
    source_arn: str | None,
    current: Mapping[str, Any],
    params: Mapping[str, Any],
    is_filter_pattern: Callable[[str], bool],
) -> dict[str, Any]:
    """``current`` with the request's settings, checked for this kind of source.

    Raises:
        LambdaError: a setting that this source does not have, or a value that it refuses.
    """
    for name in params:
        if name not in kind.allowed and name not in _ABOUT_THE_MAPPING:
            raise invalid_parameter(
                f"Unsupported {name} parameter for given event source mapping type."
            )
    if params.get("DestinationConfig", {}).get("OnSuccess"):
        raise invalid_parameter(
            "Unsupported DestinationConfig parameter for given event source mapping type."
        )
    given = {name: value for name, value in params.items() if name not in _ABOUT_THE_MAPPING}
    settings = {**kind.defaults, **current, **given}
    _check_batch(kind, source_arn, settings)
    _check_filters(settings, is_filter_pattern)
    if not settings.get("FilterCriteria", {}).get("Filters"):
        settings.pop("FilterCriteria", None)
    if not settings.get("ScalingConfig"):
        settings.pop("ScalingConfig", None)
    return settings


def _check_batch(kind: SourceKind, source_arn: str | None, settings: Mapping[str, Any]) -> None:
    size, window = settings["BatchSize"], settings.get("MaximumBatchingWindowInSeconds", 0)
    if kind is SQS and (source_arn or "").endswith(".fifo"):
        if size > _SMALL_BATCH:
            raise invalid_parameter(
                f"The batch size of a FIFO queue can be {_SMALL_BATCH} at most, and {size} was "
                "asked for."
            )
        if window:
            raise invalid_parameter("Batching window is not supported for FIFO queues.")
    if kind.small_batch_without_window and size > _SMALL_BATCH and window < 1:
        raise invalid_parameter(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10"
        )


def check_starting_position(kind: SourceKind, params: Mapping[str, Any]) -> None:
    """For creation: streams need a place to start from; queues have none."""
    if not kind.is_stream:
        return
    position = params.get("StartingPosition")
    if position is None and kind in (KINESIS, DYNAMODB):
        raise LambdaError(
            "InvalidParameterValueException",
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null.",
        )
    if position == "AT_TIMESTAMP":
        if kind is DYNAMODB:
            raise invalid_parameter(
                f"Unsupported starting position for arn type: {params['EventSourceArn']}"
            )
        if "StartingPositionTimestamp" not in params:
            raise invalid_parameter(
                "StartingPositionTimestamp must be given when StartingPosition is AT_TIMESTAMP."
            )


def check_kafka(kind: SourceKind, params: Mapping[str, Any]) -> None:
    if kind is SELF_MANAGED_KAFKA and "SourceAccessConfigurations" not in params:
        raise invalid_parameter("Required 'sourceAccessConfigurations' parameter is missing.")


def _check_filters(settings: Mapping[str, Any], is_filter_pattern: Callable[[str], bool]) -> None:
    filters = settings.get("FilterCriteria", {}).get("Filters", [])
    if len(filters) > MAXIMUM_FILTERS:
        raise invalid_parameter(
            f"An event source mapping can have {MAXIMUM_FILTERS} filters at most, and "
            f"{len(filters)} were given."
        )
    for filter_ in filters:
        if not is_filter_pattern(filter_.get("Pattern", "")):
            raise invalid_parameter("Invalid filter pattern definition.")


def has_pattern_shape(text: str) -> bool:
    """A JSON object whose leaves are non-empty arrays: the shape of every pattern.

    The operators inside the arrays are the business of whoever knows the pattern language; a
    control plane without one makes do with this.
    """
    try:
        return _is_pattern_object(json.loads(text))
    except (ValueError, RecursionError):
        return False


def _is_pattern_object(value: Any) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    for key, item in value.items():
        if key == "$or":
            if not isinstance(item, list) or not all(_is_pattern_object(one) for one in item):
                return False
        elif isinstance(item, dict):
            if not _is_pattern_object(item):
                return False
        elif not isinstance(item, list) or not item:
            return False
    return True
