"""Users, access keys and role sessions: who the emulator's callers are, kept by moto's IAM."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from moto.iam.models import AccessKey, iam_backends
from moto.sts.models import sts_backends

from lab_helpers.arns import function_arn, partition_of
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.access.policy_document import parse_policy
from lab_helpers.emulator.access.principals import KeyOwner
from lab_helpers.emulator.access.resource_policy import ServiceCall, decide_service_call
from lab_helpers.emulator.access.root_key import LEARNER_USER, well_formed
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.iam import managed_policies
from lab_helpers.emulator.moto_bridge.iam.remembered_policies import POLICY_CHANGES
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK
from lab_helpers.emulator.runtime.spec import RoleCredentials

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
FUNCTION_SESSION_S = 12 * 3600

# Learners attach AWSLambdaBasicExecutionRole and its like by ARN, as at AWS.
managed_policies.install()


class Identities:
    """The account's users and roles, as far as signing and execution roles need them."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._partition = partition_of(region)
        self._function_sessions: dict[str, KeyOwner] = {}
        self._known_to_moto_as: dict[str, str] = {}
        self._give_key = CHANGES.repeatable("iam.learner", self._give_key_to_learner)

    def add_learner(self, access_key_id: str, secret_access_key: str) -> None:
        """See to it that the user ``learner``, an administrator, owns this key."""
        if well_formed(access_key_id) != access_key_id:
            self._known_to_moto_as[access_key_id] = well_formed(access_key_id)
        owner = self.owner_of(access_key_id)
        if owner is None or owner.secret_access_key != secret_access_key:
            self._give_key(self.known_to_moto_as(access_key_id), secret_access_key)

    def _give_key_to_learner(self, access_key_id: str, secret_access_key: str) -> None:
        iam = iam_backends[self._account_id][self._partition]
        if LEARNER_USER not in iam.users:
            iam.create_user(self._partition, LEARNER_USER)
            iam.attach_user_policy(ADMINISTRATOR_ACCESS, LEARNER_USER)
            iam.get_user(LEARNER_USER).id = "AIDA" + access_key_id[4:]
        user = iam.get_user(LEARNER_USER)
        for old in [one for one in user.access_keys if getattr(one, "opens_the_cloud", False)]:
            user.access_keys.remove(old)
            iam.access_keys.pop(old.access_key_id, None)
        key: Any = AccessKey(LEARNER_USER, "AKIA", self._account_id)
        key.opens_the_cloud = True
        key.access_key_id, key.secret_access_key = access_key_id, secret_access_key
        user.access_keys.append(key)
        iam.access_keys[access_key_id] = key
        POLICY_CHANGES.note("iam", "")

    def forget_sessions(self) -> None:
        """The credentials of all functions become unknown."""
        self._function_sessions.clear()

    def known_to_moto_as(self, access_key_id: str) -> str:
        """moto finds the caller by a key id of AWS's form; a learner may have chosen another."""
        return self._known_to_moto_as.get(access_key_id, access_key_id)

    def owner_of(self, access_key_id: str) -> KeyOwner | None:
        """None where nobody has that key.

        Takes no lock: every request asks, and each step is one look into a dictionary.
        """
        return (
            self._function_sessions.get(access_key_id)
            or self._session_owner(access_key_id)
            or self._user_owner(access_key_id)
        )

    def _user_owner(self, access_key_id: str) -> KeyOwner | None:
        iam = iam_backends[self._account_id][self._partition]
        key = iam.access_keys.get(self.known_to_moto_as(access_key_id))
        if key is None or not key.user_name:
            return None
        user = iam.users.get(key.user_name)
        if user is None:  # renamed: moto leaves the old name with the key
            user = next((u for u in list(iam.users.values()) if key in u.access_keys), None)
        if user is None:
            return None
        return KeyOwner(user.arn, user.id, key.secret_access_key, active=key.status == "Active")

    def _session_owner(self, access_key_id: str) -> KeyOwner | None:
        if not access_key_id.startswith("ASIA"):
            return None
        session = sts_backends[self._account_id][self._partition].get_assumed_role_from_access_key(
            access_key_id
        )
        return None if session is None else _session_key_owner(session)

    def trust_decision(self, role_arn: str, service: str) -> Decision | None:
        """Whether the role's trust policy lets ``service`` assume it; None: there is no role.

        Takes no lock: it is asked while others hold Lambda's.
        """
        iam = iam_backends[self._account_id][self._partition]
        role = next((one for one in list(iam.roles.values()) if one.arn == role_arn), None)
        if role is None:
            return None
        policy = parse_policy(role.assume_role_policy_document or "{}", "trust policy")
        call = ServiceCall(service, "sts:AssumeRole", "", self._account_id, role_arn)
        return decide_service_call(policy, call)

    def assume_for_function(
        self, role_arn: str, function_name: str, region: str
    ) -> RoleCredentials:
        """Temporary credentials of an execution role; the session is named as the function."""
        with MOTO_LOCK:
            session = sts_backends[self._account_id][self._partition].assume_role(
                region, function_name, role_arn, "", FUNCTION_SESSION_S, ""
            )
        owner = replace(
            _session_key_owner(session),
            source_function_arn=function_arn(region, self._account_id, function_name),
        )
        self._function_sessions[session.access_key_id] = owner
        return RoleCredentials(
            session.access_key_id, session.secret_access_key, session.session_token
        )


def _session_key_owner(session: Any) -> KeyOwner:
    return KeyOwner(
        session.arn,
        session.user_id,
        session.secret_access_key,
        session.session_token,
        session.expiration.replace(tzinfo=session.expiration.tzinfo or UTC).timestamp(),
    )
