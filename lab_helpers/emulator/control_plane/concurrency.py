"""Reserved and provisioned concurrency.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

import math
from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    UNQUALIFIED_ONLY,
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import (
    LambdaError,
    conflict,
    invalid_parameter,
)
from lab_helpers.emulator.control_plane.records import (
    LATEST,
    Function,
    ProvisionedConcurrency,
)

MINIMUM_UNRESERVED = 100
"""What must be left for all functions without a reservation."""


def unreserved_concurrency(call: Call, leave_out: Function | None = None) -> int:
    """Concurrency of the account that is neither reserved nor provisioned in this Region.

    Args:
        leave_out: a function whose own share is not to be counted.
    """
    taken = 0
    for function in call.records.functions.values():
        if function is leave_out:
            continue
        if function.reserved_concurrency is not None:
            # provisioned concurrency is taken out of the function's own reservation
            taken += function.reserved_concurrency
        else:
            taken += _provisioned(function)
    return call.state.concurrency_limit - taken


def _provisioned(function: Function, leave_out: str = "") -> int:
    return sum(
        config.requested
        for qualifier, config in function.provisioned.items()
        if qualifier != leave_out
    )


def put_function_concurrency(call: Call) -> Answer:
    name, qualifier = call.reference()
    if qualifier:
        raise invalid_parameter(UNQUALIFIED_ONLY)
    # here AWS names a missing function with $LATEST
    function = call.state.function(call.region, name, LATEST)
    wanted: int = call.params["ReservedConcurrentExecutions"]
    if unreserved_concurrency(call, function) - wanted < MINIMUM_UNRESERVED:
        raise invalid_parameter(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of "
            f"[{MINIMUM_UNRESERVED}]."
        )
    provisioned = _provisioned(function)
    if wanted < provisioned:
        raise invalid_parameter(
            f" ReservedConcurrentExecutions  {wanted} should not be lower than function's total "
            f"provisioned concurrency [{provisioned}]."
        )
    function.reserved_concurrency = wanted
    return Answer({"ReservedConcurrentExecutions": wanted})


def get_function_concurrency(call: Call) -> Answer:
    reserved = call.function().reserved_concurrency
    return Answer({} if reserved is None else {"ReservedConcurrentExecutions": reserved})


def delete_function_concurrency(call: Call) -> Answer:
    call.function().reserved_concurrency = None
    return Answer(status=204)


def _version_or_alias(call: Call, latest_message: str) -> tuple[Function, str]:
    """The function and a qualifier that can have provisioned concurrency.

    AWS looks for the version or alias straight away: a missing function is named with it.
    """
    name, qualifier = call.reference()
    assert qualifier is not None  # the model requires it
    if qualifier == LATEST:
        raise invalid_parameter(latest_message)
    function = call.records.functions.get(name)
    if function is None:
        raise call.state.no_such_qualifier(call.region, name, qualifier)
    call.state.check_qualifier(function, qualifier)
    return function, qualifier


def put_provisioned_concurrency_config(call: Call) -> Answer:
    function, qualifier = _version_or_alias(
        call,
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
    )
    _check_overlap(function, qualifier)
    _check_can_be_provisioned(call, function, qualifier)
    wanted: int = call.params["ProvisionedConcurrentExecutions"]
    _check_capacity(call, function, qualifier, wanted)
    ready_at = call.state.clock.now() + call.state.state_delay_s
    config = ProvisionedConcurrency(
        wanted,
        call.state.last_modified_seconds(),
        math.inf if call.state.provisioner_tells else ready_at,
    )
    function.provisioned[qualifier] = config
    return Answer(
        {
            "RequestedProvisionedConcurrentExecutions": wanted,
            "AvailableProvisionedConcurrentExecutions": 0,
            "AllocatedProvisionedConcurrentExecutions": 0,
            "Status": "IN_PROGRESS",
            "LastModified": config.last_modified,
        }
    )


def _check_overlap(function: Function, qualifier: str) -> None:
    """A version and an alias of it cannot both have provisioned concurrency."""
    alias = function.aliases.get(qualifier)
    if alias is not None:
        if alias.function_version in function.provisioned:
            raise conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already "
                "Provisioned version"
            )
        return
    for name in function.provisioned:
        pointing = function.aliases.get(name)
        if pointing is not None and pointing.function_version == qualifier:
            raise conflict("Version is pointed by a Provisioned Concurrency alias")


def _check_can_be_provisioned(call: Call, function: Function, qualifier: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html says that both do not go
    together; in which words AWS refuses it is not known. The other text is AWS's."""
    alias = function.aliases.get(qualifier)
    if alias is not None and alias.weights:
        raise invalid_parameter("Alias with weights can not be used with Provisioned Concurrency")
    if call.state.version(function, qualifier).has_snap_start:
        raise invalid_parameter(
            "Provisioned Concurrency is not supported for SnapStart enabled functions."
        )


