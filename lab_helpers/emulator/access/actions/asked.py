"""A request as its service reads it, and the actions it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from lab_helpers.arns import partition_of
from lab_helpers.emulator.access.access_request import Principal
from lab_helpers.emulator.access.plain_request import form_fields, is_json_request
from lab_helpers.emulator.http import Request


@dataclass(frozen=True)
class Asked:
    """One action on one resource; see ``AccessRequest`` for the attributes."""

    action: str
    resource: str = "*"
    also_known_as: tuple[str, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trusted_by_resource: bool = False


class ResourceNames(Protocol):
    """Finds the ARNs of resources whose names do not tell them."""

    def iam_arn(self, kind: str, name: str) -> str | None:
        """``kind``: ``user``, ``role``, ``group`` or ``instance-profile``."""

    def boundary_arn(self, kind: str, name: str) -> str | None:
        """Of the permissions boundary of a ``user`` or a ``role``."""

    def secret_arn(self, region: str, secret_id: str) -> str | None: ...

    def key_arn(self, region: str, key_id: str) -> str | None:
        """``key_id``: a KMS key's id or ARN, or an alias's name or ARN."""

    def partition_key(self, region: str, table: str) -> str | None:
        """Name of the partition key's attribute of a DynamoDB table."""

    def key_behind(self, region: str, ciphertext: bytes) -> str | None:
        """ARN of the KMS key that encrypted."""


@dataclass(frozen=True)
class ApiRequest:
    """One request.

    Attributes:
        service: the signing name.
        operation: the API's name for what is asked.
    """

    service: str
    operation: str
    region: str
    account_id: str
    request: Request
    caller: Principal
    names: ResourceNames

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """The input's members: of JSON as they are, of query requests flat, ``A.member.1``."""
        if self.service != "lambda" and not is_json_request(self.service, self.request):
            return form_fields(self.request)
        try:
            document = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}

    def text(self, *names: str) -> str:
        """The first of these members that has a text; empty where none has."""
        for name in names:
            value = self.parameters.get(name)
            if isinstance(value, str) and value:
                return value
        return ""

    def arn(self, resource: str, service: str = "", *, regional: bool = True) -> str:
        """An ARN of this account in the request's Region."""
        region = self.region if regional else ""
        partition = partition_of(self.region)
        return f"arn:{partition}:{service or self.service}:{region}:{self.account_id}:{resource}"

    def arn_or(self, name: str, prefix: str) -> str:
        """``name`` where it is an ARN, else that of ``prefix`` + ``name``."""
        return name if name.startswith("arn:") else self.arn(prefix + name)


def present(context: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Condition keys with a value."""
    made = {key: (value,) if isinstance(value, str) else value for key, value in context.items()}
    return {key: values for key, values in made.items() if any(values)}
