"""Items of DynamoDB tables, as plain Python values; and those that a check made, removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lab_helpers.grading.evidence import Evidence, absent_as_none

Item = dict[str, Any]
"""Attribute name → value; a number is a ``Decimal``."""

_read = TypeDeserializer().deserialize
_write = TypeSerializer().serialize


def table_of(evidence: Evidence, table: str) -> Mapping[str, Any] | None:
    """What DescribeTable says, None where there is no such table."""
    client = evidence.client("dynamodb")
    return absent_as_none(lambda: dict(client.describe_table(TableName=table)["Table"]))


def items_of(evidence: Evidence, table: str, key: str, value: str) -> list[Item]:
    """Items whose partition key ``key`` is ``value``; none where the table does not exist."""
    found = _pages(
        evidence,
        "query",
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="#key = :value",
        ExpressionAttributeNames={"#key": key},
        ExpressionAttributeValues={":value": _write(value)},
    )
    return list(found)


def all_items(evidence: Evidence, table: str) -> list[Item]:
    """Every item of a small table; none where it does not exist."""
    return list(_pages(evidence, "scan", TableName=table, ConsistentRead=True))


def delete_items(
    evidence: Evidence, table: str, keys: Iterable[str], items: Iterable[Item]
) -> None:
    """Remove ``items`` from a table with the key attributes ``keys``."""
    names = tuple(keys)
    client = evidence.client("dynamodb")
    for item in items:
        client.delete_item(TableName=table, Key={name: _write(item[name]) for name in names})


def _pages(evidence: Evidence, operation: str, **request: Any) -> list[Item]:
    pages = evidence.client("dynamodb").get_paginator(operation).paginate(**request)
    found = absent_as_none(lambda: [item for page in pages for item in page["Items"]])
    return [{name: _read(value) for name, value in item.items()} for item in found or []]
