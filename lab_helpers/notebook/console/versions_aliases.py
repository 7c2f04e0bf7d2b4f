"""The Versions and the Aliases tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.sections import Field, Form, RowAction, Section, Table


def show_versions(desk: Desk) -> Section:
    parameters = {"FunctionName": desk.function}
    listed = desk.calls.every("lambda", "list_versions_by_function", "Versions", parameters)
    aliases = desk.calls.every("lambda", "list_aliases", "Aliases", parameters)
    return versions(desk, listed, aliases)


def versions(
    desk: Desk, listed: list[Mapping[str, Any]], aliases: list[Mapping[str, Any]]
) -> Section:
    """Published versions, newest first, with the aliases that point to each."""
    say = desk.say
    numbers = [one for one in listed if one["Version"] != "$LATEST"]
    pointing: dict[str, list[str]] = {}
    for alias in aliases:
        for number in shares(alias):
            pointing.setdefault(number, []).append(str(alias["Name"]))
    rows = [
        (
            str(one["Version"]),
            ", ".join(pointing.get(str(one["Version"]), [])) or "-",
            str(one.get("Description", "")) or "-",
            str(one.get("LastModified", "-")),
            str(one.get("Architectures", ["x86_64"])[0]),
        )
        for one in sorted(numbers, key=lambda one: int(one["Version"]), reverse=True)
    ]
    names = ("version", "aliases", "description", "last_modified", "architecture")
    columns = tuple(say(name) for name in names)
    return Section(
        say("versions"),
        tables=[Table(say("versions"), columns, rows, (), say("no_version"))],
        forms=[
            Form(
                "publish_version",
                say("publish_version"),
                say("publish"),
                [Field("description", say("version_description"))],
            )
        ],
        notes=[say("version_note")],
    )


def publish(desk: Desk, asked: Mapping[str, Any]) -> str:
    parameters = {"FunctionName": desk.function}
    if description := str(asked.get("description", "")).strip():
        parameters["Description"] = description
    made = desk.calls.do("lambda", "publish_version", parameters)
    return desk.say("published", version=made["Version"])


def show_aliases(desk: Desk) -> Section:
    parameters = {"FunctionName": desk.function}
    aliases = desk.calls.every("lambda", "list_aliases", "Aliases", parameters)
    return all_aliases(desk, aliases)


def all_aliases(desk: Desk, aliases: list[Mapping[str, Any]]) -> Section:
    say = desk.say
    rows = [
        (str(one["Name"]), weights_text(one), str(one.get("Description", "")) or "-")
        for one in aliases
    ]
    actions = [[RowAction("delete_alias", say("delete"), {"name": row[0]})] for row in rows]
    columns = (say("name"), say("versions_and_weights"), say("description"))
    return Section(
        say("aliases"),
        tables=[Table(say("aliases"), columns, rows, actions, say("no_alias"))],
        forms=[
            Form("create_alias", say("create_alias"), say("save"), _fields(desk, {})),
            *(
                Form(
                    "update_alias",
                    say("edit_alias", name=one["Name"]),
                    say("save"),
                    _fields(desk, one)[1:],
                    {"name": one["Name"]},
                )
                for one in aliases
            ),
        ],
        notes=[say("alias_note")],
    )


def _fields(desk: Desk, alias: Mapping[str, Any]) -> list[Field]:
    say = desk.say
    other = _weights(alias)
    version, weight = next(iter(other.items()), ("", 0.0))
    return [
        Field("name", say("name")),
        Field("version", say("version"), alias.get("FunctionVersion", "")),
        Field("description", say("description"), alias.get("Description", "")),
        Field("other_version", say("additional_version"), version, help=say("weight_help")),
        Field("weight", say("weight_percent"), f"{weight * 100:g}", "number"),
    ]


def shares(alias: Mapping[str, Any]) -> dict[str, float]:
    """Version → its share of the invocations, 0 to 1; the alias's own version first."""
    other = _weights(alias)
    return {str(alias["FunctionVersion"]): 1 - sum(other.values()), **other}


def weights_text(alias: Mapping[str, Any]) -> str:
    """``1: 90%, 2: 10%``."""
    return ", ".join(f"{version}: {share * 100:g}%" for version, share in shares(alias).items())


def _weights(alias: Mapping[str, Any]) -> dict[str, float]:
    routing = alias.get("RoutingConfig") or {}
    weights = routing.get("AdditionalVersionWeights") or {}
    return {str(version): float(weight) for version, weight in weights.items()}


def create_alias(desk: Desk, asked: Mapping[str, Any]) -> str:
    given = _given(desk, asked)
    if not given["RoutingConfig"]["AdditionalVersionWeights"]:
        del given["RoutingConfig"]
    desk.calls.do("lambda", "create_alias", given)
    return desk.say("saved")


def update_alias(desk: Desk, asked: Mapping[str, Any]) -> str:
    """An empty additional version takes the weight away: all go to the alias's own version."""
    desk.calls.do("lambda", "update_alias", _given(desk, asked))
    return desk.say("saved")


def delete_alias(desk: Desk, asked: Mapping[str, Any]) -> str:
    parameters = {"FunctionName": desk.function, "Name": str(asked["name"])}
    desk.calls.do("lambda", "delete_alias", parameters)
    return desk.say("deleted")


def _given(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    other = str(asked.get("other_version", "")).strip()
    weights = {other: _share(str(asked.get("weight", "")))} if other else {}
    return {
        "FunctionName": desk.function,
        "Name": str(asked["name"]).strip(),
        "FunctionVersion": str(asked["version"]).strip(),
        "Description": str(asked.get("description", "")),
        "RoutingConfig": {"AdditionalVersionWeights": weights},
    }


def _share(percent: str) -> float:
    try:
        return round(float(percent.strip().rstrip("%") or 0) / 100, 6)
    except ValueError as error:
        raise DojoError(
            f'"{percent}" is no percentage.', now="Use a number from 0 to 100, such as 10."
        ) from error
