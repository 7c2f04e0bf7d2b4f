"""The Test tab: invoke the function with an event, and see what came of it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.boto3_text import python_json
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.event_templates import templates
from lab_helpers.notebook.console.sections import Section

_REPORT = re.compile(r"REPORT RequestId: \S+\s(?P<rest>.*)")
_PART = re.compile(r"(?P<name>[A-Z][A-Za-z ]+): (?P<value>[\d.]+) (?:ms|MB)")
_JSON_NAMES = {
    "durationMs": "Duration",
    "billedDurationMs": "Billed Duration",
    "memorySizeMB": "Memory Size",
    "maxMemoryUsedMB": "Max Memory Used",
    "initDurationMs": "Init Duration",
}


@dataclass(frozen=True)
class RunReport:
    """The figures of a REPORT; None where the log tail does not have them."""

    duration_ms: float | None = None
    billed_duration_ms: float | None = None
    memory_size_mb: float | None = None
    max_memory_used_mb: float | None = None
    init_duration_ms: float | None = None


def show(desk: Desk) -> dict[str, Any]:
    """The templates, and which version or alias can be tested.

    Returns:
        ``templates``: ``id``, ``name`` and ``event`` (JSON text); ``qualifiers``: value and label.
    """
    parameters = {"FunctionName": desk.function}
    versions = desk.calls.every("lambda", "list_versions_by_function", "Versions", parameters)
    aliases = desk.calls.every("lambda", "list_aliases", "Aliases", parameters)
    names = [str(alias["Name"]) for alias in aliases]
    numbers = [str(version["Version"]) for version in versions]
    return {
        "templates": templates(desk.function, desk.region, desk.account_id),
        "qualifiers": [
            ("", desk.say("unqualified")),
            *((name, f"{desk.say('alias')}: {name}") for name in names),
            *((number, f"{desk.say('version')}: {number}") for number in numbers),
        ],
    }


def invoke(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Invoke with the event of the form.

    Args:
        asked: ``event`` (JSON text), ``type`` (``RequestResponse``, ``Event``, ``DryRun``),
            ``qualifier`` (may be empty).

    Returns:
        ``outcome`` (``succeeded``, ``failed`` or ``accepted``), ``title``, ``result`` (text),
        ``log`` (the last 4 KB), ``summary`` (a section).
    """
    event = str(asked.get("event", "")).strip() or "{}"
    _must_be_json(event)
    kind = str(asked.get("type") or "RequestResponse")
    parameters: dict[str, Any] = {"FunctionName": desk.function, "InvocationType": kind}
    if qualifier := asked.get("qualifier"):
        parameters["Qualifier"] = str(qualifier)
    if kind == "RequestResponse":
        parameters["LogType"] = "Tail"
    parameters["Payload"] = event
    answer = desk.calls.do(
        "lambda",
        "invoke",
        parameters,
        shown={"Payload": python_json(event)},
        before="import json",
    )
    payload = answer["Payload"].read().decode("utf-8", "replace") if "Payload" in answer else ""
    return described(desk, answer, payload)


def described(desk: Desk, answer: Mapping[str, Any], payload: str) -> dict[str, Any]:
    """What the tab shows of an answer of ``invoke``."""
    log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
    if answer.get("FunctionError"):
        outcome = "failed"
    else:
        outcome = "succeeded" if answer.get("StatusCode") == 200 else "accepted"
    return {
        "outcome": outcome,
        "title": desk.say(f"run_{outcome}"),
        "result": pretty(payload),
        "log": log,
        "summary": _summary(desk, answer, read_report(log)).as_json(),
    }


def _summary(desk: Desk, answer: Mapping[str, Any], report: RunReport) -> Section:
    say = desk.say
    facts = [
        (say("status_code"), str(answer.get("StatusCode", "-"))),
        (say("function_error"), str(answer.get("FunctionError", ""))),
        (say("executed_version"), str(answer.get("ExecutedVersion", ""))),
        (say("request_id"), str(answer.get("ResponseMetadata", {}).get("RequestId", "-"))),
        (say("duration"), _with_unit(report.duration_ms, "ms")),
        (say("billed_duration"), _with_unit(report.billed_duration_ms, "ms")),
        (say("init_duration"), _with_unit(report.init_duration_ms, "ms")),
        (say("resources_configured"), _with_unit(report.memory_size_mb, "MB")),
        (say("max_memory_used"), _with_unit(report.max_memory_used_mb, "MB")),
    ]
    return Section(say("summary"), facts=[fact for fact in facts if fact[1]])


def _with_unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}"


def read_report(log: str) -> RunReport:
    """The figures of the last REPORT in a log tail, in text or in JSON format."""
    found: dict[str, float] = {}
    for line in log.splitlines():
        if match := _REPORT.match(line):
            found = {
                part["name"].strip(): float(part["value"]) for part in _PART.finditer(match["rest"])
            }
        elif '"platform.report"' in line:
            found = _json_report(line) or found
    return RunReport(
        found.get("Duration"),
        found.get("Billed Duration"),
        found.get("Memory Size"),
        found.get("Max Memory Used"),
        found.get("Init Duration"),
    )


def _json_report(line: str) -> dict[str, float]:
    try:
        metrics = json.loads(line)["record"]["metrics"]
        return {_JSON_NAMES[name]: float(metrics[name]) for name in _JSON_NAMES if name in metrics}
    except (ValueError, KeyError, TypeError):
        return {}  # a line of the function's own that looks like one


def pretty(payload: str) -> str:
    """JSON with an indent; anything else as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2) if payload else ""
    except ValueError:
        return payload


def _must_be_json(event: str) -> None:
    try:
        json.loads(event)
    except ValueError as error:
        raise DojoError(
            "The event is not JSON; nothing was invoked.",
            why=str(error),
            now='Names and texts stand in double quotes: {"name": "Aiko"}',
        ) from error
