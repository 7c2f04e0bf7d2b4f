"""Resource-based policies of functions: who else may invoke them.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.emulator.access.service_principals import is_service_principal
from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import (
    LambdaError,
    conflict,
    invalid_parameter,
    not_found,
    stale_revision,
)
from lab_helpers.emulator.control_plane.records import LATEST, ResourcePolicy

MAXIMUM_POLICY_BYTES = 20_480

_INVALID_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."
_ACCOUNT_ID = re.compile(r"\d{12}")


def add_permission(call: Call) -> Answer:
    name, qualifier = call.reference()
    function = call.state.function(call.region, name)
    if qualifier == LATEST:
        raise invalid_parameter("We currently do not support adding policies for $LATEST.")
    if qualifier:
        call.state.check_qualifier(function, qualifier)
    policy = function.policies.get(qualifier or LATEST)
    check_policy_revision(call, policy, "GetPolicy")
    sid = call.params["StatementId"]
    if policy is not None and policy.statement(sid) is not None:
        raise statement_exists(sid)
    resource = call.state.arn(call.region, name, qualifier)
    statement = _statement(call, resource)
    changed = ResourcePolicy(
        call.state.new_id(), [*(policy.statements if policy else ()), statement]
    )
    check_policy_size(changed)
    function.policies[qualifier or LATEST] = changed
    return Answer({"Statement": json.dumps(statement, separators=(",", ":"))})


def check_policy_revision(call: Call, policy: ResourcePolicy | None, read_with: str) -> None:
    """412 where the call names a RevisionId that is not the policy's."""
    wanted = call.params.get("RevisionId")
    if wanted is not None and (policy is None or wanted != policy.revision_id):
        raise stale_revision(read_with)


def statement_exists(sid: str) -> LambdaError:
    return conflict(
        f"The statement id ({sid}) provided already exists. Please provide a new statement "
        "id, or remove the existing statement."
    )


def check_policy_size(policy: ResourcePolicy) -> None:
    size = len(json.dumps(policy.document(), separators=(",", ":")).encode())
    if size > MAXIMUM_POLICY_BYTES:
        raise LambdaError(
            "PolicyLengthExceededException",
            f"The final policy size ({size}) is bigger than the limit ({MAXIMUM_POLICY_BYTES}).",
        )


def _statement(call: Call, resource: str) -> dict[str, Any]:
    """The statement as AWS writes it; key order included, since learners read it."""
    params = call.params
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": _known_principal(call),
        "Action": params["Action"],
        "Resource": resource,
    }
    equal: dict[str, str] = {}
    if "FunctionUrlAuthType" in params:
        if params["Action"] != "lambda:InvokeFunctionUrl":
            raise invalid_parameter(
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
            )
        equal["lambda:FunctionUrlAuthType"] = params["FunctionUrlAuthType"]
    for name, key in (
        ("SourceAccount", "AWS:SourceAccount"),
        ("EventSourceToken", "lambda:EventSourceToken"),
        ("PrincipalOrgID", "aws:PrincipalOrgID"),
    ):
        if name in params:
            equal[key] = params[name]
    condition: dict[str, Any] = {}
    if equal:
        condition["StringEquals"] = equal
    if "InvokedViaFunctionUrl" in params:
        flag = "true" if params["InvokedViaFunctionUrl"] else "false"
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": flag}
    if "SourceArn" in params:
        condition["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    if condition:
        statement["Condition"] = condition
    return statement


def principal_element(text: str, region: str) -> str | dict[str, str]:
    """A statement's Principal: ``*``, ``{"AWS": arn}`` or ``{"Service": name}``."""
    if text == "*":
        return "*"
    if _ACCOUNT_ID.fullmatch(text):
        return {"AWS": f"arn:{partition_of(region)}:iam::{text}:root"}
    if text.startswith("arn:"):
        return {"AWS": text}
    if "." in text:
        return {"Service": text}
    raise invalid_parameter(_INVALID_PRINCIPAL)


def _known_principal(call: Call) -> str | dict[str, str]:
    """The Principal element, where it is a service of AWS's or one whom IAM knows."""
    element = principal_element(call.params["Principal"], call.region)
    if isinstance(element, dict):
        service, identity = element.get("Service"), element.get("AWS")
        if service is not None and not is_service_principal(service):
            raise invalid_parameter(_INVALID_PRINCIPAL)
        if identity is not None and not call.state.principal_exists(identity):
            raise invalid_parameter(_INVALID_PRINCIPAL)
    return element


def remove_permission(call: Call) -> Answer:
    name, qualifier = call.reference()
    function = call.records.functions.get(name)
    arn = call.state.arn(call.region, name, qualifier)
    if function is None:
        raise not_found(f"No policy found for: {arn}")
    if qualifier and qualifier != LATEST:
        call.state.check_qualifier(function, qualifier)
    policy = function.policies.get(qualifier or LATEST)
    if policy is None:
        raise not_found("No policy is associated with the given resource.")
    sid = call.params["StatementId"]
    if policy.statement(sid) is None:
        raise not_found(f"Statement {sid} is not found in resource policy.")
    check_policy_revision(call, policy, "GetPolicy")
    rest = [statement for statement in policy.statements if statement.get("Sid") != sid]
    if rest:
        policy.statements = rest
        policy.revision_id = call.state.new_id()
    else:
        del function.policies[qualifier or LATEST]
    return Answer(status=204)


def get_policy(call: Call) -> Answer:
    name, qualifier = call.reference()
    function = call.state.function(call.region, name)
    policy = function.policies.get(qualifier or LATEST)
    if policy is None:
        raise not_found("The resource you requested does not exist.")
    document = json.dumps(policy.document(), separators=(",", ":"))
    return Answer({"Policy": document, "RevisionId": policy.revision_id})


OPERATIONS = {
    "AddPermission": Operation(add_permission),
    "RemovePermission": Operation(remove_permission),
    "GetPolicy": Operation(get_policy),
}
