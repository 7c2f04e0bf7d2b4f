"""Which rule and which API it is that the function's policy lets in, and what they send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.permissions import principal_of, source_arns


def sender_rows(desk: Desk, statements: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """(kind, name, what it sends) of each EventBridge rule and each API that a statement names."""
    rows: list[tuple[str, str, str]] = []
    for statement in statements:
        service = principal_of(statement)
        for arn in source_arns(statement):
            if service == "events.amazonaws.com" and ":rule/" in arn:
                rows.append(_rule(desk, arn))
            elif service == "apigateway.amazonaws.com" and ":execute-api:" in arn:
                rows.append(_api(desk, arn))
    return list(dict.fromkeys(rows))


def _rule(desk: Desk, arn: str) -> tuple[str, str, str]:
    """``arn:…:rule/name``, or ``…:rule/bus/name`` on another bus than the default one."""
    *bus, name = arn.split(":rule/", 1)[1].split("/")
    asked = {"Name": name, **({"EventBusName": bus[0]} if bus else {})}
    rule = desk.calls.look("events", "describe_rule", asked, absent=None)
    if rule is None:
        return desk.say("sender_rule"), name, desk.say("sender_gone")
    sent = str(rule.get("ScheduleExpression") or rule.get("EventPattern") or "-")
    state = "" if rule.get("State", "ENABLED") == "ENABLED" else f" ({rule['State']})"
    return desk.say("sender_rule"), "/".join([*bus, name]), sent + state


def _api(desk: Desk, arn: str) -> tuple[str, str, str]:
    """``arn:aws:execute-api:Region:account:api/stage/METHOD/path``; ``*`` stands for any."""
    id_, _, way = arn.split(":", 5)[5].partition("/")
    stage, _, route = way.partition("/")
    method, slash, path = route.partition("/")
    told = f"{method} {slash}{path}".strip() + f" ({desk.say('stage')}: {stage or '*'})"
    found = desk.calls.look("apigatewayv2", "get_api", {"ApiId": id_}, absent=None)
    if found is not None:
        kind = "WebSocket API" if found.get("ProtocolType") == "WEBSOCKET" else "HTTP API"
        return kind, str(found.get("Name", id_)), told
    found = desk.calls.look("apigateway", "get_rest_api", {"restApiId": id_}, absent=None)
    if found is not None:
        return "REST API", str(found.get("name", id_)), told
    return "API Gateway", id_, desk.say("sender_gone")
