"""What an execution role may do, as IAM itself answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab_helpers.grading.evidence import Evidence, absent_as_none


def role_of(evidence: Evidence, role_name: str) -> Any | None:
    """What GetRole says, None where there is no such role."""
    return absent_as_none(lambda: evidence.iam_client.get_role(RoleName=role_name)["Role"])


def denied_actions(
    evidence: Evidence, role_arn: str, actions: Sequence[str], resource_arn: str
) -> list[str]:
    """Those of ``actions`` that the role's policies do not allow on the resource.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    results = evidence.iam_client.simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=list(actions), ResourceArns=[resource_arn]
    )["EvaluationResults"]
    return [one["EvalActionName"] for one in results if one["EvalDecision"] != "allowed"]
