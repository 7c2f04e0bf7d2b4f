"""API Gateway's APIs: which function each route invokes, read through public APIs.

https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FUNCTION_IN_URI = re.compile(r"arn:aws[\w-]*:lambda:[^/]*:function:[^/]+")
Pages = Callable[..., list[Any]]


@dataclass(frozen=True)
class Route:
    """One way into a function.

    Attributes:
        label: ``GET /items``, or ``$default``.
        function: its ARN, qualified where the API names a qualifier.
        by_role: API Gateway assumes a role for it: the function's policy is not asked.
    """

    label: str
    function: str
    by_role: bool = False

    def source_arn(self, api_arn: str, stage: str) -> str:
        """What API Gateway says that it acts for; ``*`` stands for what differs by request."""
        if " " not in self.label:
            return f"{api_arn}/{stage}/{self.label}"
        method, path = self.label.split(" ", 1)
        path = re.sub(r"\{[^}]*\}", "*", path)
        return f"{api_arn}/{stage}/{'*' if method == 'ANY' else method}{path}"


@dataclass(frozen=True)
class Api:
    """A REST API or an HTTP API.

    Attributes:
        kind: ``REST API``, ``HTTP API`` or ``WebSocket API``: AWS's names, in any language.
        stages: the names of those it is deployed to.
    """

    id: str
    name: str
    kind: str
    stages: Sequence[str]
    routes: Sequence[Route]

    def arn(self, account_id: str) -> str:
        """``arn:aws:execute-api:…``, in the Region of its functions."""
        region = next((route.function.split(":")[3] for route in self.routes), "")
        return f"arn:aws:execute-api:{region}:{account_id}:{self.id}"


def read_rest_apis(client: Any, pages: Pages) -> list[Api]:
    """Of API Gateway's first version. Raises ClientError."""
    found = []
    for api in pages(client, "get_rest_apis", "items"):
        named = {"restApiId": str(api["id"])}
        resources = pages(client, "get_resources", "items", **named, embed=["methods"])
        stages = [str(one["stageName"]) for one in client.get_stages(**named).get("item", [])]
        routes = [
            route
            for one in resources
            for method, told in one.get("resourceMethods", {}).items()
            if (route := _route(f"{method} {one['path']}", _integration(client, named, one, told)))
        ]
        found.append(Api(str(api["id"]), str(api["name"]), "REST API", stages, routes))
    return found


def _integration(
    client: Any, named: Mapping[str, str], resource: Mapping[str, Any], method: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Told along with the resource, or asked for where a backend does not tell it."""
    if "methodIntegration" in method or "httpMethod" not in method:
        told: Mapping[str, Any] = method.get("methodIntegration", {})
        return told
    asked: Mapping[str, Any] = client.get_method(
        **named, resourceId=resource["id"], httpMethod=method["httpMethod"]
    )
    integration: Mapping[str, Any] = asked.get("methodIntegration", {})
    return integration


def read_http_apis(client: Any, pages: Pages) -> list[Api]:
    """Of its second version. Raises ClientError."""
    found = []
    for api in pages(client, "get_apis", "Items"):
        named = {"ApiId": str(api["ApiId"])}
        integrations = {
            f"integrations/{one['IntegrationId']}": one
            for one in pages(client, "get_integrations", "Items", **named)
        }
        stages = [str(one["StageName"]) for one in pages(client, "get_stages", "Items", **named)]
        routes = []
        for one in pages(client, "get_routes", "Items", **named):
            told = integrations.get(str(one.get("Target", "")), {})
            uri = {"uri": told.get("IntegrationUri"), "credentials": told.get("CredentialsArn")}
            if route := _route(str(one["RouteKey"]), uri):
                routes.append(route)
        kind = "WebSocket API" if api.get("ProtocolType") == "WEBSOCKET" else "HTTP API"
        found.append(Api(str(api["ApiId"]), str(api["Name"]), kind, stages, routes))
    return found


def _route(label: str, integration: Mapping[str, Any]) -> Route | None:
    """None for a route that leads to something else than a function."""
    match = _FUNCTION_IN_URI.search(str(integration.get("uri") or ""))
    if not match:
        return None
    return Route(label, match[0], by_role=bool(integration.get("credentials")))
