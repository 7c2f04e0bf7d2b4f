"""StartQuery and GetQueryResults of CloudWatch Logs, with the query language of Logs Insights.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
moto knows fields, sort and limit, and passes over every other command. Queries are done at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import moto.logs.models
from moto.logs.exceptions import (
    InvalidParameterException,
    LogsClientError,
    ResourceNotFoundException,
)
from moto.logs.responses import LogsResponse

from lab_helpers.emulator.cloudwatch.insights.discovered_fields import QueriedEvent
from lab_helpers.emulator.cloudwatch.insights.insights_query import InsightsQuery, read_query
from lab_helpers.emulator.cloudwatch.insights.query_tokens import InsightsQueryError
from lab_helpers.emulator.moto_bridge.logs.log_windows import window


def install() -> None:
    moto.logs.models.execute_query = _not_by_moto
    LogsResponse.start_query = _start_query
    LogsResponse.get_query_results = _get_query_results


def _malformed(query: str, error: InsightsQueryError) -> Exception:
    """With where and what, as ``queryCompileError`` tells it."""
    before = query[: error.start]
    line, position = before.count("\n") + 1, error.start - before.rfind("\n")
    message = f"{error.message} at line {line} and position {position}"
    location = {"startCharOffset": error.start, "endCharOffset": len(query)}
    told = {"location": location, "message": message}
    refusal = LogsClientError("MalformedQueryException", message)
    body = {"__type": "MalformedQueryException", "message": message, "queryCompileError": told}
    refusal.description = json.dumps(body)
    return cast(Exception, refusal)


def _not_by_moto(**_: Any) -> list[dict[str, str]]:
    return []


def _start_query(response: Any) -> str:
    text = response._get_param("queryString")
    try:
        query = read_query(text)
    except InsightsQueryError as error:
        raise _malformed(text, error) from error
    begin, end = response._get_int_param("startTime"), response._get_int_param("endTime")
    if begin > end:
        raise InvalidParameterException("Query's start time is later than its end time.")
    backend = response.logs_backend
    query_id: str = backend.start_query(_groups(response), begin, end, text)
    kept = backend.queries[query_id]
    events = list(_events(backend, kept.log_group_names, begin, end))
    try:
        _answer(kept, query, events, response._get_int_param("limit"))
    except InsightsQueryError as error:
        del backend.queries[query_id]
        raise _malformed(text, error) from error
    return json.dumps({"queryId": query_id})


def _answer(kept: Any, query: InsightsQuery, events: list[QueriedEvent], limit: int | None) -> None:
    found = query.run(events, limit)
    kept.results = [dict(row) for row in found.results]
    kept.statistics = {
        "recordsMatched": float(found.records_matched),
        "recordsScanned": float(len(events)),
        "bytesScanned": float(sum(len(event.message.encode()) for event in events)),
    }


def _groups(response: Any) -> list[str]:
    """Names; exactly one of the three ways to say them."""
    one = response._get_param("logGroupName")
    ways = [
        [one] if one else None,
        response._get_param("logGroupNames"),
        response._get_param("logGroupIdentifiers"),
    ]
    said = [way for way in ways if way]
    if len(said) != 1:
        raise InvalidParameterException(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers is required."
        )
    return [name.partition(":log-group:")[2].removesuffix(":*") or name for name in said[0]]


def _events(backend: Any, groups: list[str], begin: int, end: int) -> Iterator[QueriedEvent]:
    """``begin`` and ``end`` in seconds, both included."""
    for name in groups:
        for stream in backend.groups[name].streams.values():
            for index in window(stream, begin * 1000, end * 1000 + 999):
                event = stream.events[index]
                yield QueriedEvent(
                    pointer=str(event.event_id),
                    timestamp=event.timestamp,
                    ingestion_time=event.ingestion_time,
                    message=event.message,
                    log_stream=stream.log_stream_name,
                    log=f"{backend.account_id}:{name}",
                )


def _get_query_results(response: Any) -> str:
    query = response.logs_backend.queries.get(response._get_param("queryId"))
    if query is None:
        raise ResourceNotFoundException("The specified query does not exist.")
    told = query.to_result_json()
    return json.dumps({**told, "queryLanguage": "CWLI", "statistics": query.statistics})
