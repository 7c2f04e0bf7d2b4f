"""Whether a connection may do what it is there for: resource-based policies and execution roles."""

from __future__ import annotations

import json

from lab_helpers.notebook.map.arns import service_of
from lab_helpers.notebook.map.cloud_records import CloudState, Record
from lab_helpers.notebook.map.graph import Edge, Fault
from lab_helpers.notebook.map.resource_policies import lets_in


def needs_policy(edge: Edge, state: CloudState, service: str, source: str, account_id: str) -> None:
    """Mark an edge whose target's policy does not let ``service`` in for ``source``.

    A function, a queue and a topic have such a policy. One that does not exist is told as
    dangling instead.
    """
    told = _policy_of(edge.target, state)
    if told is None:
        return
    statements, action = told
    if not lets_in(statements, service, action, source, account_id):
        edge.faults[Fault.MISSING_PERMISSION] = f"{service}: {action}"


def _policy_of(arn: str, state: CloudState) -> tuple[list[Record], str] | None:
    match service_of(arn):
        case "lambda" if arn in state.policies:
            return state.policies[arn], "lambda:InvokeFunction"
        case "sqs" if arn in state.queues:
            policy = json.loads(state.queues[arn].get("Policy") or "{}")
            return policy.get("Statement", []), "sqs:SendMessage"
        case "sns" if arn in state.topics:
            return state.topics[arn], "sns:Publish"
    return None


def needs_role(edge: Edge, state: CloudState, role: str, action: str | None, resource: str) -> None:
    """Mark an edge whose execution role was seen not to allow ``action``."""
    if action and state.allowed.get((role, action, resource)) is False:
        edge.faults[Fault.MISSING_PERMISSION] = f"{role.rsplit('/', 1)[-1]}: {action}"
