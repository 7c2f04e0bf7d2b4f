"""What is in the cloud, asked for through public AWS APIs only."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.notebook.map.apis import read_http_apis, read_rest_apis
from lab_helpers.notebook.map.arns import service_of, unqualified
from lab_helpers.notebook.map.asking import Bar, ask_each
from lab_helpers.notebook.map.cloud_records import CloudState
from lab_helpers.notebook.map.write_back import write_backs


def read_cloud(client: Callable[[str], Any], bar: Bar[Any] = iter) -> CloudState:
    """Ask every service; one that does not answer is noted and left out.

    Args:
        client: service → boto3 client, such as ``lab.client``.
        bar: shows how many functions have been asked about.
    """
    state = CloudState()
    readers: list[tuple[str, Callable[[Any, CloudState], None]]] = [
        ("lambda", lambda asked, state: _read_lambda(asked, state, bar)),
        ("s3", _read_s3),
        ("sqs", _read_sqs),
        ("sns", _read_sns),
        ("events", _read_events),
        ("dynamodb", _read_dynamodb),
        ("kinesis", _read_kinesis),
        ("apigateway", _read_rest_apis),
        ("apigatewayv2", _read_http_apis),
        ("lambda", _read_policies),  # of what all of these lead to
        ("iam", _read_iam),
    ]
    for service, read in readers:
        if service in state.unread:
            continue
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


def _read_lambda(client: Any, state: CloudState, bar: Bar[Any]) -> None:
    """Three questions for each function: of a thousand, these are what takes time."""
    for one in pages(client, "list_functions", "Functions", FunctionVersion="ALL"):
        name = str(one["FunctionName"])
        if one["Version"] == "$LATEST":
            plain = str(one["FunctionArn"]).removesuffix(":$LATEST")
            state.functions.append({**one, "FunctionArn": plain})
        else:
            state.versions.setdefault(name, []).append(str(one["Version"]))
    state.mappings = pages(client, "list_event_source_mappings", "EventSourceMappings")
    names = [str(function["FunctionName"]) for function in state.functions]
    for name, told in zip(names, ask_each(names, partial(_of_function, client), bar), strict=True):
        state.aliases[name], settings, urls = told
        if settings:
            state.asynchronous[name] = settings
        state.urls |= {str(url["FunctionArn"]): url for url in urls}


def _of_function(client: Any, name: str) -> tuple[list[Any], Any, list[Any]]:
    """Its aliases, its asynchronous settings where it has some, its URLs."""
    named = {"FunctionName": name}
    return (
        pages(client, "list_aliases", "Aliases", **named),
        _or_none(client.get_function_event_invoke_config, **named),
        _or_none(partial(pages, client, "list_function_url_configs", "FunctionUrlConfigs"), **named)
        or [],
    )


def _read_policies(client: Any, state: CloudState) -> None:
    """Of those functions and aliases alone that something leads to: no other is looked at."""
    known = {str(one["FunctionArn"]): (str(one["FunctionName"]), "") for one in state.functions}
    for arn, (name, _) in list(known.items()):
        aliases = (str(alias["Name"]) for alias in state.aliases[name])
        known |= {f"{arn}:{alias}": (name, alias) for alias in aliases}
    asked = sorted(_led_to(state) & set(known))

    def statements(arn: str) -> list[Any]:
        name, qualifier = known[arn]
        named = {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}
        answer = _or_none(client.get_policy, **named)
        return list(json.loads(answer["Policy"])["Statement"]) if answer else []

    state.policies = dict(zip(asked, ask_each(asked, statements), strict=True))


def _led_to(state: CloudState) -> set[str]:
    """What services invoke: whether they may, the target's resource-based policy says."""
    found = {str(one["Endpoint"]) for one in state.subscriptions}
    found |= {str(one["Arn"]) for targets in state.targets.values() for one in targets}
    found |= {route.function for api in state.apis for route in api.routes}
    for configuration in state.notifications.values():
        rules = configuration.get("LambdaFunctionConfigurations", [])
        found |= {str(rule["LambdaFunctionArn"]) for rule in rules}
    return found | set(state.urls)


def _read_s3(client: Any, state: CloudState) -> None:
    names = [str(bucket["Name"]) for bucket in client.list_buckets()["Buckets"]]

    def notifications(name: str) -> dict[str, Any]:
        answer = client.get_bucket_notification_configuration(Bucket=name)
        return {key: told for key, told in answer.items() if key != "ResponseMetadata"}

    state.notifications = dict(zip(names, ask_each(names, notifications), strict=True))


def _read_sqs(client: Any, state: CloudState) -> None:
    def attributes(url: str) -> dict[str, Any]:
        asked = {"QueueUrl": url, "AttributeNames": ["All"]}
        return dict(client.get_queue_attributes(**asked)["Attributes"])

    for told in ask_each(pages(client, "list_queues", "QueueUrls"), attributes):
        state.queues[str(told["QueueArn"])] = told


def _read_sns(client: Any, state: CloudState) -> None:
    def statements(arn: str) -> list[Any]:
        attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        return list(json.loads(attributes.get("Policy") or "{}").get("Statement", []))

    arns = [str(topic["TopicArn"]) for topic in pages(client, "list_topics", "Topics")]
    state.topics = dict(zip(arns, ask_each(arns, statements), strict=True))
    state.subscriptions = pages(client, "list_subscriptions", "Subscriptions")


def _read_events(client: Any, state: CloudState) -> None:
    state.rules = pages(client, "list_rules", "Rules")
    names = [str(rule["Name"]) for rule in state.rules]

    def targets(name: str) -> list[Any]:
        return pages(client, "list_targets_by_rule", "Targets", Rule=name)

    state.targets = dict(zip(names, ask_each(names, targets), strict=True))


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
    roles = sorted({str(function["Role"]) for function in state.functions})
    there = ask_each(
        roles, lambda role: _or_none(client.get_role, RoleName=role.rsplit("/", 1)[-1])
    )
    state.roles = {role for role, found in zip(roles, there, strict=True) if found}
    needed = [one for one in sorted(needed_of_roles(state)) if one[0] in state.roles]

    def allowed(need: tuple[str, str, str]) -> bool:
        role, action, resource = need
        answer = client.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
        )
        return bool(answer["EvaluationResults"][0]["EvalDecision"] == "allowed")

    state.allowed = dict(zip(needed, ask_each(needed, allowed), strict=True))


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
