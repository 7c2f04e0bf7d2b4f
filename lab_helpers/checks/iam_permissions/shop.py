"""The shop's resources, and what IAM says that its roles may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import expect_found
from lab_helpers.grading.invoking import Invoked
from lab_helpers.grading.role_reading import role_of

LAB = "iam_permissions"


def role(ev: Evidence, key: str) -> Mapping[str, Any]:
    """What GetRole says; the shop's roles are there once it is prepared."""
    found: Mapping[str, Any] = expect_found(role_of(ev, ev.name(key)), "not_prepared")
    return found


def function(ev: Evidence, key: str) -> Mapping[str, Any]:
    return expect_found(ev.function(key), "not_prepared")


def role_arn(ev: Evidence, name: str) -> str:
    return f"arn:aws:iam::{ev.account_id}:role/{name}"


def objects_of(ev: Evidence, key: str) -> str:
    """ARN of some object of a bucket."""
    return f"arn:aws:s3:::{ev.name(key)}/any.json"


def inline_policies(ev: Evidence, key: str) -> list[str]:
    return list(ev.iam_client.list_role_policies(RoleName=ev.name(key))["PolicyNames"])


def may(
    ev: Evidence, key: str, action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """Whether the role's policies allow it, as IAM's simulator says.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    entries: Any = [
        {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for name, value in (context or {}).items()
    ]
    answer = ev.iam_client.simulate_principal_policy(
        PolicySourceArn=role(ev, key)["Arn"],
        ActionNames=[action],
        ResourceArns=[resource],
        ContextEntries=entries,
    )
    return answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


def refusal(invoked: Invoked) -> str:
    """AWS's words where the function's own call was refused; empty where it was not.

    Raises Unmet for any other error of the function.
    """
    if "not authorized to perform" in invoked.error_message:
        return invoked.error_message
    invoked.succeeded()
    return ""
