"""DynamoDB's actions, tables, indexes and leading keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

_BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})
_EQUALITY = re.compile(r"([#\w.-]+)\s*=\s*(:[\w-]+)")
_TRANSACTION = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def dynamodb_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """Batches ask for each table, transactions for each item's own action."""
    action = f"dynamodb:{call.operation}"
    if call.operation in _BATCHES:
        tables = call.parameters.get("RequestItems")
        names = [str(name) for name in tables] if isinstance(tables, Mapping) else []
        arns = [call.arn_or(name, "table/") for name in names]
        return tuple(Asked(action, arn, context=_leading_keys(call, arn)) for arn in arns) or (
            Asked(action),
        )
    if call.operation in ("TransactGetItems", "TransactWriteItems"):
        return tuple(_transaction(call)) or (Asked(action),)
    if call.operation == "ListStreams":
        return (Asked(action),)
    if call.operation in ("DescribeStream", "GetShardIterator"):
        return (Asked(action, call.text("StreamArn") or "*"),)
    if call.operation == "GetRecords":
        return (Asked(action, call.text("ShardIterator").partition("|")[0] or "*"),)
    name = call.text("ResourceArn" if "Resource" in call.operation else "TableName")
    if not name:
        return (Asked(action),)
    index = call.text("IndexName") if call.operation in ("Query", "Scan") else ""
    table = call.arn_or(name, "table/")
    resource = f"{table}/index/{index}" if index else table
    return (Asked(action, resource, context=_leading_keys(call, table)),)


def _transaction(call: ApiRequest) -> Iterator[Asked]:
    items = call.parameters.get("TransactItems")
    for item in items if isinstance(items, list) else []:
        for kind, request in item.items() if isinstance(item, Mapping) else ():
            if kind in _TRANSACTION and isinstance(request, Mapping):
                table = call.arn_or(str(request.get("TableName")), "table/")
                key = request.get("Key") or request.get("Item")
                name = call.names.partition_key(call.region, table.rpartition("table/")[2])
                value = _plain(key.get(name)) if isinstance(key, Mapping) else ""
                context = present({"dynamodb:leadingkeys": value})
                yield Asked(f"dynamodb:{_TRANSACTION[kind]}", table, context=context)


def _leading_keys(call: ApiRequest, table: str) -> dict[str, tuple[str, ...]]:
    """``dynamodb:LeadingKeys``: the partition keys of the items that a request names.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    name = call.names.partition_key(call.region, table.rpartition("table/")[2])
    if name is None:
        return {}
    items = list(_items(call, table))
    values = [_plain(item.get(name)) for item in items if isinstance(item, Mapping)]
    if call.operation == "Query" and not call.text("IndexName"):
        values.append(_queried_key(call, name))
    return present({"dynamodb:leadingkeys": tuple(value for value in values if value)})


def _items(call: ApiRequest, table: str) -> Iterator[Any]:
    """Keys and items of a request on one table."""
    yield call.parameters.get("Key")
    yield call.parameters.get("Item")
    batches = call.parameters.get("RequestItems")
    for name, batch in batches.items() if isinstance(batches, Mapping) else ():
        if call.arn_or(str(name), "table/") != table:
            continue
        if isinstance(batch, Mapping) and isinstance(batch.get("Keys"), list):
            yield from batch["Keys"]
        for write in batch if isinstance(batch, list) else ():
            for request in write.values() if isinstance(write, Mapping) else ():
                if isinstance(request, Mapping):
                    yield request.get("Key") or request.get("Item")


def _queried_key(call: ApiRequest, name: str) -> str:
    """The partition key's value in ``KeyConditionExpression``, placeholders put in."""
    names: Any = call.parameters.get("ExpressionAttributeNames") or {}
    values: Any = call.parameters.get("ExpressionAttributeValues") or {}
    for left, right in _EQUALITY.findall(call.text("KeyConditionExpression")):
        if names.get(left, left) == name:
            return _plain(values.get(right))
    return ""


def _plain(attribute: Any) -> str:
    """``{"S": "x"}`` → ``x``."""
    return str(next(iter(attribute.values()), "")) if isinstance(attribute, Mapping) else ""
