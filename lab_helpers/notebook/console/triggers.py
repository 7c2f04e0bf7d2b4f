"""Configuration → Triggers: what invokes the function, by itself or through a mapping.

AWS's console calls both "triggers". They are two things: a service that invokes the function (it
needs a statement in the function's policy) and an event source mapping (Lambda polls).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.permissions import principal_of, resource_policy, source_of
from lab_helpers.notebook.console.sections import Field, Form, RowAction, Section, Table
from lab_helpers.notebook.console.senders import sender_rows

SOURCES = ("s3", "sqs", "sns", "dynamodb", "kinesis", "schedule", "pattern")
STREAMS = ("dynamodb", "kinesis")
_PATTERN = '{"source": ["my.shop"]}'


def show(desk: Desk) -> Section:
    statements = resource_policy(desk)
    return triggers(desk, mappings_of(desk), statements, sender_rows(desk, statements))


def mappings_of(desk: Desk) -> list[Mapping[str, Any]]:
    """The function's event source mappings, as boto3 tells them."""
    parameters = {"FunctionName": desk.function}
    return desk.calls.every(
        "lambda", "list_event_source_mappings", "EventSourceMappings", parameters
    )


def triggers(
    desk: Desk,
    mappings: Sequence[Mapping[str, Any]],
    statements: Sequence[Mapping[str, Any]],
    senders: Sequence[Sequence[str]],
) -> Section:
    say = desk.say
    return Section(
        say("triggers"),
        tables=[
            _invoking_table(desk, statements),
            _mapping_table(desk, mappings),
            *_sender_tables(desk, senders),
        ],
        forms=[Form("add_trigger", say("add_trigger"), say("add"), _add_fields(desk))],
        notes=[say("trigger_note")],
    )


def _invoking_table(desk: Desk, statements: Sequence[Mapping[str, Any]]) -> Table:
    """The services that a statement of the function's policy lets in."""
    rows = [
        (principal_of(one), source_of(one) or "-", str(one.get("Sid", "-")))
        for one in statements
        if principal_of(one).endswith(".amazonaws.com")
    ]
    columns = (desk.say("service"), desk.say("source"), desk.say("statement_id"))
    return Table(
        desk.say("services_that_invoke"), columns, rows, (), desk.say("no_service_invokes")
    )


def _mapping_table(desk: Desk, mappings: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            str(one.get("EventSourceArn", "-")),
            str(one.get("State", "-")),
            str(one.get("BatchSize", "-")),
            str(one.get("LastProcessingResult", "") or "-"),
        )
        for one in mappings
    ]
    columns = tuple(map(desk.say, ("source", "state", "batch_size", "last_result")))
    actions = [_mapping_actions(desk, one) for one in mappings]
    return Table(desk.say("event_source_mappings"), columns, rows, actions, desk.say("no_mapping"))


def _sender_tables(desk: Desk, senders: Sequence[Sequence[str]]) -> list[Table]:
    """One, or none where no rule and no API is known."""
    columns = (desk.say("service"), desk.say("name"), desk.say("sends"))
    return [Table(desk.say("senders"), columns, senders)] if senders else []


def _mapping_actions(desk: Desk, mapping: Mapping[str, Any]) -> list[RowAction]:
    enabled = str(mapping.get("State", "")).startswith("Enabl")
    arguments = {"uuid": str(mapping["UUID"])}
    word = "disable" if enabled else "enable"
    switch = {**arguments, "enabled": not enabled}
    return [
        RowAction("switch_mapping", desk.say(word), switch),
        RowAction("delete_mapping", desk.say("delete"), arguments),
    ]


def _add_fields(desk: Desk) -> list[Field]:
    say = desk.say
    options = [(name, say(f"source_{name}")) for name in SOURCES]
    kinds = [("s3:ObjectCreated:*", say("all_created")), ("s3:ObjectRemoved:*", say("all_removed"))]
    start = [(one, one) for one in ("LATEST", "TRIM_HORIZON")]
    polled = ("sqs", *STREAMS)
    return [
        Field("source", say("source"), "s3", "select", options),
        Field("bucket", say("bucket"), only_for=("source", ("s3",))),
        Field("events", say("event_types"), kinds[0][0], "select", kinds, "", ("source", ("s3",))),
        Field("prefix", say("prefix"), only_for=("source", ("s3",))),
        Field("suffix", say("suffix"), only_for=("source", ("s3",))),
        Field("arn", "ARN", help=say("arn_help"), only_for=("source", (*polled, "sns"))),
        Field("batch_size", say("batch_size"), 10, "number", only_for=("source", polled)),
        Field(
            "start", say("starting_position"), "LATEST", "select", start, "", ("source", STREAMS)
        ),
        Field("rule", say("rule_name"), only_for=("source", ("schedule", "pattern"))),
        Field("pattern", say("event_pattern"), _PATTERN, only_for=("source", ("pattern",))),
        Field("schedule", say("schedule"), "rate(1 minute)", only_for=("source", ("schedule",))),
    ]


def switch_mapping(desk: Desk, asked: Mapping[str, Any]) -> str:
    desk.calls.do(
        "lambda",
        "update_event_source_mapping",
        {"UUID": str(asked["uuid"]), "Enabled": bool(asked["enabled"])},
    )
    return desk.say("saved")


def delete_mapping(desk: Desk, asked: Mapping[str, Any]) -> str:
    desk.calls.do("lambda", "delete_event_source_mapping", {"UUID": str(asked["uuid"])})
    return desk.say("deleted")
