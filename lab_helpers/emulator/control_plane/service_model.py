"""Lambda's API as botocore's service model describes it: operations, URIs and shapes.

Read once, on first use: the file takes some 10 ms to read, and a process that never talks to
Lambda should not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader

Shape = dict[str, Any]


@dataclass(frozen=True)
class RoutedOperation:
    """Which operation a request asks for.

    Attributes:
        name: in the API's words: ``CreateFunction``, ``Invoke`` …
        uri_params: labels of the URI by their location name, percent-decoded.
    """

    name: str
    uri_params: Mapping[str, str]


@dataclass(frozen=True)
class _Template:
    operation: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]

    def labels(self, segments: list[str]) -> dict[str, str] | None:
        """The URI's labels, or None where the path does not fit."""
        found = {}
        for wanted, given in zip(self.segments, segments, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = unquote(given)
            elif wanted != given:
                return None
        return found


@cache
def service_model() -> dict[str, Any]:
    """botocore's ``lambda/2015-03-31/service-2.json``."""
    model: dict[str, Any] = Loader().load_service_model("lambda", "service-2", "2015-03-31")
    return model


def shape(name: str) -> Shape:
    found: Shape = service_model()["shapes"][name]
    return found


def input_shape(operation: str) -> Shape:
    return shape(service_model()["operations"][operation]["input"]["shape"])


def success_status(operation: str) -> int:
    status: int = service_model()["operations"][operation]["http"].get("responseCode", 200)
    return status


def _segments(path: str) -> list[str]:
    return path.rstrip("/").split("/")[1:]


@cache
def _templates() -> dict[tuple[str, int], list[_Template]]:
    table: dict[tuple[str, int], list[_Template]] = {}
    for name, operation in service_model()["operations"].items():
        path, _, query = operation["http"]["requestUri"].partition("?")
        segments = tuple(_segments(path))
        template = _Template(name, segments, tuple(parse_qsl(query)))
        table.setdefault((operation["http"]["method"], len(segments)), []).append(template)
    for templates in table.values():
        # what asks for more goes first: a query that is part of the URI, then fixed segments
        templates.sort(key=lambda t: (-len(t.query), sum(s.startswith("{") for s in t.segments)))
    return table


@lru_cache(1024)  # asked by each room that a request passes
def route(method: str, raw_path: str, raw_query: str = "") -> RoutedOperation | None:
    """The operation behind an HTTP request, or None where Lambda has no such operation.

    A trailing slash makes no difference: AWS accepts ``/2015-03-31/functions/`` too.
    """
    segments = _segments(raw_path)
    given_query = parse_qsl(raw_query, keep_blank_values=True)
    for template in _templates().get((method.upper(), len(segments)), []):
        if not all(item in given_query for item in template.query):
            continue
        labels = template.labels(segments)
        if labels is not None:
            return RoutedOperation(template.operation, labels)
    return None
