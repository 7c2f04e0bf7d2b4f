"""Functions: create, read, update, delete, list.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its siblings
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    first_page,
    last_key,
    page_body,
)
from lab_helpers.emulator.control_plane.code_store import StoredPackage
from lab_helpers.emulator.control_plane.code_upload import store_package
from lab_helpers.emulator.control_plane.downloads import code_location
from lab_helpers.emulator.control_plane.errors import (
    conflict,
    invalid_parameter,
    joined_failures,
    stale_revision,
)
from lab_helpers.emulator.control_plane.function_configuration import (
    configuration,
    listed_configuration,
)
from lab_helpers.emulator.control_plane.function_settings import (
    changed_version,
    check_total_size,
    refuse_what_is_not_provided,
)
from lab_helpers.emulator.control_plane.records import (
    LATEST,
    Function,
    FunctionVersion,
)
from lab_helpers.emulator.control_plane.runtimes import check_runtime
from lab_helpers.emulator.control_plane.tags import check_tag_count
from lab_helpers.emulator.control_plane.versions import keyed_versions, publish


def _store_new_function(call: Call) -> StoredPackage:
    params = call.params
    refuse_what_is_not_provided(params)
    if "Runtime" not in params or "Handler" not in params:
        raise invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with "
            "deployment packages."
        )
    check_runtime(params["Runtime"], call.state.why_not_run)
    with call.state.lock:
        _refuse_existing(call)
    return store_package(call, params["Code"])


MAXIMUM_NAME_LENGTH = 64


def _refuse_existing(call: Call) -> str:
    """The name of a function that can be created."""
    name, qualifier = call.reference()
    if len(name) > MAXIMUM_NAME_LENGTH:
        failure = (
            f"Value '{name}' at 'functionName' failed to satisfy constraint: Member must have "
            f"length less than or equal to {MAXIMUM_NAME_LENGTH}"
        )
        raise invalid_parameter(joined_failures([failure]))
    if qualifier:
        raise invalid_parameter(
            f"A function is created by its name alone, and {call.params['FunctionName']} has a "
            "qualifier. Leave out what follows the name."
        )
    if name in call.records.functions:
        raise conflict(f"Function already exist: {name}")
    return name


def create_function(call: Call) -> Answer:
    state, params = call.state, call.params
    name = _refuse_existing(call)
    tags = dict(params.get("Tags", {}))
    check_tag_count(tags)
    assert call.package is not None
    blank = FunctionVersion(
        function_name=name,
        version=LATEST,
        role="",
        handler="",
        runtime="",
        code_sha256=call.package.sha256,
        code_size=call.package.size,
        last_modified="",
        revision_id="",
        log_group=f"/aws/lambda/{name}",
    )
    latest = changed_version(call, blank)
    state.begin_change(latest, "create")
    function = Function(name, call.region, state.arn(call.region, name), latest, tags=tags)
    call.records.functions[name] = function
    body = _configuration_now(call, function, latest)
    if params.get("Publish"):
        body["Version"] = publish(state, function).version
    return Answer(body)


def _configuration_now(call: Call, function: Function, version: FunctionVersion) -> dict[str, Any]:
    """The answer to a change shows the change under way, however short it is."""
    return configuration(call.state, function, replace(version, ready_at=math.inf))


def get_function(call: Call) -> Answer:
    function, qualifier, version = call.target()
    body: dict[str, Any] = {
        "Configuration": configuration(call.state, function, version, qualifier),
        "Code": {
            "RepositoryType": "S3",
            "Location": code_location(call.state, version.code_sha256),
        },
    }
    if function.tags:
        body["Tags"] = dict(function.tags)
    if function.reserved_concurrency is not None:
        body["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
    return Answer(body)


def get_function_configuration(call: Call) -> Answer:
    function, qualifier, version = call.target()
    return Answer(configuration(call.state, function, version, qualifier))


def _store_new_code(call: Call) -> StoredPackage:
    with call.state.lock:
        _updatable(call)
    return store_package(call, call.params)


def _updatable(call: Call) -> Function:
    function = call.function()
    call.state.refuse_while_changing(function)
    wanted = call.params.get("RevisionId")
    if wanted is not None and wanted != function.latest.revision_id:
        raise stale_revision("GetFunction/GetAlias")
    return function


def update_function_code(call: Call) -> Answer:
    function = _updatable(call)
    assert call.package is not None
    changed = replace(function.latest, code_sha256=call.package.sha256, code_size=call.package.size)
    if "Architectures" in call.params:
        changed.architecture = call.params["Architectures"][0]
    check_total_size(call, changed)
    if call.params.get("DryRun"):
        return Answer(configuration(call.state, function, changed))
    return _update_latest(call, function, changed)


def update_function_configuration(call: Call) -> Answer:
    refuse_what_is_not_provided(call.params)
    function = _updatable(call)
    return _update_latest(call, function, changed_version(call, function.latest))


def _update_latest(call: Call, function: Function, changed: FunctionVersion) -> Answer:
    state = call.state
    state.begin_change(changed, "update")
    function.replaced, function.latest = function.latest, changed
    shown = _configuration_now(call, function, changed)
    state.settle(function, changed)
    if call.params.get("Publish"):
        version = publish(state, function)
        return Answer(configuration(state, function, version, version.version))
    return Answer(shown)


def delete_function(call: Call) -> Answer:
    name, qualifier = call.reference()
    state = call.state
    if qualifier == LATEST:
        # refused before AWS looks whether there is such a function
        raise invalid_parameter("$LATEST version cannot be deleted without deleting the function.")
    # AWS names the unqualified function, whatever was asked for
    function = state.function(call.region, name)
    if qualifier is not None:
        _delete_version(call, function, qualifier)
        return Answer(status=204)
    del call.records.functions[name]
    for version in (LATEST, *function.versions):
        state.discard_environments(function, version)
    return Answer(status=204)


def _delete_version(call: Call, function: Function, qualifier: str) -> None:
    if not qualifier.isdigit():
        raise invalid_parameter("Deletion of aliases is not currently supported.")
    if qualifier not in function.versions:
        # deleting what is not there succeeds, as often as you like
        return
    users = [
        alias.name
        for alias in function.aliases.values()
        if qualifier == alias.function_version or qualifier in alias.weights
    ]
    if users:
        raise conflict(
            f"Unable to delete version {qualifier} because the following aliases reference it: "
            f"[{', '.join(sorted(users))}]"
        )
    del function.versions[qualifier]
    for settings in (function.policies, function.event_invoke_configs, function.provisioned):
        settings.pop(qualifier, None)
    call.state.discard_environments(function, qualifier)


def list_functions(call: Call) -> Answer:
    every = call.params.get("FunctionVersion") == "ALL"
    page, marker = first_page(_versions_behind(call, every), call.params)
    shown = [
        listed_configuration(call.state, function, version, version.version if every else None)
        for function, version in page
    ]
    return Answer(page_body("Functions", shown, marker))


def _versions_behind(
    call: Call, every: bool
) -> Iterator[tuple[str, tuple[Function, FunctionVersion]]]:
    """Behind the last page, by the function's name and then the version's number."""
    last_name, _, last_version = last_key(call.params).partition(" ")
    for function in call.records.functions.since(last_name):
        for key, version in keyed_versions(function) if every else [("", function.latest)]:
            if function.name != last_name or key > last_version:
                yield f"{function.name} {key}", (function, version)


def get_account_settings(call: Call) -> Answer:
    state, functions = call.state, call.records.functions.values()
    reserved = sum(function.reserved_concurrency or 0 for function in functions)
    sizes = [
        version.code_size
        for function in functions
        for version in (function.latest, *function.versions.values())
    ]
    layers = [layer.code_size for all_ in call.records.layers.values() for layer in all_.values()]
    return Answer(
        {
            "AccountLimit": {
                "TotalCodeSize": 322_122_547_200,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": state.concurrency_limit,
                "UnreservedConcurrentExecutions": state.concurrency_limit - reserved,
            },
            "AccountUsage": {
                "TotalCodeSize": sum(sizes) + sum(layers),
                "FunctionCount": len(functions),
            },
        }
    )


OPERATIONS = {
    "CreateFunction": Operation(create_function, _store_new_function),
    "GetFunction": Operation(get_function),
    "GetFunctionConfiguration": Operation(get_function_configuration),
    "UpdateFunctionCode": Operation(update_function_code, _store_new_code),
    "UpdateFunctionConfiguration": Operation(update_function_configuration),
    "DeleteFunction": Operation(delete_function),
    "ListFunctions": Operation(list_functions),
    "GetAccountSettings": Operation(get_account_settings),
}
