"""Function URLs and API Gateway's APIs on the map."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.notebook.map.apis import Api, Route
from lab_helpers.notebook.map.cloud_records import CloudState
from lab_helpers.notebook.map.far_ends import FarEnds
from lab_helpers.notebook.map.graph import Edge, Fault, Graph, Node
from lab_helpers.notebook.map.permissions import needs_policy
from lab_helpers.notebook.map.resource_policies import lets_in

Say = Callable[..., str]
_PUBLIC_URL = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
"""Both are needed: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"""


def add_urls(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    """Function URLs; one that anybody may call needs the function's policy to say so."""
    for arn, settings in state.urls.items():
        url, auth = str(settings["FunctionUrl"]), str(settings.get("AuthType", ""))
        graph.add(Node(url, "url", say("url"), [f"AuthType: {auth}"]))
        edge = Edge(url, arn, "HTTPS")
        if auth == "NONE" and arn in state.policies:
            lacking = [
                action
                for action in _PUBLIC_URL
                if not lets_in(state.policies[arn], "*", action, "", ends.account_id)
            ]
            if lacking:
                edge.faults[Fault.MISSING_PERMISSION] = f"*: {', '.join(lacking)}"
        graph.connect(edge, ends)


def add_apis(graph: Graph, state: CloudState, say: Say, ends: FarEnds) -> None:
    """APIs that lead to functions, a route by a route."""
    for api in state.apis:
        arn = api.arn(ends.account_id)
        stages = [f"{say('stages')}: {', '.join(api.stages)}"] if api.stages else []
        node = Node(arn, "api", api.name, [api.kind, *stages])
        if api.routes and not api.stages:
            node.faults[Fault.NOT_DEPLOYED] = ""
        graph.add(node)
        for route in api.routes:
            edge = Edge(arn, route.function, route.label)
            if not route.by_role:
                _needs_invoke(edge, state, api, route, ends.account_id)
            graph.connect(edge, ends)


def _needs_invoke(edge: Edge, state: CloudState, api: Api, route: Route, account_id: str) -> None:
    """The policy may name a stage: one that is let in is enough, since nobody asked which."""
    faults = []
    for stage in api.stages or ["*"]:
        tried = Edge(edge.source, edge.target, edge.label)
        source = route.source_arn(api.arn(account_id), stage)
        needs_policy(tried, state, "apigateway.amazonaws.com", source, account_id)
        faults.append(tried.faults)
    if all(faults):
        edge.faults.update(faults[0])
