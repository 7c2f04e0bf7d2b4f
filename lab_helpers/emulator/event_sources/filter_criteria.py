"""Filter criteria of an event source mapping: which records reach the function.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
Filters are ORed. A message's body or a record's data takes part as JSON where it is JSON; a
pattern that looks into it drops a plain text, and one that asks for a plain text drops JSON.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.emulator.event_sources.filter_patterns import FilterPattern


class FilterCriteria:
    """Those of one mapping.

    Args:
        content_key: the member that carries the sender's own content, ``body`` or ``data``;
            None where records have none (DynamoDB).
    """

    def __init__(self, patterns: Sequence[FilterPattern], content_key: str | None = None) -> None:
        self._patterns = patterns
        self._content_key = content_key

    @classmethod
    def of(cls, settings: Mapping[str, Any], content_key: str | None = None) -> FilterCriteria:
        """From a mapping's settings. Raises FilterPatternError."""
        filters = (settings.get("FilterCriteria") or {}).get("Filters") or []
        return cls([FilterPattern.parse(one["Pattern"]) for one in filters], content_key)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def lets_pass(self, record: Mapping[str, Any]) -> bool:
        """Does the record reach the function? Without filters each one does."""
        return not self._patterns or any(self._matches(one, record) for one in self._patterns)

    def _matches(self, pattern: FilterPattern, record: Mapping[str, Any]) -> bool:
        if self._content_key is not None:
            kinds = pattern.looks_into(self._content_key)
            is_json = isinstance(record.get(self._content_key), dict | list)
            if kinds and is_json not in kinds:
                return False
        return pattern.matches(record)


def seen_by_filters(record: Mapping[str, Any], content_key: str) -> dict[str, Any]:
    """A queue's record with its content parsed where that is a JSON object or array."""
    return {**record, content_key: parsed_content(str(record[content_key]))}


def kinesis_seen_by_filters(record: Mapping[str, Any]) -> dict[str, Any]:
    """A Kinesis record: ``data`` decoded, and with the metadata beside it at the top level."""
    data = b64decode(record["kinesis"]["data"]).decode("utf-8", "replace")
    return {**record, **record["kinesis"], "data": parsed_content(data)}


def parsed_content(text: str) -> Any:
    """JSON objects and arrays as Python has them; every other text as it is."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return content if isinstance(content, dict | list) else text
