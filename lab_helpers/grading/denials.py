"""Reads what a backend refused, and how it decided, over its local HTTP route."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.grading.expectations import CannotLook

# No proxy: the endpoint is on loopback, and a proxy from the environment would not reach it.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

CHECK_SESSION = "dojo-check"
"""The session's name where a check acts as a role of the learner's account."""


@dataclass(frozen=True)
class Denial:
    """One refusal.

    Attributes:
        time: seconds since the epoch.
        kind: ``api.denied``, ``logs.denied`` or ``service.denied``.
        request_id: of the refused request, or of the one for which a service acted.
        cause_id: of the invocation whose function asked; None where no function did.
        operation: the API's name, empty where a service acted by itself.
        decision: as the cloud's ``decision_record`` gives it.
    """

    time: float
    kind: str
    request_id: str
    cause_id: str | None
    operation: str
    decision: Mapping[str, Any]


def read_denials(backend: Backend, request_id: str = "") -> list[Denial] | None:
    """Newest first, at most 50; None where the backend does not tell how it decides.

    Args:
        request_id: of one request, or of an invocation: what its code was refused.

    Raises:
        CannotLook: the backend does not answer, or not with denials.
    """
    credentials, endpoint = backend.credentials, backend.endpoint_url
    if Capability.JOURNAL not in backend.capabilities or not (credentials and endpoint):
        return None
    query = urllib.parse.urlencode({"request_id": request_id})
    request = urllib.request.Request(
        f"{endpoint.rstrip('/')}/_dojo/denials?{query}",
        headers={"x-dojo-key": credentials.secret_access_key},
    )
    try:
        with _opener.open(request, timeout=10) as answer:
            return [_denial(entry) for entry in json.load(answer)["denials"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotLook(f"the denials cannot be read: {error}") from error


def _denial(entry: Mapping[str, Any]) -> Denial:
    data = entry["data"]
    return Denial(
        entry["time"],
        entry["kind"],
        entry["request_id"],
        entry["cause_id"],
        data.get("operation", ""),
        data["decision"],
    )
