"""Asynchronous invocation: retries, event age and destinations, per qualifier.

https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from lab_helpers.arns import Arn
from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import invalid_parameter, not_found
from lab_helpers.emulator.control_plane.records import LATEST, EventInvokeConfig, Function
from lab_helpers.emulator.control_plane.role_permissions import check_may_send_records

_DESTINATION_SERVICES = {
    "OnSuccess": frozenset({"lambda", "sqs", "sns", "events"}),
    "OnFailure": frozenset({"lambda", "sqs", "sns", "events", "s3"}),
}


def _function(call: Call) -> tuple[Function, str]:
    """For changes: function and qualifier, both there."""
    name, qualifier = call.reference()
    function = call.records.functions.get(name)
    wanted = qualifier or LATEST
    if function is None or (wanted not in function.aliases and function.version(wanted) is None):
        raise not_found("The function doesn't exist.")
    return function, wanted


def _without_config(call: Call) -> Exception:
    name, qualifier = call.reference()
    arn = call.state.arn(call.region, name, qualifier or LATEST)
    return not_found(f"The function {arn} doesn't have an EventInvokeConfig")


def put_function_event_invoke_config(call: Call) -> Answer:
    function, qualifier = _function(call)
    config = EventInvokeConfig(0.0)
    return _change(call, function, qualifier, config)


def update_function_event_invoke_config(call: Call) -> Answer:
    function, qualifier = _function(call)
    current = function.event_invoke_configs.get(qualifier)
    if current is None:
        raise _without_config(call)
    return _change(call, function, qualifier, copy.deepcopy(current))


def _change(call: Call, function: Function, qualifier: str, config: EventInvokeConfig) -> Answer:
    params = call.params
    settings = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    if not any(name in params for name in settings):
        raise invalid_parameter(
            "You must specify at least one of error handling or destination setting."
        )
    if "MaximumRetryAttempts" in params:
        config.maximum_retry_attempts = params["MaximumRetryAttempts"]
    if "MaximumEventAgeInSeconds" in params:
        config.maximum_event_age_s = params["MaximumEventAgeInSeconds"]
    if "DestinationConfig" in params:
        _check_destinations(call, function, params["DestinationConfig"])
        _check_role(call, function, qualifier, params["DestinationConfig"])
        config.destination_config.update(copy.deepcopy(params["DestinationConfig"]))
    config.last_modified = call.state.clock.now()
    function.event_invoke_configs[qualifier] = config
    return Answer(_body(call, function, qualifier, config))


def _check_destinations(
    call: Call, function: Function, config: Mapping[str, Mapping[str, str]]
) -> None:
    for outcome in ("OnSuccess", "OnFailure"):
        text = config.get(outcome, {}).get("Destination")
        if not text:
            continue
        arn = _arn(text)
        if arn is None or arn.service not in _DESTINATION_SERVICES[outcome]:
            raise invalid_parameter(
                f"The provided destination config {_as_java(config)} is invalid."
            )
        if arn.service == "lambda":
            _check_function_destination(call, function, text, arn)
        elif text.endswith(".fifo") or (arn.service == "sqs" and _is_missing(call, text, arn)):
            raise invalid_parameter(f"The destination ARN {text} is invalid.")


def _check_role(
    call: Call, function: Function, qualifier: str, config: Mapping[str, Mapping[str, str]]
) -> None:
    """The execution role of the version that will run must be allowed to send records."""
    role = call.state.version(function, qualifier).role
    for outcome in ("OnSuccess", "OnFailure"):
        if target := config.get(outcome, {}).get("Destination"):
            check_may_send_records(call.state, role, target, function.name)


def _is_missing(call: Call, text: str, arn: Arn) -> bool:
    """Whether this account has no such queue; other accounts' queues are not looked up."""
    sources = call.state.event_sources
    if sources is None or arn.account_id != call.state.account_id:
        return False
    return sources.queue_visibility_timeout_s(text) is None


def _arn(text: str) -> Arn | None:
    try:
        return Arn.parse(text)
    except ValueError:
        return None


def _check_function_destination(call: Call, function: Function, text: str, arn: Arn) -> None:
    kind, _, rest = arn.resource.partition(":")
    name, _, qualifier = rest.partition(":")
    here = (arn.region, arn.account_id) == (call.region, call.state.account_id)
    if kind == "function" and here and name == function.name:
        raise invalid_parameter("You can't specify the function as a destination for itself.")
    target = call.records.functions.get(name) if here else None
    if kind != "function" or target is None:
        raise invalid_parameter(f"The destination ARN {text} is invalid.")
    if qualifier and qualifier not in target.aliases and target.version(qualifier) is None:
        raise invalid_parameter(f"The destination ARN {text} is invalid.")


def _as_java(config: Mapping[str, Mapping[str, str]]) -> str:
    """``DestinationConfig(onSuccess=OnSuccess(destination=…), onFailure=null)``"""
    shown = []
    for outcome in ("OnSuccess", "OnFailure"):
        name = outcome[0].lower() + outcome[1:]
        if outcome in config:
            target = config[outcome].get("Destination", "null")
            shown.append(f"{name}={outcome}(destination={target})")
        else:
            shown.append(f"{name}=null")
    return f"DestinationConfig({', '.join(shown)})"


def _body(
    call: Call, function: Function, qualifier: str, config: EventInvokeConfig
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "LastModified": config.last_modified,
        "FunctionArn": call.state.arn(call.region, function.name, qualifier),
        "DestinationConfig": {
            outcome: {
                name: value
                for name, value in config.destination_config.get(outcome, {}).items()
                if value
            }
            for outcome in ("OnSuccess", "OnFailure")
        },
    }
    if config.maximum_retry_attempts is not None:
        body["MaximumRetryAttempts"] = config.maximum_retry_attempts
    if config.maximum_event_age_s is not None:
        body["MaximumEventAgeInSeconds"] = config.maximum_event_age_s
    return body


def _existing(call: Call) -> tuple[Function, str, EventInvokeConfig]:
    name, qualifier = call.reference()
    function = call.records.functions.get(name)
    config = function.event_invoke_configs.get(qualifier or LATEST) if function else None
    if function is None or config is None:
        raise _without_config(call)
    return function, qualifier or LATEST, config


def get_function_event_invoke_config(call: Call) -> Answer:
    return Answer(_body(call, *_existing(call)))


def delete_function_event_invoke_config(call: Call) -> Answer:
    function, qualifier, _ = _existing(call)
    del function.event_invoke_configs[qualifier]
    return Answer(status=204)


def list_function_event_invoke_configs(call: Call) -> Answer:
    name, _ = call.reference()
    function = call.records.functions.get(name)
    if function is None:
        raise not_found("The function doesn't exist.")
    items = [
        (qualifier, _body(call, function, qualifier, config))
        for qualifier, config in sorted(function.event_invoke_configs.items())
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("FunctionEventInvokeConfigs", page, marker))


OPERATIONS = {
    "PutFunctionEventInvokeConfig": Operation(put_function_event_invoke_config),
    "UpdateFunctionEventInvokeConfig": Operation(update_function_event_invoke_config),
    "GetFunctionEventInvokeConfig": Operation(get_function_event_invoke_config),
    "DeleteFunctionEventInvokeConfig": Operation(delete_function_event_invoke_config),
    "ListFunctionEventInvokeConfigs": Operation(list_function_event_invoke_configs),
}
