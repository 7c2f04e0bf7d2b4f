"""Functions that may write to where their events come from: the loop that costs most.

Nothing in a notification or a mapping shows it: it is the execution role that lets it happen.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab_helpers.notebook.map.arns import service_of, unqualified
from lab_helpers.notebook.map.cloud_records import CloudState, Record
from lab_helpers.notebook.map.loops import reachable

_WRITING = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "dynamodb": "dynamodb:PutItem",
    "kinesis": "kinesis:PutRecord",
}


@dataclass(frozen=True)
class WriteBack:
    """A function that ``source`` leads to, and what it would need to write there.

    Attributes:
        resource: what ``action`` would be about: such an object of the bucket as notifies.
    """

    function: str
    role: str
    source: str
    action: str
    resource: str


def write_backs(state: CloudState) -> list[WriteBack]:
    """All that are possible by the connections; the roles decide which may happen."""
    roles = {str(one["FunctionArn"]): str(one["Role"]) for one in state.functions}
    after: dict[str, list[str]] = {}
    for source, target in _flows(state):
        after.setdefault(source, []).append(unqualified(target))
    found = [
        WriteBack(function, roles[function], source, action, resource)
        for source, target, action, resource in _entries(state)
        for function in sorted(reachable(after, unqualified(target)) & set(roles))
    ]
    return list(dict.fromkeys(found))


def _flows(state: CloudState) -> Iterator[tuple[str, str]]:
    """Where events go by themselves, once they are there."""
    for one in state.subscriptions:
        yield str(one["TopicArn"]), str(one["Endpoint"])
    for mapping in state.mappings:
        yield str(mapping.get("EventSourceArn", "")), str(mapping["FunctionArn"])


def _entries(state: CloudState) -> Iterator[tuple[str, str, str, str]]:
    """Source, first target, and what writing there takes."""
    for bucket, configuration in state.notifications.items():
        for rule in _rules_for_new_objects(configuration):
            target, key = rule
            yield f"arn:aws:s3:::{bucket}", target, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"
    for source, target in _flows(state):
        if action := _WRITING.get(service_of(source)):
            yield source, target, action, source.split("/stream/")[0]


def _rules_for_new_objects(configuration: Record) -> Iterator[tuple[str, str]]:
    """Target, and the key of an object that the rule is about."""
    for rules in configuration.values():
        for rule in rules if isinstance(rules, list) else ():
            if not any("ObjectCreated" in event for event in rule.get("Events", ())):
                continue
            filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            given = {str(one["Name"]).lower(): str(one["Value"]) for one in filters}
            names = ("LambdaFunctionArn", "QueueArn", "TopicArn")
            target = next((str(rule[name]) for name in names if name in rule), "")
            yield target, f"{given.get('prefix', '')}any-object{given.get('suffix', '')}"
