"""Resource-based policies of layer versions: which accounts may use them.

https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
"""

from __future__ import annotations

import json
from typing import Any

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import not_found
from lab_helpers.emulator.control_plane.layers import find_layer, layer_name
from lab_helpers.emulator.control_plane.permissions import (
    check_policy_revision,
    check_policy_size,
    principal_element,
    statement_exists,
)
from lab_helpers.emulator.control_plane.records import LayerVersion, ResourcePolicy


def _layer(call: Call) -> LayerVersion:
    name, number = layer_name(call), call.params["VersionNumber"]
    layer = find_layer(call, name, number)
    if layer is None:
        arn = f"{call.state.layer_arn(call.region, name)}:{number}"
        raise not_found(f"Layer version {arn} does not exist.")
    return layer


def add_layer_version_permission(call: Call) -> Answer:
    params, layer = call.params, _layer(call)
    policy = layer.policy
    sid = params["StatementId"]
    if policy is not None and policy.statement(sid) is not None:
        raise statement_exists(sid)
    check_policy_revision(call, policy, "GetLayerPolicy")
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal_element(params["Principal"], call.region),
        "Action": params["Action"],
        "Resource": layer.arn,
    }
    if "OrganizationId" in params:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": params["OrganizationId"]}}
    statements = [*(policy.statements if policy else ()), statement]
    changed = ResourcePolicy(call.state.new_id(), statements)
    check_policy_size(changed)
    layer.policy = changed
    text = json.dumps(statement, separators=(",", ":"))
    return Answer({"Statement": text, "RevisionId": changed.revision_id})


def _policy(layer: LayerVersion) -> ResourcePolicy:
    if layer.policy is None:
        raise not_found("No policy is associated with the given resource.")
    return layer.policy


def get_layer_version_policy(call: Call) -> Answer:
    policy = _policy(_layer(call))
    document = json.dumps(policy.document(), separators=(",", ":"))
    return Answer({"Policy": document, "RevisionId": policy.revision_id})


def remove_layer_version_permission(call: Call) -> Answer:
    layer = _layer(call)
    policy, sid = _policy(layer), call.params["StatementId"]
    if policy.statement(sid) is None:
        raise not_found(f"Statement {sid} is not found in resource policy.")
    check_policy_revision(call, policy, "GetLayerPolicy")
    rest = [statement for statement in policy.statements if statement.get("Sid") != sid]
    layer.policy = ResourcePolicy(call.state.new_id(), rest) if rest else None
    return Answer(status=204)


OPERATIONS = {
    "AddLayerVersionPermission": Operation(add_layer_version_permission),
    "GetLayerVersionPolicy": Operation(get_layer_version_policy),
    "RemoveLayerVersionPermission": Operation(remove_layer_version_permission),
}
