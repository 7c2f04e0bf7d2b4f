"""Configuration → Asynchronous invocation, and → Destinations.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.notebook.console.desk import Desk, whole_number
from lab_helpers.notebook.console.sections import Field, Form, RowAction, Section, Table

DEFAULT_RETRIES = 2
DEFAULT_AGE_S = 21_600


def show(desk: Desk) -> Section:
    dead_letters = desk.configuration().get("DeadLetterConfig", {}).get("TargetArn", "")
    return asynchronous(desk, settings_of(desk), str(dead_letters))


def settings_of(desk: Desk) -> Mapping[str, Any]:
    """boto3's answer of ``get_function_event_invoke_config``; empty where all is by default."""
    parameters = {"FunctionName": desk.function}
    found: Mapping[str, Any] = desk.calls.look(
        "lambda", "get_function_event_invoke_config", parameters, absent={}
    )
    return found


def asynchronous(desk: Desk, settings: Mapping[str, Any], dead_letters: str) -> Section:
    say = desk.say
    age_s = settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_S)
    retries = settings.get("MaximumRetryAttempts", DEFAULT_RETRIES)
    return Section(
        say("asynchronous"),
        facts=[
            (say("maximum_age"), say("seconds", count=f"{age_s:,}")),
            (say("retry_attempts"), str(retries)),
            (say("dead_letter_queue"), dead_letters or say("none")),
        ],
        forms=[
            Form(
                "asynchronous",
                say("edit_asynchronous"),
                say("save"),
                [
                    Field("age_s", say("maximum_age_s"), age_s, "number"),
                    Field("retries", say("retry_attempts"), retries, "number"),
                    Field(
                        "dead_letters",
                        say("dead_letter_queue_arn"),
                        dead_letters,
                        help=say("dead_letter_help"),
                    ),
                ],
            )
        ],
        notes=[say("asynchronous_note")],
    )


def change(desk: Desk, asked: Mapping[str, Any]) -> str:
    """Retries and age are one setting of Lambda's, the dead-letter queue is the function's."""
    wanted = {
        "MaximumEventAgeInSeconds": whole_number(asked["age_s"]),
        "MaximumRetryAttempts": whole_number(asked["retries"]),
    }
    settings = settings_of(desk)
    kept = {
        "MaximumEventAgeInSeconds": settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_S),
        "MaximumRetryAttempts": settings.get("MaximumRetryAttempts", DEFAULT_RETRIES),
    }
    target = str(asked["dead_letters"]).strip()
    dead_letters = desk.configuration().get("DeadLetterConfig", {}).get("TargetArn", "")
    if wanted == kept and target == dead_letters:
        return desk.say("nothing_changed")
    if target != dead_letters:
        desk.change(DeadLetterConfig={"TargetArn": target})
    if wanted != kept:
        put_settings(desk, settings, wanted)
    return desk.say("saved")


def put_settings(desk: Desk, now: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """PutFunctionEventInvokeConfig replaces everything: it is only used for the first time."""
    operation = "update_function_event_invoke_config" if now else "put_function_event_invoke_config"
    desk.calls.do("lambda", operation, {"FunctionName": desk.function, **changes})


def show_destinations(desk: Desk) -> Section:
    parameters = {"FunctionName": desk.function}
    mappings = desk.calls.every(
        "lambda", "list_event_source_mappings", "EventSourceMappings", parameters
    )
    return destinations(desk, settings_of(desk), mappings)


def destinations(
    desk: Desk, settings: Mapping[str, Any], mappings: list[Mapping[str, Any]]
) -> Section:
    say = desk.say
    rows, actions = [], []
    for condition in ("OnSuccess", "OnFailure"):
        target = settings.get("DestinationConfig", {}).get(condition, {}).get("Destination", "")
        if target:
            rows.append((say("asynchronous"), say(condition), target))
            arguments = {"condition": condition}
            actions.append([RowAction("remove_destination", say("delete"), arguments)])
    for mapping in mappings:
        target = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
        if target:
            rows.append((str(mapping.get("EventSourceArn", "")), say("OnFailure"), target))
            actions.append([])
    options = [(name, say(name)) for name in ("OnFailure", "OnSuccess")]
    columns = (say("source"), say("condition"), say("destination"))
    return Section(
        say("destinations"),
        tables=[Table(say("destinations"), columns, rows, actions, say("no_destination"))],
        forms=[
            Form(
                "add_destination",
                say("add_destination"),
                say("save"),
                [
                    Field("condition", say("condition"), "OnFailure", "select", options),
                    Field("target", say("destination_arn"), help=say("destination_help")),
                ],
            )
        ],
        notes=[say("destination_note")],
    )


def add_destination(desk: Desk, asked: Mapping[str, Any]) -> str:
    """The other condition is sent along: DestinationConfig is one value."""
    settings = settings_of(desk)
    both = _destinations_of(settings)
    both[str(asked["condition"])] = {"Destination": str(asked["target"]).strip()}
    put_settings(desk, settings, {"DestinationConfig": both})
    return desk.say("saved")


def remove_destination(desk: Desk, asked: Mapping[str, Any]) -> str:
    """Only PutFunctionEventInvokeConfig takes a setting away: what it is not given is removed.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """
    settings = settings_of(desk)
    both = _destinations_of(settings)
    both.pop(str(asked["condition"]), None)
    names = ("MaximumEventAgeInSeconds", "MaximumRetryAttempts")
    kept = {name: settings[name] for name in names if name in settings}
    if both:
        kept["DestinationConfig"] = both
    parameters = {"FunctionName": desk.function}
    if kept:
        desk.calls.do("lambda", "put_function_event_invoke_config", {**parameters, **kept})
    else:
        desk.calls.do("lambda", "delete_function_event_invoke_config", parameters)
    return desk.say("saved")


def _destinations_of(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {
        condition: {"Destination": value["Destination"]}
        for condition, value in settings.get("DestinationConfig", {}).items()
        if value.get("Destination")
    }
