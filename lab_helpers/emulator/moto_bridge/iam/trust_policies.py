"""Whom policies name: what IAM refuses in trust and identity policies, and moto takes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument, NotFoundException
from moto.iam.models import IAMBackend, iam_backends
from moto.iam.policy_validation import (
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)

from lab_helpers.emulator.access.service_principals import is_service_principal
from lab_helpers.emulator.moto_bridge.changes import CHANGES

_create_role = IAMBackend.create_role
_get_role = IAMBackend.get_role
_validate_identity_policy = IAMPolicyDocumentValidator.validate
_IDENTITY = re.compile(r"arn:[a-z-]+:iam::(\d{12}):(user|role)/(?:.*/)?([^/]+)")
_KINDS = frozenset({"AWS", "CanonicalUser", "Federated", "Service"})


def install() -> None:
    """Take moto's place. What an account already keeps is not looked at again."""
    IAMBackend.create_role = _create
    IAMBackend.update_assume_role_policy = _update
    IAMBackend.get_role = _get
    IAMPolicyDocumentValidator.validate = _identity_policy


def iam_knows(account_id: str, arn: str) -> bool:
    """Whether Lambda may name ``arn`` in a resource-based policy."""
    return principal_is_known(iam_backends[account_id]["aws"], "AWS", arn)


def _create(
    backend: Any, role_name: str, assume_role_policy_document: str, *rest: Any, **members: Any
) -> Any:
    if not members.get("linked_service"):  # AWS itself wrote that one
        _check(backend, assume_role_policy_document)
    return _create_role(backend, role_name, assume_role_policy_document, *rest, **members)


def _update(backend: Any, role_name: str, policy_document: str) -> None:
    role = backend.get_role(role_name)
    _check(backend, policy_document)
    role.assume_role_policy_document = policy_document


def _get(backend: Any, role_name: str) -> Any:
    try:
        return _get_role(backend, role_name)
    except NotFoundException:
        raise NotFoundException(f"The role with name {role_name} cannot be found.") from None


def _identity_policy(validator: Any) -> None:
    _validate_identity_policy(validator)
    if CHANGES.asked(lambda: _names_a_principal(validator)):
        raise MalformedPolicyDocument("Policy document should not specify a principal.")


def _names_a_principal(validator: Any) -> bool:
    return any(
        "Principal" in statement or "NotPrincipal" in statement
        for statement in _statements(validator._policy_document)
    )


def _statements(document: str) -> list[dict[str, Any]]:
    statements = json.loads(document)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _check(backend: Any, document: str) -> None:
    # an account from before these checks is repeated as it was: then the answer is None
    fault = CHANGES.asked(lambda: _fault(backend, document))
    if fault:
        raise MalformedPolicyDocument(fault)


def _fault(backend: Any, document: str) -> str:
    """IAM's words for what is wrong; empty where nothing is."""
    try:
        IAMTrustPolicyDocumentValidator(_as_of_2012(document)).validate()
    except MalformedPolicyDocument as error:
        return str(error.message).replace("field Resource.", "field Resource")
    for statement in _statements(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            return "Missing required field Principal"
        for kind, name in principals_of(statement.get("Principal", statement.get("NotPrincipal"))):
            if not principal_is_known(backend, kind, name):
                return f'Invalid principal in policy: "{kind.upper()}":"{name}"'
    return ""


def _as_of_2012(document: str) -> str:
    """Trust policies may be of version 2008-10-17, which is meant where they name none; moto's
    check, made for policies of identities, takes the newer version alone."""
    try:
        content = json.loads(document)
    except ValueError:
        return document
    if isinstance(content, dict) and content.get("Version", "2008-10-17") == "2008-10-17":
        return json.dumps(content | {"Version": "2012-10-17"})
    return document


def principals_of(element: Any) -> Iterator[tuple[str, str]]:
    """Kind (``AWS``, ``Service`` …) and name of each in a Principal element."""
    if not isinstance(element, dict):
        yield ("AWS", str(element))
        return
    for kind, names in element.items():
        for name in names if isinstance(names, list) else [names]:
            yield (kind, str(name))


def principal_is_known(backend: Any, kind: str, name: str) -> bool:
    """Whether IAM takes a principal: of this account's users and roles those that exist.

    Args:
        kind: ``AWS``, ``Service`` …, the key in a Principal element.
    """
    if kind == "Service":
        return is_service_principal(name)
    if kind != "AWS":
        return kind in _KINDS
    if name == "*" or re.fullmatch(r"\d{12}|arn:[a-z-]+:iam::\d{12}:root", name):
        return True
    identity = _IDENTITY.fullmatch(name)
    if identity is None:  # sessions and unique ids: taken as they are
        return bool(re.fullmatch(r"arn:[a-z-]+:sts::\d{12}:.+|A[A-Z0-9]{15,127}", name))
    if identity[1] != backend.account_id:
        return True  # nobody here can look into another account
    if identity[2] == "user":
        return any(user.arn == name for user in backend.users.values())
    return any(role.arn == name for role in backend.roles.values())
