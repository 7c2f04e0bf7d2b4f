"""What answers at an endpoint: LocalStack and MiniStack say who they are."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

ANSWER_LIMIT_S = 3.0
PATHS = ("/_ministack/health", "/_localstack/health")
"""MiniStack answers on both, so its own is asked first. LocalStack takes a path that it does not
know for a bucket's and starts its S3 first of all, which takes seconds: where it is expected, it is
asked for its own."""
OFFERED = ("available", "running")
# No proxy: a backend is on this machine or near it.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Health:
    """Attributes: services, name → ``available``, ``running``, ``disabled`` or ``error``."""

    version: str
    edition: str
    services: Mapping[str, str]

    def not_offered(self, wanted: tuple[str, ...]) -> list[str]:
        """Those of ``wanted`` that cannot be used now; none where it does not tell."""
        if not self.services:
            return []
        return [name for name in wanted if self.services.get(name) not in OFFERED]


def ask_health(url: str, expected: str = "") -> Health | None:
    """None where something answers that has no health to tell.

    Args:
        expected: ``localstack`` where that is what should be there.

    Raises:
        OSError: nothing answers there.
    """
    for path in sorted(PATHS, key=lambda path: f"_{expected}/" not in path):
        if (document := _json_at(url.rstrip("/") + path)) is not None:
            services = document.get("services")
            return Health(
                version=str(document.get("version", "?")),
                edition=str(document.get("edition", "?")),
                services=services if isinstance(services, dict) else {},
            )
    return None


def _json_at(address: str) -> Mapping[str, Any] | None:
    try:
        with _opener.open(address, timeout=ANSWER_LIMIT_S) as answer:
            document = json.load(answer)
    except (urllib.error.HTTPError, HTTPException, ValueError):
        return None  # something else lives there
    return document if isinstance(document, dict) and "version" in document else None
