"""What is in the cloud, asked for through public AWS APIs only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Record = Mapping[str, Any]


@dataclass
class CloudState:
    """boto3's answers, by what they are about.

    Attributes:
        policies: function ARN, qualified or not → the statements of its resource-based policy.
        aliases: function name → its aliases.
        versions: function name → numbers of its published versions.
        asynchronous: function name → its asynchronous settings, where it has some.
        notifications: bucket → its notification configuration.
        queues: queue ARN → its attributes.
        targets: rule name → its targets.
        roles: ARNs of the roles that exist, of those that functions have.
        allowed: (role ARN, action, resource) → whether the role's policies allow it.
        unread: services that this backend did not answer for, with its words.
    """

    functions: list[Record] = field(default_factory=list)
    policies: dict[str, list[Record]] = field(default_factory=dict)
    aliases: dict[str, list[Record]] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    asynchronous: dict[str, Record] = field(default_factory=dict)
    mappings: list[Record] = field(default_factory=list)
    notifications: dict[str, Record] = field(default_factory=dict)
    queues: dict[str, Record] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    subscriptions: list[Record] = field(default_factory=list)
    rules: list[Record] = field(default_factory=list)
    targets: dict[str, list[Record]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    allowed: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def read_cloud(client: Callable[[str], Any]) -> CloudState:
    """Ask every service; one that does not answer is noted and left out.

    Args:
        client: service → boto3 client, such as ``lab.client``.
    """
    state = CloudState()
    readers: dict[str, Callable[[Any, CloudState], None]] = {
        "lambda": _read_lambda,
        "s3": _read_s3,
        "sqs": _read_sqs,
        "sns": _read_sns,
        "events": _read_events,
        "dynamodb": _read_dynamodb,
        "kinesis": _read_kinesis,
        "iam": _read_iam,
    }
    for service, read in readers.items():
        try:
            read(client(service), state)
        except (ClientError, BotoCoreError) as error:
            state.unread[service] = str(error)
    return state


def pages(client: Any, operation: str, key: str, **parameters: Any) -> list[Any]:
    """Every item of a list, however many pages it has."""
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**parameters).get(key, []))
    found = client.get_paginator(operation).paginate(**parameters)
    return [one for page in found for one in page.get(key, [])]


def _or_none(call: Callable[..., Any], **parameters: Any) -> Any:
    """The answer, or None where what is asked for does not exist."""
    try:
        return call(**parameters)
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            return None
        raise


def _read_lambda(client: Any, state: CloudState) -> None:
    state.functions = pages(client, "list_functions", "Functions")
    state.mappings = pages(client, "list_event_source_mappings", "EventSourceMappings")
    for function in state.functions:
        name, arn = str(function["FunctionName"]), str(function["FunctionArn"])
        named = {"FunctionName": name}
        state.aliases[name] = pages(client, "list_aliases", "Aliases", **named)
        listed = pages(client, "list_versions_by_function", "Versions", **named)
        state.versions[name] = [one["Version"] for one in listed if one["Version"] != "$LATEST"]
        if settings := _or_none(client.get_function_event_invoke_config, **named):
            state.asynchronous[name] = settings
        for qualifier in ("", *(str(alias["Name"]) for alias in state.aliases[name])):
            _read_policy(client, state, name, arn, qualifier)
            if url := _or_none(client.get_function_url_config, **_qualified(name, qualifier)):
                state.urls[str(url["FunctionArn"])] = str(url["FunctionUrl"])


def _qualified(name: str, qualifier: str) -> dict[str, str]:
    return {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}


def _read_policy(client: Any, state: CloudState, name: str, arn: str, qualifier: str) -> None:
    answer = _or_none(client.get_policy, **_qualified(name, qualifier))
    key = f"{arn}:{qualifier}" if qualifier else arn
    state.policies[key] = json.loads(answer["Policy"])["Statement"] if answer else []


def _read_s3(client: Any, state: CloudState) -> None:
    for bucket in client.list_buckets()["Buckets"]:
        name = str(bucket["Name"])
        answer = client.get_bucket_notification_configuration(Bucket=name)
        state.notifications[name] = {k: v for k, v in answer.items() if k != "ResponseMetadata"}


def _read_sqs(client: Any, state: CloudState) -> None:
    for url in pages(client, "list_queues", "QueueUrls"):
        named = {"QueueUrl": url, "AttributeNames": ["All"]}
        attributes = client.get_queue_attributes(**named)["Attributes"]
        state.queues[str(attributes["QueueArn"])] = attributes


def _read_sns(client: Any, state: CloudState) -> None:
    state.topics = [str(one["TopicArn"]) for one in pages(client, "list_topics", "Topics")]
    state.subscriptions = pages(client, "list_subscriptions", "Subscriptions")


def _read_events(client: Any, state: CloudState) -> None:
    state.rules = pages(client, "list_rules", "Rules")
    for rule in state.rules:
        name = str(rule["Name"])
        state.targets[name] = pages(client, "list_targets_by_rule", "Targets", Rule=name)


def _read_dynamodb(client: Any, state: CloudState) -> None:
    state.tables = [str(name) for name in pages(client, "list_tables", "TableNames")]


def _read_kinesis(client: Any, state: CloudState) -> None:
    state.streams = [str(name) for name in pages(client, "list_streams", "StreamNames")]


def _read_iam(client: Any, state: CloudState) -> None:
    """Which roles exist, and whether they allow what the connections need."""
    for role in {str(function["Role"]) for function in state.functions}:
        if _or_none(client.get_role, RoleName=role.rsplit("/", 1)[-1]):
            state.roles.add(role)
    for role, action, resource in sorted(needed_of_roles(state)):
        if role in state.roles:
            answer = client.simulate_principal_policy(
                PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
            )
            decided = answer["EvaluationResults"][0]["EvalDecision"]
            state.allowed[role, action, resource] = decided == "allowed"


SENDING = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
RECEIVING = {
    "sqs": "sqs:ReceiveMessage",
    "dynamodb": "dynamodb:GetRecords",
    "kinesis": "kinesis:GetRecords",
}


def needed_of_roles(state: CloudState) -> set[tuple[str, str, str]]:
    """Role, action and resource of everything that an execution role must allow."""
    needed = set()
    roles = {str(one["FunctionArn"]): str(one["Role"]) for one in state.functions}
    for function in state.functions:
        settings = state.asynchronous.get(str(function["FunctionName"]), {})
        found = [
            value.get("Destination") for value in settings.get("DestinationConfig", {}).values()
        ]
        found.append(function.get("DeadLetterConfig", {}).get("TargetArn"))
        for target in filter(None, found):
            if action := SENDING.get(service_of(target)):
                needed.add((str(function["Role"]), action, str(target)))
    for mapping in state.mappings:
        role = roles.get(":".join(str(mapping.get("FunctionArn", "")).split(":")[:7]))
        source = str(mapping.get("EventSourceArn", ""))
        if role and (action := RECEIVING.get(service_of(source))):
            needed.add((role, action, source))
    return needed


def service_of(arn: str) -> str:
    """``sqs`` of an ARN of a queue; empty for what is none."""
    parts = arn.split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""
