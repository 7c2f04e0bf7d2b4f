"""AWS's managed policies, each made when it is asked for.

moto makes all 1,582 of them before it answers its first request, which takes 0.15 s and 18 MiB and
goes into each snapshot. Learners attach a handful. Listing them makes them all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from moto.iam import models

from lab_helpers.emulator.moto_bridge.iam.policy_texts import policy_texts

_random_policy_id = models.random_policy_id
_given_id: ContextVar[str] = ContextVar("given_id", default="")
"""Of the policy that is being made."""


class ManagedPolicies(dict[str, Any]):
    """By ARN: the account's own, and AWS's. May be read without a lock."""

    def __init__(self, account_id: str, region: str) -> None:
        super().__init__()
        self._made_for = account_id, region
        self._complete = False

    def get(self, arn: str, default: Any = None) -> Any:
        return dict.get(self, arn, default) if arn in self else default

    def __contains__(self, arn: object) -> bool:
        if dict.__contains__(self, arn):
            return True
        made = None if self._complete else self._made(str(arn))
        if made is not None:
            self.setdefault(str(arn), made)  # another thread may have made it meanwhile
        return made is not None

    def __missing__(self, arn: str) -> Any:
        if arn in self:
            return dict.__getitem__(self, arn)
        raise KeyError(arn)

    def values(self) -> Any:
        return self._all().values()

    def items(self) -> Any:
        return self._all().items()

    def keys(self) -> Any:
        return self._all().keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Any]:
        """AWS's first and in their order, as moto keeps them."""
        if not self._complete:
            for name, data in json.loads(policy_texts()).items():
                policy = self._policy(name, data)
                self.setdefault(policy.arn, policy)
            self._complete = True
        own = dict(dict.items(self))
        of_aws = {arn: own.pop(arn) for arn in self._order() if arn in own}
        return of_aws | own

    def _order(self) -> list[str]:
        return sorted(
            (arn for arn in dict.keys(self) if ":iam::aws:" in arn),
            key=lambda arn: arn.rsplit("/", 1)[-1],
        )

    def _made(self, arn: str) -> Any:
        """One of AWS's; None where there is none."""
        if ":iam::aws:policy/" not in arn:
            return None
        mark, text = f'\n "{arn.rsplit("/", 1)[-1]}":', policy_texts()
        at = text.find(mark)
        if at < 0:
            return None
        data, _ = json.JSONDecoder().raw_decode(text, at + len(mark))
        policy = self._policy(arn.rsplit("/", 1)[-1], data)
        return policy if policy.arn == arn else None

    def _policy(self, name: str, data: dict[str, Any]) -> Any:
        """Its id is always the same, and no random number is drawn for it.

        So a change that is repeated after a restart draws those of its day, made or not.
        """
        account_id, region = self._made_for
        token = _given_id.set("ANPA" + hashlib.sha256(name.encode()).hexdigest()[:17].upper())
        try:
            return models.AWSManagedPolicy.from_data(name, account_id, region, data)
        finally:
            _given_id.reset(token)

    def __reduce__(self) -> Any:
        """In a snapshot: those that were made."""
        return _again, (*self._made_for, self._complete, dict(dict.items(self)))


def _again(account_id: str, region: str, complete: bool, made: dict[str, Any]) -> ManagedPolicies:
    policies = ManagedPolicies(account_id, region)
    policies.update(made)
    policies._complete = complete
    return policies


class _WithOnePolicy:
    """A backend as moto's attach and detach see it: they look through all policies for one."""

    def __init__(self, backend: Any, arn: str) -> None:
        self.managed_policies = {}
        if arn in backend.managed_policies:
            self.managed_policies[arn] = backend.managed_policies[arn]
        self.get_role, self.get_group = backend.get_role, backend.get_group
        self.get_user = backend.get_user


def _looking_up_one(change: Callable[..., None]) -> Callable[..., None]:
    def changed(backend: Any, policy_arn: str, *holder: str, **named: str) -> None:
        change(_WithOnePolicy(backend, policy_arn), policy_arn, *holder, **named)

    return changed


def install() -> None:
    models.random_policy_id = lambda: _given_id.get() or _random_policy_id()
    models.IAMBackend._init_aws_policies = lambda backend: []
    models.IAMBackend._init_managed_policies = lambda backend: ManagedPolicies(
        backend.account_id, backend.region_name
    )
    models.IAMBackend.aws_managed_policies = property(_of_aws, lambda backend, _none_yet: None)
    for verb in ("attach", "detach"):
        for holder in ("group", "role", "user"):
            name = f"{verb}_{holder}_policy"
            setattr(models.IAMBackend, name, _looking_up_one(getattr(models.IAMBackend, name)))


def _of_aws(backend: Any) -> list[Any]:
    everyone = backend.managed_policies.values()
    return [policy for policy in everyone if isinstance(policy, models.AWSManagedPolicy)]
