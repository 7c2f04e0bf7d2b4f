"""Configuration → General configuration, and → Environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.notebook.console.desk import Desk, whole_number
from lab_helpers.notebook.console.sections import Field, Form, Section


def show(desk: Desk) -> Section:
    """Memory, timeout and the like."""
    return general(desk, desk.configuration())


def general(desk: Desk, configuration: Mapping[str, Any]) -> Section:
    say = desk.say
    storage_mb = configuration.get("EphemeralStorage", {}).get("Size", 512)
    description = str(configuration.get("Description", ""))
    memory_mb, timeout_s = configuration.get("MemorySize", 128), configuration.get("Timeout", 3)
    return Section(
        say("general"),
        facts=[
            (say("description"), description or "-"),
            (say("memory"), f"{memory_mb} MB"),
            (say("ephemeral_storage"), f"{storage_mb} MB"),
            (say("timeout"), say("seconds", count=timeout_s)),
            (say("state"), str(configuration.get("State", "-"))),
            (say("last_update"), str(configuration.get("LastUpdateStatus", "-"))),
        ],
        forms=[
            Form(
                "general",
                say("edit_general"),
                say("save"),
                [
                    Field("description", say("description"), description),
                    Field("memory_size_mb", say("memory_mb"), memory_mb, "number"),
                    Field("storage_mb", say("ephemeral_storage_mb"), storage_mb, "number"),
                    Field("timeout_s", say("timeout_s"), timeout_s, "number"),
                ],
            )
        ],
        notes=[say("general_note")],
    )


def change(desk: Desk, asked: Mapping[str, Any]) -> str:
    """Only what was changed is sent, as little as a learner would type."""
    now = desk.configuration()
    wanted: dict[str, tuple[Any, Any]] = {
        "Description": (str(asked["description"]), str(now.get("Description", ""))),
        "MemorySize": (whole_number(asked["memory_size_mb"]), now.get("MemorySize")),
        "Timeout": (whole_number(asked["timeout_s"]), now.get("Timeout")),
    }
    changes = {name: new for name, (new, old) in wanted.items() if new != old}
    storage_mb = whole_number(asked["storage_mb"])
    if storage_mb != now.get("EphemeralStorage", {}).get("Size", 512):
        changes["EphemeralStorage"] = {"Size": storage_mb}
    if not changes:
        return desk.say("nothing_changed")
    desk.change(**changes)
    return desk.say("saved")


def show_environment(desk: Desk) -> Section:
    return environment(desk, desk.configuration())


def environment(desk: Desk, configuration: Mapping[str, Any]) -> Section:
    say = desk.say
    variables = configuration.get("Environment", {}).get("Variables", {})
    pairs = [[name, value] for name, value in sorted(variables.items())]
    return Section(
        say("environment_variables"),
        facts=[(name, value) for name, value in pairs],
        forms=[
            Form(
                "environment",
                say("edit_environment"),
                say("save"),
                [Field("variables", say("environment_variables"), pairs, "pairs")],
            )
        ],
        notes=[say("environment_note")] if pairs else [say("no_environment")],
    )


def change_environment(desk: Desk, asked: Mapping[str, Any]) -> str:
    """The whole set is replaced, as UpdateFunctionConfiguration does."""
    variables = {
        str(name).strip(): str(value) for name, value in asked["variables"] if str(name).strip()
    }
    desk.change(Environment={"Variables": variables})
    return desk.say("saved")
