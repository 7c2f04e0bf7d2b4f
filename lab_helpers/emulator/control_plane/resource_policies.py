"""Whole resource-based policies: put, get and delete (API of July 2026).

https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html
It is the policy that AddPermission adds statements to: what is put replaces those.
"""

from __future__ import annotations

import json
from typing import Any

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import invalid_parameter, not_found
from lab_helpers.emulator.control_plane.permissions import check_policy_revision
from lab_helpers.emulator.control_plane.records import LATEST, Function, ResourcePolicy


def _function(call: Call) -> tuple[Function, str]:
    """The function and the qualifier (``$LATEST`` for the function itself) of ResourceArn."""
    arn: str = call.params["ResourceArn"]
    _, _, _, region, account_id, *resource = arn.split(":")
    here = (region, account_id) == (call.region, call.state.account_id)
    if not here or resource[0] != "function":
        raise not_found("The resource you requested does not exist.")
    qualifier = resource[2] if len(resource) > 2 else None
    function = call.state.function(call.region, resource[1], qualifier)
    if qualifier == LATEST:
        raise invalid_parameter("We currently do not support adding policies for $LATEST.")
    if qualifier:
        call.state.check_qualifier(function, qualifier)
    return function, qualifier or LATEST


def put_resource_policy(call: Call) -> Answer:
    function, qualifier = _function(call)
    current = function.policies.get(qualifier)
    check_policy_revision(call, current, "GetResourcePolicy")
    policy = _parsed(call.params["Policy"], call.state.new_id())
    function.policies[qualifier] = policy
    return Answer(_body(policy))


def _parsed(text: str, revision_id: str) -> ResourcePolicy:
    """Raises LambdaError where the text is no JSON policy with statements."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid_parameter(f"The policy is not valid JSON: {error}") from error
    statements = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        raise invalid_parameter("The policy has no Statement.")
    for number, statement in enumerate(statements, 1):
        _check_statement(statement, number)
    return ResourcePolicy(
        revision_id,
        statements,
        document.get("Id"),
        document.get("Version", "2008-10-17"),
    )


def _check_statement(statement: Any, number: int) -> None:
    if not isinstance(statement, dict):
        raise invalid_parameter(f"Statement {number} of the policy is not a JSON object.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise invalid_parameter(f"Statement {number} of the policy needs Effect Allow or Deny.")
    for wanted in (("Principal", "NotPrincipal"), ("Action", "NotAction")):
        if not any(name in statement for name in wanted):
            raise invalid_parameter(f"Statement {number} of the policy has no {wanted[0]}.")


def _body(policy: ResourcePolicy) -> dict[str, str]:
    document = json.dumps(policy.document(), separators=(",", ":"), ensure_ascii=False)
    return {"Policy": document, "RevisionId": policy.revision_id}


def get_resource_policy(call: Call) -> Answer:
    function, qualifier = _function(call)
    policy = function.policies.get(qualifier)
    if policy is None:
        raise not_found("The resource you requested does not exist.")
    return Answer(_body(policy))


def delete_resource_policy(call: Call) -> Answer:
    function, qualifier = _function(call)
    policy = function.policies.get(qualifier)
    if policy is None:
        raise not_found("The resource you requested does not exist.")
    check_policy_revision(call, policy, "GetResourcePolicy")
    del function.policies[qualifier]
    return Answer(status=204)


OPERATIONS = {
    "PutResourcePolicy": Operation(put_resource_policy),
    "GetResourcePolicy": Operation(get_resource_policy),
    "DeleteResourcePolicy": Operation(delete_resource_policy),
}
