"""LocalStack: where it is found, and what its clients must know of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.errors import DojoError

if TYPE_CHECKING:
    import boto3

AFTER_UPDATE_S = 2.5
"""LocalStack's poller of a function's asynchronous events asks for 2 s at a time. One that an
update has just replaced still takes what comes meanwhile, drops it, and it is delivered a minute
late."""
UPDATES = ("UpdateFunctionCode", "UpdateFunctionConfiguration")


def localstack_url(env: Mapping[str, str]) -> str:
    """Where ``localstack-client`` finds it, by the same variables in the same order.

    Raises:
        DojoError: ``LOCALSTACK_HOST`` is no host and port.
    """
    if url := env.get("AWS_ENDPOINT_URL", "").strip():
        return url.rstrip("/")
    # It imports boto3, a third of a second: paid only where LocalStack is chosen
    from localstack_client.config import DEFAULT_EDGE_PORT, parse_localstack_host

    given = env.get("LOCALSTACK_HOST", f"localhost:{DEFAULT_EDGE_PORT}")
    try:
        host, port = parse_localstack_host(given)
    except RuntimeError as error:
        raise DojoError(
            f"LOCALSTACK_HOST={given} does not say where LocalStack is.",
            why="It is the name of a host, with or without a port.",
            now="Set it like this: LOCALSTACK_HOST=localhost:4566",
        ) from error
    scheme = "https" if env.get("USE_SSL") in ("1", "true") else "http"
    return f"{scheme}://{host}:{port}"


@dataclass(frozen=True)
class LocalStackBackend(EndpointBackend):
    """Its sessions wait after an update of a function, until LocalStack delivers its events."""

    pause: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def session(self) -> boto3.Session:
        session = super().session()

        def wait(**_: Any) -> None:
            self.pause(AFTER_UPDATE_S)

        for operation in UPDATES:
            session.events.register(f"after-call.lambda.{operation}", wait)
        return session
