"""Kinesis, Secrets Manager, KMS and Systems Manager parameters.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present


def kinesis_actions(call: ApiRequest) -> tuple[Asked, ...]:
    action = f"kinesis:{call.operation}"
    if call.operation == "GetRecords":
        return (Asked(action, call.arn(f"stream/{_stream_of(call.text('ShardIterator'))}")),)
    named = call.text("StreamARN", "ConsumerARN", "ResourceARN")
    name = call.text("StreamName")
    both = [named] if named else []
    both += [call.arn(f"stream/{name}")] if name else []
    return tuple(Asked(action, one) for one in dict.fromkeys(both)) or (Asked(action),)


def _stream_of(iterator: str) -> str:
    """moto's shard iterators are ``stream:shard:sequence`` in base64."""
    try:
        return base64.b64decode(iterator).decode("utf-8", "replace").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def secretsmanager_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """A secret's ARN ends in six random characters; unknown secrets are known by their id."""
    action = f"secretsmanager:{call.operation}"
    if call.operation == "BatchGetSecretValue":
        listed = call.parameters.get("SecretIdList")
        names = [str(one) for one in listed] if isinstance(listed, list) else []
        found = [call.names.secret_arn(call.region, one) or one for one in names]
        return (Asked(action), *(Asked("secretsmanager:GetSecretValue", one) for one in found))
    secret = call.text("SecretId") if call.operation not in ("CreateSecret", "ListSecrets") else ""
    context = present({"secretsmanager:versionstage": call.text("VersionStage")})
    if secret:
        resource = call.names.secret_arn(call.region, secret) or secret
        return (Asked(action, resource, context=context),)
    name = call.text("Name") if call.operation == "CreateSecret" else ""
    return (Asked(action, call.arn(f"secret:{name}") if name else "*"),)


def kms_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """The resource is always the key; its policy has to trust the caller."""
    if call.operation == "ReEncrypt":
        return (
            _on_key(call, "kms:ReEncryptFrom", _encrypting_key(call)),
            _on_key(call, "kms:ReEncryptTo", _key(call, "DestinationKeyId")),
        )
    if call.operation == "Decrypt":
        return (_on_key(call, "kms:Decrypt", _encrypting_key(call)),)
    member = "TargetKeyId" if call.operation.endswith("Alias") else "KeyId"
    return (_on_key(call, f"kms:{call.operation}", _key(call, member)),)


def _key(call: ApiRequest, member: str) -> str | None:
    named = call.text(member)
    if not named:
        return None
    return call.names.key_arn(call.region, named) or call.arn_or(named, "key/")


def _on_key(call: ApiRequest, action: str, arn: str | None) -> Asked:
    if arn is None:
        return Asked(action)
    encryption: Any = call.parameters.get("EncryptionContext")
    pairs = encryption if isinstance(encryption, Mapping) else {}
    context = present(
        {
            **{f"kms:encryptioncontext:{key.lower()}": str(value) for key, value in pairs.items()},
            "kms:encryptioncontextkeys": tuple(map(str, pairs)),
        }
    )
    return Asked(action, arn, context=context, trusted_by_resource=True)


def _encrypting_key(call: ApiRequest) -> str | None:
    try:
        blob = base64.b64decode(call.text("CiphertextBlob"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return call.names.key_behind(call.region, blob) if blob else None


def ssm_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """``/a/b`` and ``ab`` are ``parameter/a/b`` and ``parameter/ab``."""
    action = f"ssm:{call.operation}"
    if call.operation in ("GetParameters", "DeleteParameters"):
        many = call.parameters.get("Names")
        names = [str(one) for one in many] if isinstance(many, list) else []
    else:
        names = [call.text("Path" if call.operation == "GetParametersByPath" else "Name")]
    return tuple(
        Asked(action, call.arn_or(name.lstrip("/"), "parameter/")) for name in names if name
    ) or (Asked(action),)
