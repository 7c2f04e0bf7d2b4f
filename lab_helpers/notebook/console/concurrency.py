"""Configuration → Concurrency: reserved and provisioned.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.notebook.console.desk import Desk, whole_number
from lab_helpers.notebook.console.sections import Field, Form, RowAction, Section, Table


def show(desk: Desk) -> Section:
    parameters = {"FunctionName": desk.function}
    reserved = desk.calls.look("lambda", "get_function_concurrency", parameters, absent={})
    provisioned = desk.calls.every(
        "lambda",
        "list_provisioned_concurrency_configs",
        "ProvisionedConcurrencyConfigs",
        parameters,
    )
    account = desk.calls.look("lambda", "get_account_settings", {}, absent={})
    limits = account.get("AccountLimit", {})
    return concurrency(desk, reserved.get("ReservedConcurrentExecutions"), provisioned, limits)


def concurrency(
    desk: Desk,
    reserved: int | None,
    provisioned: list[Mapping[str, Any]],
    limits: Mapping[str, Any],
) -> Section:
    say = desk.say
    return Section(
        say("concurrency"),
        facts=[
            (
                say("function_concurrency"),
                say("unreserved") if reserved is None else say("reserved", count=reserved),
            ),
            (say("account_concurrency"), str(limits.get("ConcurrentExecutions", "-"))),
            (say("unreserved_account"), str(limits.get("UnreservedConcurrentExecutions", "-"))),
        ],
        tables=[_provisioned_table(desk, provisioned)],
        forms=[
            Form(
                "reserved_concurrency",
                say("edit_concurrency"),
                say("save"),
                [
                    Field(
                        "reserved",
                        say("reserved_concurrency"),
                        "" if reserved is None else reserved,
                        help=say("reserved_help"),
                    )
                ],
            ),
            Form(
                "provisioned_concurrency",
                say("add_provisioned"),
                say("save"),
                [
                    Field("qualifier", say("alias_or_version"), help=say("provisioned_help")),
                    Field("count", say("provisioned_concurrency"), 1, "number"),
                ],
            ),
        ],
    )


def _provisioned_table(desk: Desk, provisioned: list[Mapping[str, Any]]) -> Table:
    say = desk.say
    rows, actions = [], []
    for one in provisioned:
        qualifier = str(one["FunctionArn"]).rsplit(":", 1)[-1]
        count = str(one.get("RequestedProvisionedConcurrentExecutions", "-"))
        available = str(one.get("AvailableProvisionedConcurrentExecutions", "-"))
        rows.append((qualifier, count, available, str(one.get("Status", "-"))))
        arguments = {"qualifier": qualifier}
        actions.append([RowAction("remove_provisioned", say("delete"), arguments)])
    columns = (say("alias_or_version"), say("requested"), say("available"), say("status"))
    title = say("provisioned_concurrency")
    return Table(title, columns, rows, actions, say("no_provisioned"))


def reserve(desk: Desk, asked: Mapping[str, Any]) -> str:
    """An empty field uses the account's unreserved concurrency again."""
    wanted = str(asked["reserved"]).strip()
    parameters: dict[str, Any] = {"FunctionName": desk.function}
    if wanted:
        parameters["ReservedConcurrentExecutions"] = whole_number(wanted)
        desk.calls.do("lambda", "put_function_concurrency", parameters)
    else:
        desk.calls.do("lambda", "delete_function_concurrency", parameters)
    return desk.say("saved")


def provision(desk: Desk, asked: Mapping[str, Any]) -> str:
    desk.calls.do(
        "lambda",
        "put_provisioned_concurrency_config",
        {
            "FunctionName": desk.function,
            "Qualifier": str(asked["qualifier"]).strip(),
            "ProvisionedConcurrentExecutions": whole_number(asked["count"]),
        },
    )
    return desk.say("saved")


def remove_provisioned(desk: Desk, asked: Mapping[str, Any]) -> str:
    desk.calls.do(
        "lambda",
        "delete_provisioned_concurrency_config",
        {"FunctionName": desk.function, "Qualifier": str(asked["qualifier"])},
    )
    return desk.say("deleted")
