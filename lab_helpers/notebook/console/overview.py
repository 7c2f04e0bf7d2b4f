"""The function overview: what invokes the function, and where its results go, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lab_helpers.notebook.console.asynchronous import settings_of
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.permissions import principal_of, resource_policy, source_of
from lab_helpers.notebook.console.sections import Section
from lab_helpers.notebook.console.triggers import mappings_of

_SERVICES = {
    "s3": "S3",
    "sqs": "SQS",
    "sns": "SNS",
    "dynamodb": "DynamoDB",
    "kinesis": "Kinesis",
    "events": "EventBridge",
    "logs": "CloudWatch Logs",
    "apigateway": "API Gateway",
    "lambda": "Lambda",
    "elasticloadbalancing": "Elastic Load Balancing",
}
_BOX, _GAP, _WIDTH = 44, 10, 720
_MOST_BOXES = 8
_FILL = "var(--jp-layout-color1,#fff)"


@dataclass(frozen=True)
class Overview:
    """What stands left and right of the function.

    Attributes:
        sources: service and name of what invokes it.
        targets: condition, service and name of where its results go.
        facts: label and value, in order.
    """

    function: str
    sources: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str, str]]
    facts: Sequence[tuple[str, str]]

    def section(self, desk: Desk) -> Section:
        told = [(desk.say("trigger"), f"{service}: {name}") for service, name in self.sources]
        told += [(condition, f"{service}: {name}") for condition, service, name in self.targets]
        return Section(desk.say("overview"), facts=[*self.facts, *told])


def overview(desk: Desk) -> Overview:
    """Ask the cloud for it."""
    configuration = desk.configuration()
    return read_overview(
        desk, configuration, mappings_of(desk), resource_policy(desk), settings_of(desk)
    )


def read_overview(
    desk: Desk,
    configuration: Mapping[str, Any],
    mappings: Sequence[Mapping[str, Any]],
    statements: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any],
) -> Overview:
    say = desk.say
    sources = [
        (_service(principal_of(one).split(".")[0]), _name(source_of(one)) or "*")
        for one in statements
        if principal_of(one).endswith(".amazonaws.com")
    ]
    sources += [_service_and_name(str(one.get("EventSourceArn", ""))) for one in mappings]
    targets = [
        (say(condition), *_service_and_name(str(value["Destination"])))
        for condition, value in settings.get("DestinationConfig", {}).items()
        if value.get("Destination")
    ]
    if dead := configuration.get("DeadLetterConfig", {}).get("TargetArn"):
        targets.append((say("dead_letter_queue"), *_service_and_name(str(dead))))
    facts = [
        (say("function"), desk.function),
        (say("runtime"), str(configuration.get("Runtime", "-"))),
        (say("handler"), str(configuration.get("Handler", "-"))),
        (say("memory"), f"{configuration.get('MemorySize', 128)} MB"),
        (say("timeout"), say("seconds", count=configuration.get("Timeout", 3))),
        (say("last_modified"), str(configuration.get("LastModified", "-"))),
        ("ARN", str(configuration.get("FunctionArn", desk.arn))),
    ]
    return Overview(desk.function, list(dict.fromkeys(sources)), targets, facts)


def overview_svg(desk: Desk, seen: Overview) -> str:
    """Boxes from left to right: triggers, the function, destinations."""
    left = _most(desk, seen.sources) or [(desk.say("no_trigger"), "")]
    right = _most(desk, [(f"{when}: {service}", name) for when, service, name in seen.targets])
    height = max(len(left), len(right)) * (_BOX + _GAP) + 2 * _GAP
    middle = height / 2
    parts = [_box(270, middle - 30, 180, 60, seen.function, "Lambda", bold=True)]
    for index, (head, name) in enumerate(left):
        y = _row(index, len(left), height)
        parts.append(_box(4, y, 200, _BOX, head, name, dashed=not seen.sources))
        parts.append(_arrow(204, y + _BOX / 2, 270, middle) if seen.sources else "")
    for index, (head, name) in enumerate(right):
        y = _row(index, len(right), height)
        parts.append(_box(516, y, 200, _BOX, head, name))
        parts.append(_arrow(450, middle, 516, y + _BOX / 2))
    told = ", ".join(f"{service} {name}" for service, name in left if seen.sources) or "-"
    into = ", ".join(f"{head} {name}" for head, name in right) or "-"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" style="max-width:{_WIDTH}px;width:100%" '
        'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif">'
        f"<title>{escape(desk.say('overview'))}: {escape(seen.function)}</title>"
        f"<desc>{escape(f'{told} → {seen.function} → {into}')}</desc>{''.join(parts)}</svg>"
    )


def _most(desk: Desk, boxes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those there is room for; the last one tells how many more there are."""
    if len(boxes) <= _MOST_BOXES:
        return list(boxes)
    shown = boxes[: _MOST_BOXES - 1]
    return [*shown, (desk.say("and_more", count=len(boxes) - len(shown)), "")]


def sentence_svg(text: str) -> str:
    """Words in place of a picture."""
    return (
        f'<svg viewBox="0 0 {_WIDTH} 40" width="{_WIDTH}" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif"><title>{escape(text)}</title>'
        f'<rect width="100%" height="100%" fill="{_FILL}"/><text x="8" y="25" font-size="12" '
        f'fill="var(--jp-ui-font-color1,#212121)">{escape(_short(text, 110))}</text></svg>'
    )


def _row(index: int, count: int, height: float) -> float:
    return (height - count * (_BOX + _GAP) + _GAP) / 2 + index * (_BOX + _GAP)


def _box(
    x: float,
    y: float,
    width: float,
    height: float,
    head: str,
    name: str,
    *,
    bold: bool = False,
    dashed: bool = False,
) -> str:
    stroke = "var(--jp-brand-color1,#1565c0)" if bold else "var(--jp-ui-font-color2,#757575)"
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    letters = int(width / 6.6)
    lines = [(head, 13, 600)] + ([(name, 12, 400)] if name else [])
    texts = "".join(
        f'<text x="{x + width / 2:g}" y="{y + height / 2 + 4 + 16 * (i - (len(lines) - 1) / 2):g}" '
        f'font-size="{size}" font-weight="{weight}" text-anchor="middle" '
        f'fill="var(--jp-ui-font-color1,#212121)">{escape(_short(text, letters))}</text>'
        for i, (text, size, weight) in enumerate(lines)
    )
    return (
        f'<g><title>{escape(f"{head} {name}".strip())}</title><rect x="{x:g}" y="{y:g}" '
        f'width="{width:g}" height="{height:g}" rx="6" fill="{_FILL}" stroke="{stroke}" '
        f'stroke-width="{2 if bold else 1}"{dashes}/>{texts}</g>'
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    line = "var(--jp-ui-font-color2,#616161)"
    bend = (x1 + x2) / 2
    return (
        f'<path d="M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2 - 6:g} {y2:g}" fill="none" '
        f'stroke="{line}"/><path d="M{x2:g} {y2:g}l-8 -4v8z" fill="{line}"/>'
    )


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _service_and_name(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    return (_service(parts[2]), _name(arn)) if len(parts) > 5 else ("-", arn)


def _service(word: str) -> str:
    return _SERVICES.get(word, word)


def _name(arn: str) -> str:
    """The name in an ARN, or in a list of them the first: ``table/Orders/stream/…`` → Orders."""
    first = next((part for part in arn.split(", ") if part.startswith("arn:")), arn)
    last = first.split(":", 5)[-1]
    pieces = last.split("/")
    if last.startswith(("table/", "stream/", "rule/")):
        return pieces[1]
    return last.removeprefix("function:")
