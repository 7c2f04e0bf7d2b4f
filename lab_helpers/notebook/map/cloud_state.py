"""What is in the cloud, asked for through public AWS APIs only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.notebook.map.apis import read_http_apis, read_rest_apis
from lab_helpers.notebook.map.arns import service_of, unqualified
from lab_helpers.notebook.map.cloud_records import CloudState
from lab_helpers.notebook.map.write_back import write_backs


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
        "apigateway": _read_rest_apis,
        "apigatewayv2": _read_http_apis,
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
                state.urls[str(url["FunctionArn"])] = url


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
    for topic in pages(client, "list_topics", "Topics"):
        arn = str(topic["TopicArn"])
        attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        state.topics[arn] = json.loads(attributes.get("Policy") or "{}").get("Statement", [])
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


def _read_rest_apis(client: Any, state: CloudState) -> None:
    state.apis += read_rest_apis(client, pages)


def _read_http_apis(client: Any, state: CloudState) -> None:
    state.apis += read_http_apis(client, pages)


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
        role = roles.get(unqualified(str(mapping.get("FunctionArn", ""))))
        source = str(mapping.get("EventSourceArn", ""))
        if role and (action := RECEIVING.get(service_of(source))):
            needed.add((role, action, source))
    needed |= {(back.role, back.action, back.resource) for back in write_backs(state)}
    return needed
