"""What an execution role may do, as IAM itself answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab_helpers.backends.backend import Capability
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.policy_reading import any_matches, as_list
from lab_helpers.grading.role_policies import actions_not_allowed, role_statements


def role_of(evidence: Evidence, role_name: str) -> Any | None:
    """What GetRole says, None where there is no such role."""
    return absent_as_none(lambda: evidence.iam_client.get_role(RoleName=role_name)["Role"])


def denied_actions(
    evidence: Evidence, role_arn: str, actions: Sequence[str], resource_arn: str
) -> list[str]:
    """Those of ``actions`` that the role's policies do not allow on the resource.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html

    Where policies are not enforced, the simulator need not be there or may break down (LocalStack's
    does at AWS's own policies): there the statements that allow are read as they stand.
    """
    if Capability.PERMISSIONS not in evidence.backend.capabilities:
        return _not_granted(evidence, role_arn, actions, resource_arn)
    results = evidence.iam_client.simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=list(actions), ResourceArns=[resource_arn]
    )["EvaluationResults"]
    return [one["EvalActionName"] for one in results if one["EvalDecision"] != "allowed"]


def _not_granted(
    evidence: Evidence, role_arn: str, actions: Sequence[str], resource_arn: str
) -> list[str]:
    about = [
        statement
        for statement in role_statements(evidence.iam_client, role_arn.rpartition("/")[2])
        if any_matches(as_list(statement.get("Resource")), resource_arn)
    ]
    return actions_not_allowed(about, tuple(actions))
