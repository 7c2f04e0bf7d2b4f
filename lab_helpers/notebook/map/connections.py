"""From the cloud's state to the map: which resource sends events where."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lab_helpers.notebook.map.cloud_state import RECEIVING, SENDING, CloudState, Record, service_of
from lab_helpers.notebook.map.graph import Edge, Fault, Graph, Node, mark_loops
from lab_helpers.notebook.map.resource_policies import lets_in

_KINDS = {
    "lambda": "function",
    "s3": "bucket",
    "sqs": "queue",
    "sns": "topic",
    "events": "bus",
    "dynamodb": "table",
    "kinesis": "stream",
}
Say = Callable[..., str]


def graph_of(state: CloudState, say: Say, account_id: str) -> Graph:
    """The whole map.

    Args:
        say: the words of a key, in the learner's language.
    """
    graph = Graph(unread=dict(state.unread))
    _add_nodes(graph, state, say)
    for connect in (
        _aliases,
        _notifications,
        _mappings,
        _subscriptions,
        _rules,
        _results,
        _redrives,
    ):
        connect(graph, state, say, account_id)
    for arn, url in state.urls.items():
        graph.add(Node(url, "url", say("url")))
        graph.connect(Edge(url, arn, "HTTPS"), node_of)
    mark_loops(graph)
    return graph


def _add_nodes(graph: Graph, state: CloudState, say: Say) -> None:
    for function in state.functions:
        name, role = str(function["FunctionName"]), str(function["Role"])
        details = [f"{say('role')}: {role.rsplit('/', 1)[-1]}"]
        if numbers := state.versions.get(name):
            details.append(f"{say('versions')}: {', '.join(numbers)}")
        node = Node(str(function["FunctionArn"]), "function", name, details)
        if "iam" not in state.unread and role not in state.roles:
            node.faults[Fault.DANGLING] = role
        graph.add(node)
    for bucket in state.notifications:
        graph.add(Node(f"arn:aws:s3:::{bucket}", "bucket", bucket))
    for queue in state.queues:
        graph.add(node_of(queue))
    for topic in state.topics:
        graph.add(node_of(topic))


def node_of(arn: str) -> Node:
    """A resource that only its ARN is known of. A stream of a table stands for the table."""
    kind = _KINDS.get(service_of(arn), "other")
    last = arn.split(":", 5)[-1]
    if kind in ("table", "stream", "bus"):
        name = last.split("/")[1] if "/" in last else last
    else:
        name = last.removeprefix("function:")
    if kind == "function" and ":" in name:
        kind = "alias"
    return Node(arn, kind, name)


def _aliases(graph: Graph, state: CloudState, say: Say, _account: str) -> None:
    for function in state.functions:
        arn, name = str(function["FunctionArn"]), str(function["FunctionName"])
        for alias in state.aliases.get(name, []):
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            own = 1 - sum(weights.values())
            shares = {str(alias["FunctionVersion"]): own, **weights}
            told = ", ".join(f"{number}: {share * 100:g}%" for number, share in shares.items())
            node = Node(f"{arn}:{alias['Name']}", "alias", f"{name}:{alias['Name']}")
            graph.add(node)
            graph.connect(Edge(node.id, arn, f"{say('version')} {told}"), node_of)


def _notifications(graph: Graph, state: CloudState, say: Say, account: str) -> None:
    kinds = {
        "LambdaFunctionConfigurations": "LambdaFunctionArn",
        "QueueConfigurations": "QueueArn",
        "TopicConfigurations": "TopicArn",
    }
    for bucket, configuration in state.notifications.items():
        arn = f"arn:aws:s3:::{bucket}"
        for kind, key in kinds.items():
            for rule in configuration.get(kind, []):
                filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
                told = [f"{one['Name'].lower()} {one['Value']}" for one in filters]
                label = " ".join([*rule["Events"], *told])
                edge = Edge(arn, str(rule[key]), label)
                _needs_policy(edge, state, "s3.amazonaws.com", arn, account)
                graph.connect(edge, node_of)


def _mappings(graph: Graph, state: CloudState, say: Say, _account: str) -> None:
    roles = {str(one["FunctionArn"]): str(one["Role"]) for one in state.functions}
    for mapping in state.mappings:
        source, target = str(mapping.get("EventSourceArn", "")), str(mapping["FunctionArn"])
        node = node_of(source)
        if _source_exists(node, state):
            graph.add(node)
        edge = Edge(source, target, f"{say('mapping')} ({mapping.get('BatchSize', '-')})")
        if str(mapping.get("State", "")).startswith("Disab"):
            edge.faults[Fault.DISABLED] = ""
        if str(mapping.get("LastProcessingResult", "")).startswith("PROBLEM"):
            edge.faults[Fault.PROBLEM] = str(mapping["LastProcessingResult"])
        role = roles.get(":".join(target.split(":")[:7]), "")
        _needs_role(edge, state, role, RECEIVING.get(service_of(source)), source)
        graph.connect(edge, node_of)
        failed = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if failed:
            onward = Edge(target, str(failed), say("on_failure"))
            _needs_role(onward, state, role, SENDING.get(service_of(failed)), str(failed))
            graph.connect(onward, node_of)


def _source_exists(node: Node, state: CloudState) -> bool:
    if node.kind == "queue":
        return node.id in state.queues
    names = {"table": ("dynamodb", state.tables), "stream": ("kinesis", state.streams)}
    service, known = names.get(node.kind, ("", []))
    return service in state.unread or not service or node.name in known


def _subscriptions(graph: Graph, state: CloudState, say: Say, account: str) -> None:
    for one in state.subscriptions:
        topic, end = str(one["TopicArn"]), str(one["Endpoint"])
        edge = Edge(topic, end, say("subscription"))
        _needs_policy(edge, state, "sns.amazonaws.com", topic, account)
        node = node_of(end)
        if node.kind == "other":  # an address of mail or of the web, which nobody can look up
            graph.add(node)
        graph.connect(edge, node_of)


def _rules(graph: Graph, state: CloudState, say: Say, account: str) -> None:
    for rule in state.rules:
        arn, name = str(rule["Arn"]), str(rule["Name"])
        label = str(rule.get("ScheduleExpression") or say("pattern"))
        graph.add(Node(arn, "rule", name, [label]))
        for target in state.targets.get(name, []):
            edge = Edge(arn, str(target["Arn"]), label)
            if rule.get("State") == "DISABLED":
                edge.faults[Fault.DISABLED] = ""
            _needs_policy(edge, state, "events.amazonaws.com", arn, account)
            node = node_of(str(target["Arn"]))
            if node.kind in ("other", "bus", "stream", "table"):
                graph.add(node)
            graph.connect(edge, node_of)


def _results(graph: Graph, state: CloudState, say: Say, _account: str) -> None:
    """Dead-letter queues and destinations of asynchronous invocations."""
    for function in state.functions:
        arn, role = str(function["FunctionArn"]), str(function["Role"])
        settings: Record = state.asynchronous.get(str(function["FunctionName"]), {})
        words = {"OnSuccess": say("on_success"), "OnFailure": say("on_failure")}
        ends = [
            (words[condition], str(value["Destination"]))
            for condition, value in settings.get("DestinationConfig", {}).items()
            if value.get("Destination")
        ]
        if dead := function.get("DeadLetterConfig", {}).get("TargetArn"):
            ends.append((say("dead_letter"), str(dead)))
        for label, target in ends:
            edge = Edge(arn, target, label)
            _needs_role(edge, state, role, SENDING.get(service_of(target)), target)
            node = node_of(target)
            if node.kind == "bus":
                graph.add(node)
            graph.connect(edge, node_of)


def _redrives(graph: Graph, state: CloudState, say: Say, _account: str) -> None:
    for arn, attributes in state.queues.items():
        if policy := attributes.get("RedrivePolicy"):
            redrive: dict[str, Any] = json.loads(policy)
            target = str(redrive["deadLetterTargetArn"])
            label = f"{say('dead_letter')} ({say('receives', count=redrive['maxReceiveCount'])})"
            graph.connect(Edge(arn, target, label), node_of)


def _needs_policy(edge: Edge, state: CloudState, service: str, source: str, account: str) -> None:
    """A function or a queue must let the service in; a missing one is told as dangling instead."""
    target = service_of(edge.target)
    if target == "lambda" and edge.target in state.policies:
        statements: list[Record] = state.policies[edge.target]
        action = "lambda:InvokeFunction"
    elif target == "sqs" and edge.target in state.queues:
        policy = state.queues[edge.target].get("Policy") or "{}"
        statements, action = json.loads(policy).get("Statement", []), "sqs:SendMessage"
    else:
        return
    if not lets_in(statements, service, action, source, account):
        edge.faults[Fault.MISSING_PERMISSION] = f"{service}: {action}"


def _needs_role(edge: Edge, state: CloudState, role: str, action: str | None, what: str) -> None:
    if action and state.allowed.get((role, action, what)) is False:
        edge.faults[Fault.MISSING_PERMISSION] = f"{role.rsplit('/', 1)[-1]}: {action}"
