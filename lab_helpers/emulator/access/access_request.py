"""What policies are evaluated for: a principal that wants an action on a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.policy_document import Policy


@dataclass(frozen=True)
class Principal:
    """A user, a role's session or an AWS service.

    Attributes:
        arn: as denials name it: a user's or a session's ARN, or a service's name.
        identity_arn: the ARN of the user or the role itself (``aws:PrincipalArn``).
        unique_id: ``AIDA…`` of a user, ``AROA…:session`` of a session (``aws:userid``).
        is_service: then ``arn`` is a service principal, as ``s3.amazonaws.com``.
    """

    arn: str
    account_id: str
    identity_arn: str = ""
    unique_id: str = ""
    is_service: bool = False

    @property
    def is_session(self) -> bool:
        return ":assumed-role/" in self.arn

    @classmethod
    def service(cls, name: str, account_id: str) -> Principal:
        return cls(name, account_id, is_service=True)


@dataclass(frozen=True)
class AccessRequest:
    """One action on one resource.

    Attributes:
        action: as AWS writes it, ``s3:GetObject``.
        resource: its ARN, or ``*`` for actions that are about no resource.
        also_known_as: other ARNs of the same resource that policies may name.
        context: condition keys in lower case → values.
        trusted_by_resource: the resource's own policy must allow it, as with a role's trust
            policy and a KMS key's policy; elsewhere an identity-based policy is enough.
    """

    principal: Principal
    action: str
    resource: str
    also_known_as: tuple[str, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trusted_by_resource: bool = False

    @property
    def resources(self) -> tuple[str, ...]:
        return (self.resource, *self.also_known_as)

    @property
    def crosses_accounts(self) -> bool:
        """Whether the resource names another account than the principal's."""
        try:
            owner = Arn.parse(self.resource).account_id
        except ValueError:
            return False
        return bool(owner) and owner.isdigit() and owner != self.principal.account_id


@dataclass(frozen=True)
class PrincipalPolicies:
    """The policies on the caller's side.

    Attributes:
        identity: managed and inline policies of the user, its groups, or the role.
        boundary: the permissions boundary; None: there is none.
        session: passed when the role was assumed; None: none was.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None

    @property
    def allow_everything(self) -> bool:
        """Nothing on this side can refuse anything: an administrator's policies."""
        return (
            self.boundary is None
            and self.session is None
            and any(one.allows_everything for one in self.identity)
            and not any(one.denies_something for one in self.identity)
        )
