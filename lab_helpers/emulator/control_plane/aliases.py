"""Aliases: a name for one version, or for two with a share each.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import (
    conflict,
    invalid_parameter,
    not_found,
    stale_revision,
)
from lab_helpers.emulator.control_plane.records import LATEST, Alias, Function


def _alias_configuration(call: Call, function: Function, alias: Alias) -> dict[str, Any]:
    body: dict[str, Any] = {
        "AliasArn": call.state.arn(call.region, function.name, alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.function_version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.weights:
        body["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return body


def create_alias(call: Call) -> Answer:
    params = call.params
    name, _ = call.reference()
    # AWS looks for the version straight away: a missing function is named with it
    function = call.state.function(call.region, name, params["FunctionVersion"])
    weights = params.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    _check_routing(call, function, params["FunctionVersion"], weights)
    if params["Name"] in function.aliases:
        arn = call.state.arn(call.region, name, params["Name"])
        raise conflict(f"Alias already exists: {arn}")
    alias = Alias(
        params["Name"],
        params["FunctionVersion"],
        call.state.new_id(),
        params.get("Description", ""),
        weights,
    )
    function.aliases[alias.name] = alias
    return Answer(_alias_configuration(call, function, alias))


def _check_routing(call: Call, function: Function, main: str, weights: Mapping[str, float]) -> None:
    """One other version at most, both published, with one role and one dead-letter queue."""
    if len(weights) > 1:
        raise invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    if main in weights:
        raise invalid_parameter(
            f"Invalid function version {main}. Function version {main} is already included in "
            "routing configuration."
        )
    if weights and main == LATEST:
        raise invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    versions = []
    for number in (main, *weights):
        version = function.version(number)
        if version is None:
            arn = call.state.arn(call.region, function.name, number)
            raise not_found(f"Function not found: {arn}")
        versions.append(version)
    if len({version.role for version in versions}) > 1:
        raise invalid_parameter(
            "The versions that an alias points to must have the same execution role."
        )
    if len({version.dead_letter_target_arn for version in versions}) > 1:
        raise invalid_parameter(
            "The versions that an alias points to must have the same dead-letter queue "
            "configuration, or no dead-letter queue configuration."
        )


def _function_and_alias(call: Call, missing: str) -> tuple[Function, Alias]:
    name, _ = call.reference()
    function = call.state.function(call.region, name)
    alias = function.aliases.get(call.params["Name"])
    if alias is None:
        raise not_found(f"{missing}: {call.state.arn(call.region, name, call.params['Name'])}")
    return function, alias


def get_alias(call: Call) -> Answer:
    function, alias = _function_and_alias(call, "Cannot find alias arn")
    return Answer(_alias_configuration(call, function, alias))


def update_alias(call: Call) -> Answer:
    params = call.params
    function, alias = _function_and_alias(call, "Alias not found")
    if params.get("RevisionId", alias.revision_id) != alias.revision_id:
        raise stale_revision("GetFunction/GetAlias")
    version = params.get("FunctionVersion", alias.function_version)
    weights = dict(alias.weights)
    if "RoutingConfig" in params:
        weights = params["RoutingConfig"].get("AdditionalVersionWeights", {})
    _check_routing(call, function, version, weights)
    changed = Alias(
        alias.name,
        version,
        call.state.new_id(),
        params.get("Description", alias.description),
        weights,
    )
    function.aliases[alias.name] = changed
    return Answer(_alias_configuration(call, function, changed))


def delete_alias(call: Call) -> Answer:
    """Takes along what hangs on the alias; succeeds too where there is no such alias."""
    name, _ = call.reference()
    function = call.state.function(call.region, name)
    alias = call.params["Name"]
    function.aliases.pop(alias, None)
    function.policies.pop(alias, None)
    function.event_invoke_configs.pop(alias, None)
    function.provisioned.pop(alias, None)
    function.urls.pop(alias, None)
    return Answer(status=204)


def list_aliases(call: Call) -> Answer:
    name, _ = call.reference()
    function = call.state.function(call.region, name)
    version = call.params.get("FunctionVersion")
    items = [
        (alias.name, _alias_configuration(call, function, alias))
        for alias in sorted(function.aliases.values(), key=lambda alias: alias.name)
        if version is None or version == alias.function_version or version in alias.weights
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("Aliases", page, marker))


OPERATIONS = {
    "CreateAlias": Operation(create_alias),
    "GetAlias": Operation(get_alias),
    "UpdateAlias": Operation(update_alias),
    "DeleteAlias": Operation(delete_alias),
    "ListAliases": Operation(list_aliases),
}
