"""The smallest statements that would allow what a decision refused, and where they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

IDENTITY, RESOURCE = "identity-based policy", "resource-based policy"
BOUNDARY, SESSION = "permissions boundary", "session policy"

Record = Mapping[str, Any]
"""A decision as the cloud's journal has it."""


@dataclass(frozen=True)
class Remedy:
    """One statement in one place.

    Attributes:
        place: ``identity``, ``resource``, ``trust``, ``function``, ``boundary`` or ``session``.
        holder: ARN or name of the user, role, resource or policy that it belongs to.
    """

    place: str
    holder: str
    statement: Mapping[str, Any]


def remedies(record: Record) -> list[Remedy]:
    """All that is missing; empty where a Deny decided, which no Allow can outweigh."""
    return [] if record["explicit_deny"] else list(_missing(record))


def _missing(record: Record) -> Iterator[Remedy]:
    if record["decided_by"] == RESOURCE:
        yield _on_the_resource(record)
    if record["is_service"]:
        return
    if not _allowed_by(record, IDENTITY) and not _trusts_by_name(record):
        yield Remedy("identity", record["identity"], _statement(record))
    if _has(record, BOUNDARY) and not _allowed_by(record, BOUNDARY):
        yield Remedy("boundary", _name_of(record, BOUNDARY), _statement(record))
    if _has(record, SESSION) and not _allowed_by(record, SESSION):
        yield Remedy("session", record["principal"], _statement(record))


def _trusts_by_name(record: Record) -> bool:
    """Within an account a trust or key policy that names the caller is enough by itself."""
    return bool(record["trusted_by_resource"]) and record["decided_by"] == RESOURCE


def _statement(record: Record) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": record["action"], "Resource": record["resource"]}
    if record["passed_to_service"]:
        made["Condition"] = {"StringEquals": {"iam:PassedToService": record["passed_to_service"]}}
    return made


def _on_the_resource(record: Record) -> Remedy:
    who = {"Service" if record["is_service"] else "AWS": record["identity"] or record["principal"]}
    made: dict[str, Any] = {"Effect": "Allow", "Principal": who, "Action": record["action"]}
    if str(record["action"]).startswith("sts:AssumeRole"):
        return Remedy("trust", record["resource"], made)
    # A key's policy is about its key; it says so with a star.
    is_key = str(record["action"]).startswith("kms:")
    made["Resource"] = "*" if is_key else record["resource"]
    condition = {
        operator: {key: record[name]}
        for operator, key, name in (
            ("ArnLike", "aws:SourceArn", "source_arn"),
            ("StringEquals", "aws:SourceAccount", "source_account"),
        )
        if record["is_service"] and record[name]
    }
    if condition:
        made["Condition"] = condition
    place = "function" if ":function:" in record["resource"] else "resource"
    return Remedy(place, record["resource"], made)


def _has(record: Record, policy_type: str) -> bool:
    return any(one["policy_type"] == policy_type for one in record["policies"])


def _name_of(record: Record, policy_type: str) -> str:
    return next(
        str(one["policy"]) for one in record["policies"] if one["policy_type"] == policy_type
    )


def _allowed_by(record: Record, policy_type: str) -> bool:
    return any(
        one["policy_type"] == policy_type and one["effect"] == "Allow" and not one["mismatch"]
        for one in record["statements"]
    )
