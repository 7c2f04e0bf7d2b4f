"""What S3 refuses in a bucket policy, and moto takes.

The four texts are S3's. A document that is fine by itself names who exists and what is in the
bucket: a principal that nobody knows, or another bucket's ARN, would never match anything.
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import iam_backends
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.iam.trust_policies import principal_is_known, principals_of

_put_bucket_policy = S3Backend.put_bucket_policy


def install() -> None:
    """Take moto's place. What an account already keeps is not looked at again."""
    S3Backend.put_bucket_policy = _put


def _put(backend: Any, bucket_name: str, policy: bytes) -> None:
    bucket = backend.get_bucket(bucket_name)
    fault = CHANGES.asked(lambda: _fault(backend.account_id, bucket.arn, policy))
    if fault:
        raise S3ClientError("MalformedPolicy", fault)
    _put_bucket_policy(backend, bucket_name, policy)


def _fault(account_id: str, bucket_arn: str, policy: bytes) -> str:
    """S3's words for what is wrong; empty where nothing is."""
    try:
        document = json.loads(policy)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return "Policies must be valid JSON and the first byte must be '{'"
    if "Statement" not in document:
        return "Missing required field Statement"
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or not _knows_principals(account_id, statement):
            return "Invalid principal in policy"
        if not all(_is_within(bucket_arn, name) for name in _resources(statement)):
            return "Policy has invalid resource"
    return ""


def _knows_principals(account_id: str, statement: dict[str, Any]) -> bool:
    named = statement.get("Principal", statement.get("NotPrincipal"))
    iam = iam_backends[account_id]["aws"]
    return named is not None and all(
        principal_is_known(iam, kind, name) for kind, name in principals_of(named)
    )


def _resources(statement: dict[str, Any]) -> list[str]:
    named = statement.get("Resource", statement.get("NotResource", []))
    return [str(name) for name in (named if isinstance(named, list) else [named])]


def _is_within(bucket_arn: str, resource: str) -> bool:
    """The bucket or keys of it. With a wildcard in its part nobody looks: it may match."""
    bucket_part = resource.partition("/")[0]
    if "*" in bucket_part or "?" in bucket_part:
        return True
    return bucket_part == bucket_arn
