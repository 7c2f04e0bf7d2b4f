"""From the cloud's state to the map: which resource sends events where."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lab_helpers.notebook.map.arns import service_of, unqualified
from lab_helpers.notebook.map.cloud_records import CloudState, Record
from lab_helpers.notebook.map.cloud_state import RECEIVING, SENDING
from lab_helpers.notebook.map.far_ends import FarEnds, node_of
from lab_helpers.notebook.map.graph import Edge, Fault, Graph, Node
from lab_helpers.notebook.map.http_doors import add_apis, add_urls
from lab_helpers.notebook.map.loops import mark_loops
from lab_helpers.notebook.map.permissions import needs_policy, needs_role
from lab_helpers.notebook.map.write_back import write_backs

Say = Callable[..., str]


def graph_of(state: CloudState, say: Say, account_id: str) -> Graph:
    """The whole map.

    Args:
        say: the words of a key, in the learner's language.
    """
    graph = Graph(unread=dict(state.unread))
    _add_nodes(graph, state, say)
    ends = FarEnds(state, say, account_id)
    for connect in (
        _aliases,
        _notifications,
        _mappings,
        _subscriptions,
        _rules,
        _results,
        _redrives,
        add_urls,
        add_apis,
        _versions,
    ):
        connect(graph, state, say, ends)
    mark_loops(graph)
    _write_backs(graph, state, say, ends)  # afterwards: they may happen, and need not
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


def _aliases(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    for function in state.functions:
        arn, name = str(function["FunctionArn"]), str(function["FunctionName"])
        for alias in state.aliases.get(name, []):
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            own = 1 - sum(weights.values())
            shares = {str(alias["FunctionVersion"]): own, **weights}
            told = ", ".join(f"{number}: {share * 100:g}%" for number, share in shares.items())
            node = Node(f"{arn}:{alias['Name']}", "alias", f"{name}:{alias['Name']}")
            graph.add(node)
            graph.connect(Edge(node.id, arn, f"{say('version')} {told}"), ends)


def _notifications(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
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
                needs_policy(edge, state, "s3.amazonaws.com", arn, ends.account_id)
                graph.connect(edge, ends)


def _mappings(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    roles = {str(one["FunctionArn"]): str(one["Role"]) for one in state.functions}
    for mapping in state.mappings:
        source, target = str(mapping.get("EventSourceArn", "")), str(mapping["FunctionArn"])
        edge = Edge(source, target, f"{say('mapping')} ({mapping.get('BatchSize', '-')})")
        if str(mapping.get("State", "")).startswith("Disab"):
            edge.faults[Fault.DISABLED] = ""
        if str(mapping.get("LastProcessingResult", "")).startswith("PROBLEM"):
            edge.faults[Fault.PROBLEM] = str(mapping["LastProcessingResult"])
        role = roles.get(unqualified(target), "")
        needs_role(edge, state, role, RECEIVING.get(service_of(source)), source)
        graph.connect(edge, ends)
        failed = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if failed:
            onward = Edge(target, str(failed), say("on_failure"))
            needs_role(onward, state, role, SENDING.get(service_of(failed)), str(failed))
            graph.connect(onward, ends)


def _subscriptions(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    for one in state.subscriptions:
        topic, end = str(one["TopicArn"]), str(one["Endpoint"])
        edge = Edge(topic, end, say("subscription"))
        needs_policy(edge, state, "sns.amazonaws.com", topic, ends.account_id)
        graph.connect(edge, ends)


def _rules(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    for rule in state.rules:
        arn, name = str(rule["Arn"]), str(rule["Name"])
        label = str(rule.get("ScheduleExpression") or say("pattern"))
        graph.add(Node(arn, "rule", name, [label]))
        for target in state.targets.get(name, []):
            edge = Edge(arn, str(target["Arn"]), label)
            if rule.get("State") == "DISABLED":
                edge.faults[Fault.DISABLED] = ""
            needs_policy(edge, state, "events.amazonaws.com", arn, ends.account_id)
            graph.connect(edge, ends)


def _results(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    """Dead-letter queues and destinations of asynchronous invocations."""
    for function in state.functions:
        arn, role = str(function["FunctionArn"]), str(function["Role"])
        settings: Record = state.asynchronous.get(str(function["FunctionName"]), {})
        words = {"OnSuccess": say("on_success"), "OnFailure": say("on_failure")}
        targets = [
            (words[condition], str(value["Destination"]))
            for condition, value in settings.get("DestinationConfig", {}).items()
            if value.get("Destination")
        ]
        if dead := function.get("DeadLetterConfig", {}).get("TargetArn"):
            targets.append((say("dead_letter"), str(dead)))
        for label, target in targets:
            edge = Edge(arn, target, label)
            needs_role(edge, state, role, SENDING.get(service_of(target)), target)
            graph.connect(edge, ends)


def _redrives(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    for arn, attributes in state.queues.items():
        if policy := attributes.get("RedrivePolicy"):
            redrive: dict[str, Any] = json.loads(policy)
            target = str(redrive["deadLetterTargetArn"])
            label = f"{say('dead_letter')} ({say('receives', count=redrive['maxReceiveCount'])})"
            graph.connect(Edge(arn, target, label), ends)


def _versions(graph: Graph, _state: CloudState, say: Say, ends: FarEnds) -> None:
    """A version that something points to, or an alias of a version: it is the function's."""
    leaving = {edge.source for edge in graph.edges}
    for node in list(graph.nodes.values()):
        if node.kind == "alias" and not node.missing and node.id not in leaving:
            number = node.id.rsplit(":", 1)[-1]
            graph.connect(Edge(node.id, unqualified(node.id), f"{say('version')} {number}"), ends)


def _write_backs(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    drawn = {(edge.source, edge.target) for edge in graph.edges}
    for back in write_backs(state):
        may = state.allowed.get((back.role, back.action, back.resource))
        ends_of = (back.function, back.source)
        if may and ends_of not in drawn:
            drawn.add(ends_of)
            edge = Edge(*ends_of, say("may_write", action=back.action))
            edge.faults[Fault.WRITE_BACK] = f"{back.role.rsplit('/', 1)[-1]}: {back.action}"
            graph.connect(edge, ends)
