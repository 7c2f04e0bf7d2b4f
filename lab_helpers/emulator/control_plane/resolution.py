"""From a function reference to the version that runs: what every invocation starts with."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.emulator.control_plane.errors import LambdaError, conflict
from lab_helpers.emulator.control_plane.function_references import resolve_reference
from lab_helpers.emulator.control_plane.records import (
    LATEST,
    Alias,
    AsyncSettings,
    EventInvokeConfig,
    Function,
    FunctionVersion,
    InvokeTarget,
)
from lab_helpers.emulator.control_plane.state import LambdaState


def resolve_target(
    state: LambdaState,
    region: str,
    function_ref: str,
    qualifier: str | None,
    draw: Callable[[], float],
    pending_too: bool = False,
) -> InvokeTarget:
    """See ``LambdaControlPlane.resolve``."""
    name, wanted = resolve_reference(function_ref, qualifier, region, state.account_id)
    function = state.function(region, name, wanted)
    alias = function.aliases.get(wanted or LATEST)
    version = state.running_version(function, drawn_version(alias, draw) if alias else wanted)
    if not pending_too:
        _check_state(version)
    return InvokeTarget(
        version=version,
        qualifier=wanted,
        invoked_arn=state.arn(region, name, wanted),
        function_arn=function.arn,
        region=region,
        account_id=state.account_id,
        reserved_concurrency=function.reserved_concurrency,
        async_settings=async_settings(function, wanted),
        dead_letter_target_arn=function.latest.dead_letter_target_arn,
        recursive_loop=function.recursive_loop,
        provisioned_concurrency=sum(one.requested for one in function.provisioned.values()),
    )


def _check_state(version: FunctionVersion) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    if version.change == "create" and version.has_snap_start:
        raise LambdaError(
            "SnapStartNotReadyException",
            "Lambda is initializing your function. You can invoke the function when the function "
            "state becomes Active.",
        )
    if version.change == "create" or version.failure:
        raise conflict(
            "The operation cannot be performed at this time. The function is currently in the "
            f"following state: {'Failed' if version.failure else 'Pending'}"
        )


def drawn_version(alias: Alias, draw: Callable[[], float]) -> str:
    """The alias's version, or the additional one for its share of the draws in [0, 1)."""
    drawn = draw()
    for version, weight in alias.weights.items():
        if drawn < weight:
            return version
        drawn -= weight
    return alias.function_version


def async_settings(function: Function, qualifier: str | None) -> AsyncSettings:
    """Of exactly this qualifier: a version does not inherit the function's settings."""
    config = function.event_invoke_configs.get(qualifier or LATEST, EventInvokeConfig(0.0))
    defaults = AsyncSettings()
    destinations = config.destination_config
    attempts, age = config.maximum_retry_attempts, config.maximum_event_age_s
    return AsyncSettings(
        maximum_retry_attempts=defaults.maximum_retry_attempts if attempts is None else attempts,
        maximum_event_age_s=defaults.maximum_event_age_s if age is None else age,
        on_success_arn=destinations.get("OnSuccess", {}).get("Destination"),
        on_failure_arn=destinations.get("OnFailure", {}).get("Destination"),
    )