def _check_capacity(call: Call, function: Function, qualifier: str, wanted: int) -> None:
    others = _provisioned(function, leave_out=qualifier)
    if function.reserved_concurrency is not None:
        if wanted + others > function.reserved_concurrency:
            raise invalid_parameter(
                "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function"
            )
        return
    free = unreserved_concurrency(call, function) - others
    if wanted > free:
        raise invalid_parameter(
            "Specified ConcurrentExecutions for function is greater than account's unreserved "
            f"concurrency [{free}]."
        )
    if free - wanted < MINIMUM_UNRESERVED:
        raise invalid_parameter(
            "Specified ConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{MINIMUM_UNRESERVED}]."
        )


def _state(call: Call, config: ProvisionedConcurrency) -> dict[str, Any]:
    ready = call.state.clock.now() >= config.ready_at and config.failure_reason is None
    given = config.requested if ready else 0
    body = {
        "RequestedProvisionedConcurrentExecutions": config.requested,
        "AvailableProvisionedConcurrentExecutions": given,
        "AllocatedProvisionedConcurrentExecutions": given,
        "Status": "READY" if ready else "IN_PROGRESS",
        "LastModified": config.last_modified,
    }
    if config.failure_reason is not None:
        body.update(Status="FAILED", StatusReason=config.failure_reason)
    return body


_MUST_BE_PUBLISHED = "The function resource provided must be an alias or a published version."


def get_provisioned_concurrency_config(call: Call) -> Answer:
    function, qualifier = _version_or_alias(call, _MUST_BE_PUBLISHED)
    config = function.provisioned.get(qualifier)
    if config is None:
        raise LambdaError(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )
    return Answer(_state(call, config))


def delete_provisioned_concurrency_config(call: Call) -> Answer:
    function, qualifier = _version_or_alias(call, _MUST_BE_PUBLISHED)
    function.provisioned.pop(qualifier, None)
    return Answer(status=204)


def list_provisioned_concurrency_configs(call: Call) -> Answer:
    function = call.function()
    items = [
        (
            qualifier,
            {
                "FunctionArn": call.state.arn(call.region, function.name, qualifier),
                **_state(call, config),
            },
        )
        for qualifier, config in sorted(function.provisioned.items())
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("ProvisionedConcurrencyConfigs", page, marker))


OPERATIONS = {
    "PutFunctionConcurrency": Operation(put_function_concurrency),
    "GetFunctionConcurrency": Operation(get_function_concurrency),
    "DeleteFunctionConcurrency": Operation(delete_function_concurrency),
    "PutProvisionedConcurrencyConfig": Operation(put_provisioned_concurrency_config),
    "GetProvisionedConcurrencyConfig": Operation(get_provisioned_concurrency_config),
    "DeleteProvisionedConcurrencyConfig": Operation(delete_provisioned_concurrency_config),
    "ListProvisionedConcurrencyConfigs": Operation(list_provisioned_concurrency_configs),
}
