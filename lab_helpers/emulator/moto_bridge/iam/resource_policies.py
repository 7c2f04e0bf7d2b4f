"""Resource-based policies and the ARNs of resources, read from moto's services.

No lock is taken: each look is one step into a dictionary. A service that nobody has called yet
has no resources, and is not loaded for a look.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import moto.backends

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.policy_document import Policy, parse_policy
from lab_helpers.emulator.moto_bridge.iam.identity_policies import IdentityPolicies

HAVE_POLICIES = frozenset({"iam", "kms", "logs", "s3", "secretsmanager", "sns", "sqs"})
"""Services, as ARNs name them, whose policies are kept by moto."""

KEY_ID_LENGTH = 36
"""moto's ciphertexts begin with the key's id."""


class ResourcePolicies:
    """Policies of buckets, queues, topics, keys, secrets, and roles' trust policies."""

    def __init__(self, account_id: str, identities: IdentityPolicies) -> None:
        self._account_id = account_id
        self._identities = identities

    def policy_of(self, resource: str) -> Policy | None:
        """The policy of the resource with this ARN; None where it has none."""
        try:
            arn = Arn.parse(resource)
        except ValueError:
            return None
        if arn.service == "iam":
            return self._identities.trust_policy(resource)
        if arn.service not in HAVE_POLICIES or not _is_loaded(arn.service):
            return None
        text = getattr(self, f"_{arn.service}_policy")(arn)
        return parse_policy(text, resource) if text else None

    def bucket_exists(self, name: str) -> bool:
        return _is_loaded("s3") and name in self._backend("s3", "aws").buckets

    def iam_arn(self, kind: str, name: str) -> str | None:
        return self._identities.arn_of(kind, name)

    def boundary_arn(self, kind: str, name: str) -> str | None:
        return self._identities.boundary_arn(kind, name)

    def secret_arn(self, region: str, secret_id: str) -> str | None:
        found = self._secret(region, secret_id)
        return None if found is None else str(found.arn)

    def key_arn(self, region: str, key_id: str) -> str | None:
        if not _is_loaded("kms"):
            return None
        keys = self._backend("kms", region).keys
        name = key_id.rsplit(":", 1)[-1]
        if name.startswith("alias/"):
            found = next((key for key in list(keys.values()) if name in key.aliases), None)
        else:
            found = keys.get(name.removeprefix("key/"))
        return None if found is None else str(found.arn)

    def partition_key(self, region: str, table: str) -> str | None:
        if not _is_loaded("dynamodb"):
            return None
        found = self._backend("dynamodb", region).tables.get(table)
        return None if found is None else str(found.hash_key_attr)

    def key_behind(self, region: str, ciphertext: bytes) -> str | None:
        return self.key_arn(region, ciphertext[:KEY_ID_LENGTH].decode("ascii", "replace"))

    def _backend(self, service: str, region: str) -> Any:
        return moto.backends.get_backend(service)[self._account_id][region]

    def _s3_policy(self, arn: Arn) -> str | None:
        name = arn.resource.partition("/")[0]
        bucket = self._backend("s3", arn.partition).buckets.get(name)
        policy = getattr(bucket, "policy", None)
        return policy.decode() if isinstance(policy, bytes) else policy

    def _sqs_policy(self, arn: Arn) -> str | None:
        queue = self._backend("sqs", arn.region).queues.get(arn.resource)
        return queue.policy if queue is not None and queue._policy_json else None

    def _sns_policy(self, arn: Arn) -> str | None:
        topic = self._backend("sns", arn.region).topics.get(str(arn))
        return None if topic is None else topic.policy

    def _logs_policy(self, arn: Arn) -> str | None:
        """Of all log groups in the Region: the policies of the account, taken together."""
        kept = list(self._backend("logs", arn.region).resource_policies.values())
        statements = [
            statement for policy in kept for statement in _statements(policy.policy_document)
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": statements}) if kept else None

    def _kms_policy(self, arn: Arn) -> str | None:
        key = self._backend("kms", arn.region).keys.get(arn.resource.removeprefix("key/"))
        policy = getattr(key, "policy", None)
        return json.dumps(policy) if isinstance(policy, dict) else policy

    def _secretsmanager_policy(self, arn: Arn) -> str | None:
        policy: str | None = getattr(self._secret(arn.region, str(arn)), "policy", None)
        return policy

    def _secret(self, region: str, secret_id: str) -> Any:
        if not _is_loaded("secretsmanager"):
            return None
        return self._backend("secretsmanager", region).secrets.get(secret_id)


def _is_loaded(service: str) -> bool:
    return f"moto.{service}.models" in sys.modules


def _statements(text: str) -> list[Any]:
    found = json.loads(text).get("Statement", [])
    return found if isinstance(found, list) else [found]
