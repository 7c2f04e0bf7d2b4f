"""Which operations only look, so that nothing of them need be kept."""

from __future__ import annotations

_READING = (
    "BatchGet",
    "Describe",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
)
_READING_WITH_CONSEQUENCES = frozenset({"GetFederationToken", "GetSessionToken"})
"""Of STS: they make credentials, which must go on working."""

_KEPT_ELSEWHERE = frozenset({("cloudwatch", "PutMetricData")})
"""Metrics are in a store of ours, which keeps them by itself (durability/kept_metrics.py)."""


def changes_something(service: str, operation: str, method: str) -> bool:
    """Args: operation: in the API's words; empty where it could not be told."""
    if not operation:
        return method not in ("GET", "HEAD", "OPTIONS")
    if operation in _READING_WITH_CONSEQUENCES:
        return True
    return not operation.startswith(_READING) and (service, operation) not in _KEPT_ELSEWHERE


def found_nothing(operation: str, body: bytes) -> bool:
    """Whether a ReceiveMessage came back with no message: a long poll asks often."""
    return operation == "ReceiveMessage" and b"MessageId" not in body
