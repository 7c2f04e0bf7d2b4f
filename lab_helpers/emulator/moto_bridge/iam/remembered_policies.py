"""A caller's policies, kept for as long as nothing that they depend on has changed.

Every request asks for them, and so does every invocation that writes its log; changes are rare.
Whatever request may change a policy, a user, a role or a session is noted, which is any but those
for a single message or item: to look once too often costs a tenth of a millisecond, once too
seldom would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from lab_helpers.emulator.access.access_request import Principal, PrincipalPolicies
from lab_helpers.emulator.access.authorisation import CallerPolicies
from lab_helpers.emulator.access.principals import Caller, KeyOwner

Found = TypeVar("Found")

REMEMBERED_CALLERS = 1000
_NO_POLICIES = frozenset(
    {
        *(("dynamodb", f"{verb}Item") for verb in ("Delete", "Put", "Update")),
        *(("kinesis", operation) for operation in ("PutRecord", "PutRecords")),
        *(("s3", f"{verb}Object") for verb in ("Delete", "Post", "Put")),
        ("s3", "DeleteObjects"),
        *(("sns", operation) for operation in ("Publish", "PublishBatch")),
        *(("sqs", f"{verb}Message") for verb in ("Delete", "Receive", "Send")),
        *(("sqs", f"{verb}MessageBatch") for verb in ("Delete", "Send")),
        ("sqs", "ChangeMessageVisibility"),
    }
)
"""(moto's module, operation) of changes that are frequent, and change nobody's rights."""


class PolicyChanges:
    """Attributes: count, of what may have changed policies of a caller or of a resource.

    Those of Lambda's functions are not moto's, and not counted.
    """

    def __init__(self) -> None:
        self.count = 0

    def note(self, module: str, operation: str) -> None:
        """A request to ``module`` has made a change, or tried to."""
        if (module, operation) not in _NO_POLICIES:
            self.count += 1


POLICY_CHANGES = PolicyChanges()


class RememberedPolicies:
    """Policies of callers, asked once between two changes."""

    def __init__(self, policies: CallerPolicies) -> None:
        self._policies = policies
        self._count = -1
        self._principals: dict[str, Principal] = {}
        self._of_callers: dict[tuple[str, str], PrincipalPolicies] = {}
        self._tags: dict[str, Mapping[str, str]] = {}

    def principal(self, caller: Caller | KeyOwner) -> Principal:
        self._forget_what_is_old()
        key = f"{caller.arn} {caller.principal_id}"
        return _kept(self._principals, key, lambda: self._policies.principal(caller))

    def of_caller(self, caller: Caller | KeyOwner, access_key_id: str) -> PrincipalPolicies:
        self._forget_what_is_old()
        key = (caller.arn, access_key_id)
        return _kept(self._of_callers, key, lambda: self._policies.of_caller(caller, access_key_id))

    def tags(self, caller: Caller | KeyOwner) -> Mapping[str, str]:
        self._forget_what_is_old()
        return _kept(self._tags, caller.arn, lambda: self._policies.tags(caller))

    def _forget_what_is_old(self) -> None:
        """New dictionaries: what another thread still looks up goes into the old ones."""
        count = POLICY_CHANGES.count
        if count != self._count:
            self._principals, self._of_callers, self._tags = {}, {}, {}
            self._count = count


Key = TypeVar("Key")


def _kept(kept: dict[Key, Found], key: Key, look: Callable[[], Found]) -> Found:
    found = kept.get(key)
    if found is None:
        found = look()
        if len(kept) >= REMEMBERED_CALLERS:
            kept.clear()
        kept[key] = found
    return found
