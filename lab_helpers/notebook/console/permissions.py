"""Configuration → Permissions: what the function may do, and who may invoke it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.sections import RowAction, Section, Table


def show(desk: Desk) -> Section:
    """The execution role with its policies, and the resource-based policy."""
    role_arn = str(desk.configuration().get("Role", ""))
    return permissions(desk, role_arn, role_policies(desk, role_arn), resource_policy(desk))


def role_policies(desk: Desk, role_arn: str) -> list[tuple[str, str]]:
    """Name and document (JSON text) of every policy of the role; none where there is no role."""
    role = {"RoleName": role_arn.rsplit("/", 1)[-1]}
    if desk.calls.look("iam", "get_role", role, absent=None) is None:
        return []
    found = []
    for attached in desk.calls.every(
        "iam", "list_attached_role_policies", "AttachedPolicies", role
    ):
        arn = {"PolicyArn": attached["PolicyArn"]}
        version = desk.calls.do("iam", "get_policy", arn)["Policy"]["DefaultVersionId"]
        kept = desk.calls.do("iam", "get_policy_version", {**arn, "VersionId": version})
        found.append((attached["PolicyName"], _document(kept["PolicyVersion"]["Document"])))
    for name in desk.calls.every("iam", "list_role_policies", "PolicyNames", role):
        inline = desk.calls.do("iam", "get_role_policy", {**role, "PolicyName": name})
        found.append((name, _document(inline["PolicyDocument"])))
    return found


def resource_policy(desk: Desk) -> list[dict[str, Any]]:
    """The statements of the function's own policy."""
    answer = desk.calls.look("lambda", "get_policy", {"FunctionName": desk.function}, absent=None)
    return list(json.loads(answer["Policy"])["Statement"]) if answer else []


def permissions(
    desk: Desk,
    role_arn: str,
    policies: Sequence[tuple[str, str]],
    statements: Sequence[Mapping[str, Any]],
) -> Section:
    say = desk.say
    rows = [
        (str(one.get("Sid", "-")), principal_of(one), str(one.get("Action", "-")), source_of(one))
        for one in statements
    ]
    remove = [
        [RowAction("remove_permission", say("delete"), {"statement_id": row[0]})] for row in rows
    ]
    return Section(
        say("permissions"),
        facts=[(say("execution_role"), role_arn)],
        notes=[] if policies else [say("role_allows_nothing")],
        code=list(policies),
        tables=[
            Table(
                say("resource_based_policy"),
                (say("statement_id"), say("principal"), say("action"), say("condition")),
                rows,
                remove,
                say("nobody_else_invokes"),
            )
        ],
    )


def remove(desk: Desk, asked: Mapping[str, Any]) -> str:
    wanted = {"FunctionName": desk.function, "StatementId": str(asked["statement_id"])}
    desk.calls.do("lambda", "remove_permission", wanted)
    return desk.say("deleted")


def principal_of(statement: Mapping[str, Any]) -> str:
    """``s3.amazonaws.com``, an ARN, or ``*``."""
    principal = statement.get("Principal", "-")
    if isinstance(principal, Mapping):
        return ", ".join(str(value) for value in principal.values())
    return str(principal)


def source_of(statement: Mapping[str, Any]) -> str:
    """The values of the conditions, ARNs first: mostly the one that invokes, and its account."""
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    values = [str(value) for keys in conditions.values() for value in keys.values()]
    return ", ".join(sorted(values, key=lambda value: not value.startswith("arn:")))


def source_arns(statement: Mapping[str, Any]) -> list[str]:
    """The ARNs among the values of the conditions."""
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    values = [value for keys in conditions.values() for value in keys.values()]
    listed = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [str(one) for one in listed if str(one).startswith("arn:")]


def _document(document: Any) -> str:
    read = json.loads(document) if isinstance(document, str) else document
    return json.dumps(read, indent=2, ensure_ascii=False)
