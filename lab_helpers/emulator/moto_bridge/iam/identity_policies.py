"""The policies of a caller, read from moto's IAM at every request.

Nothing is kept here, so a change counts at once; what a document's text means is remembered by
``parse_policy``. No lock is taken: each look is one step into a dictionary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from lab_helpers.arns import Arn, partition_of
from lab_helpers.emulator.access.access_request import Principal, PrincipalPolicies
from lab_helpers.emulator.access.policy_document import Policy, parse_policy
from lab_helpers.emulator.access.principals import Caller, KeyOwner

TEMPORARY_KEYS = "ASIA"
LAMBDA_SESSION = "awslambda"


class IdentityPolicies:
    """Users' and roles' policies of one account."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._partition = partition_of(region)

    def principal(self, caller: Caller | KeyOwner) -> Principal:
        """The caller as policies see it."""
        role = self._role(caller.arn)
        identity_arn = caller.arn if role is None else str(role.arn)
        return Principal(
            caller.arn, Arn.parse(caller.arn).account_id, identity_arn, caller.principal_id
        )

    def session_of(self, role_arn: str) -> KeyOwner:
        """A session of Lambda's own, without credentials, for a role that it works with."""
        arn = Arn.parse(role_arn)
        name = arn.resource.rsplit("/", 1)[-1]
        session = f"arn:{arn.partition}:sts::{arn.account_id}:assumed-role/{name}/{LAMBDA_SESSION}"
        return KeyOwner(session, f"AROA:{LAMBDA_SESSION}", "")

    def of_caller(self, caller: Caller | KeyOwner, access_key_id: str) -> PrincipalPolicies:
        """A deleted user or role has no policies; its sessions may do nothing more."""
        role = self._role(caller.arn)
        if role is not None:
            return PrincipalPolicies(
                tuple(_own_policies(role)),
                self._boundary(role.permissions_boundary_arn),
                self._session_policy(access_key_id),
            )
        user = self._user(caller.arn)
        if user is None:
            return PrincipalPolicies()
        groups = [group for group in list(self._iam.groups.values()) if user in list(group.users)]
        policies = [policy for holder in (user, *groups) for policy in _own_policies(holder)]
        return PrincipalPolicies(tuple(policies), self._boundary(user.permissions_boundary_arn))

    def of_arn(self, arn: str) -> tuple[Principal, PrincipalPolicies] | None:
        """A user, a role or a group and its policies; None where there is none."""
        try:
            kind, _, path = Arn.parse(arn).resource.partition("/")
        except ValueError:
            return None
        name = path.rsplit("/", 1)[-1]
        if kind == "group":
            group = self._iam.groups.get(name)
            if group is None:
                return None
            principal = Principal(arn, self._account_id, arn)
            return principal, PrincipalPolicies(tuple(_own_policies(group)))
        if kind not in ("user", "role") or self.arn_of(kind, name) != arn:
            return None
        owner = self.session_of(arn) if kind == "role" else KeyOwner(arn, "", "")
        return self.principal(owner), self.of_caller(owner, "")

    def tags(self, caller: Caller | KeyOwner) -> dict[str, str]:
        """Tags of the user or the role: ``aws:PrincipalTag/…``."""
        holder = self._role(caller.arn) or self._user(caller.arn)
        found = getattr(holder, "tags", None) or {}
        pairs = found.values() if isinstance(found, dict) else found
        return {str(pair["Key"]): str(pair["Value"]) for pair in list(pairs)}

    def trust_policy(self, role_arn: str) -> Policy | None:
        """None where there is no such role."""
        role = next((one for one in list(self._iam.roles.values()) if one.arn == role_arn), None)
        if role is None:
            return None
        return parse_policy(role.assume_role_policy_document or "{}", "trust policy")

    def arn_of(self, kind: str, name: str) -> str | None:
        """ARN, path included, of a ``user``, ``role``, ``group`` or ``instance-profile``."""
        kinds = {
            "user": self._iam.users,
            "role": {role.name: role for role in list(self._iam.roles.values())},
            "group": self._iam.groups,
            "instance-profile": {
                one.name: one for one in list(self._iam.instance_profiles.values())
            },
        }
        found = kinds[kind].get(name)
        return None if found is None else str(found.arn)

    def boundary_arn(self, kind: str, name: str) -> str | None:
        """ARN of the permissions boundary of a ``user`` or a ``role``."""
        users: dict[str, Any] = self._iam.users
        roles = {role.name: role for role in list(self._iam.roles.values())}
        holder = (users if kind == "user" else roles).get(name)
        return None if holder is None else holder.permissions_boundary_arn or None

    @property
    def _iam(self) -> Any:
        return iam_backends[self._account_id][self._partition]

    def _role(self, session_arn: str) -> Any:
        """The role behind a session's ARN; None where it is a user's, or the role is gone."""
        kind, _, rest = Arn.parse(session_arn).resource.partition("/")
        if kind != "assumed-role":
            return None
        name = rest.partition("/")[0]
        return next((one for one in list(self._iam.roles.values()) if one.name == name), None)

    def _user(self, arn: str) -> Any:
        kind, _, path = Arn.parse(arn).resource.partition("/")
        return self._iam.users.get(path.rsplit("/", 1)[-1]) if kind == "user" else None

    def _boundary(self, arn: str | None) -> Policy | None:
        """A boundary whose policy is gone allows nothing."""
        if not arn:
            return None
        policy = self._iam.managed_policies.get(arn)
        return Policy(arn, (), False, False) if policy is None else _managed(policy)

    def _session_policy(self, access_key_id: str) -> Policy | None:
        if not access_key_id.startswith(TEMPORARY_KEYS):
            return None
        session = sts_backends[self._account_id][self._partition].get_assumed_role_from_access_key(
            access_key_id
        )
        text = getattr(session, "policy", None)
        return parse_policy(text, "session policy") if text else None


def _own_policies(holder: Any) -> Iterable[Policy]:
    """Inline and attached managed policies of a user, a group or a role."""
    for name, document in list(holder.policies.items()):
        text = document if isinstance(document, str) else json.dumps(document)
        yield parse_policy(text, f"{holder.name}/{name}")
    for policy in list(holder.managed_policies.values()):
        yield _managed(policy)


def _managed(policy: Any) -> Policy:
    default = next(one for one in policy.versions if one.version_id == policy.default_version_id)
    text = default.document if isinstance(default.document, str) else json.dumps(default.document)
    return parse_policy(text, str(policy.arn))
