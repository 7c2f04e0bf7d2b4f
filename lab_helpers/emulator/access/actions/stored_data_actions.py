"""DynamoDB, Kinesis, Secrets Manager, KMS and Systems Manager parameters.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

_BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})
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
        return tuple(Asked(action, call.arn_or(name, "table/")) for name in names) or (
            Asked(action),
        )
    if call.operation in ("TransactGetItems", "TransactWriteItems"):
        return tuple(_transaction(call)) or (Asked(action),)
    if call.operation == "ListStreams":
        return (Asked(action),)
    stream = call.text("StreamArn") or call.text("ShardIterator").partition("|")[0]
    if stream.startswith("arn:"):
        return (Asked(action, stream),)
    name = call.text("TableName", "ResourceArn", "TableArn")
    if not name:
        return (Asked(action),)
    index = call.text("IndexName")
    table = call.arn_or(name, "table/")
    resource = f"{table}/index/{index}" if index else table
    return (Asked(action, resource, context=_leading_keys(call)),)


def _transaction(call: ApiRequest) -> Iterator[Asked]:
    items = call.parameters.get("TransactItems")
    for item in items if isinstance(items, list) else []:
        for kind, request in item.items() if isinstance(item, Mapping) else ():
            if kind in _TRANSACTION and isinstance(request, Mapping):
                table = call.arn_or(str(request.get("TableName")), "table/")
                yield Asked(f"dynamodb:{_TRANSACTION[kind]}", table)


def _leading_keys(call: ApiRequest) -> dict[str, tuple[str, ...]]:
    """``dynamodb:LeadingKeys`` of requests that name one item by its key."""
    key: Any = call.parameters.get("Key")
    first = next(iter(key.values()), None) if isinstance(key, Mapping) else None
    values = [str(one) for one in first.values()] if isinstance(first, Mapping) else []
    return present({"dynamodb:leadingkeys": tuple(values)})


def kinesis_actions(call: ApiRequest) -> tuple[Asked, ...]:
    action = f"kinesis:{call.operation}"
    arn = call.text("ConsumerARN", "StreamARN", "ResourceARN")
    name = call.text("StreamName")
    return (Asked(action, arn or (call.arn(f"stream/{name}") if name else "*")),)


def secretsmanager_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """A secret's ARN ends in six random characters; unknown secrets are known by their id."""
    action = f"secretsmanager:{call.operation}"
    secret = call.text("SecretId")
    context = present({"secretsmanager:versionstage": call.text("VersionStage")})
    if secret:
        resource = call.names.secret_arn(call.region, secret) or secret
        return (Asked(action, resource, context=context),)
    name = call.text("Name") if call.operation == "CreateSecret" else ""
    return (Asked(action, call.arn(f"secret:{name}") if name else "*"),)


def kms_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """The resource is always the key; its policy has to trust the caller."""
    action = f"kms:{call.operation}"
    named = call.text("KeyId", "TargetKeyId")
    arn = call.names.key_arn(call.region, named) if named else _encrypting_key(call)
    if arn is None:
        return (Asked(action, call.arn_or(named, "key/") if named else "*"),)
    encryption: Any = call.parameters.get("EncryptionContext")
    pairs = encryption if isinstance(encryption, Mapping) else {}
    context = present(
        {
            **{f"kms:encryptioncontext:{key.lower()}": str(value) for key, value in pairs.items()},
            "kms:encryptioncontextkeys": tuple(map(str, pairs)),
        }
    )
    return (Asked(action, arn, context=context, trusted_by_resource=True),)


def _encrypting_key(call: ApiRequest) -> str | None:
    try:
        blob = base64.b64decode(call.text("CiphertextBlob"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return call.names.key_behind(call.region, blob) if blob else None


def ssm_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """``/a/b`` and ``ab`` are ``parameter/a/b`` and ``parameter/ab``."""
    action = f"ssm:{call.operation}"
    many = call.parameters.get("Names")
    names = [str(one) for one in many] if isinstance(many, list) else [call.text("Name", "Path")]
    return tuple(
        Asked(action, call.arn_or(name.lstrip("/"), "parameter/")) for name in names if name
    ) or (Asked(action),)
