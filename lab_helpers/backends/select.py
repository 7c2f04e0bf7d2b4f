"""Which cloud a lab talks to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from lab_helpers.backends.aws import refuse_aws
from lab_helpers.backends.backend import Backend, Credentials
from lab_helpers.backends.embedded import embedded_backend
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

LOCALSTACK_URL = "http://localhost:4566"
LOCALSTACK_ACCOUNT_ID = "000000000000"
NAMES = ("embedded", "localstack", "aws")


def select_backend(
    name: str | None = None,
    *,
    settings: Settings | None = None,
    environ: Mapping[str, str] | None = None,
) -> Backend:
    """The backend called ``name``, or the one behind a URL.

    Args:
        name: ``embedded`` (joins or starts the embedded cloud), ``localstack`` (follows
            ``AWS_ENDPOINT_URL`` and ``LOCALSTACK_HOST``), ``aws`` (refused) or an
            ``http(s)://`` URL; None: what ``LAB_BACKEND`` says, else ``embedded``.

    Raises:
        DojoError: no such backend, or it cannot be reached; the message says what to do.
    """
    env = os.environ if environ is None else environ
    chosen = settings or Settings.from_environment(env)
    wanted = name or chosen.backend
    if wanted == "embedded":
        return embedded_backend(chosen, env)
    if wanted == "localstack":
        return _endpoint("localstack", _localstack_url(env), LOCALSTACK_ACCOUNT_ID, chosen, env)
    if wanted == "aws":
        raise refuse_aws(env)
    if wanted.startswith(("http://", "https://")):
        return _endpoint("endpoint", wanted.rstrip("/"), chosen.account_id, chosen, env)
    raise DojoError(
        f'There is no backend "{wanted}".',
        now=f"Use one of {', '.join(NAMES)}, or the URL of an endpoint (http://…).",
    )


def _endpoint(
    name: str, url: str, account_id: str, settings: Settings, env: Mapping[str, str]
) -> EndpointBackend:
    """Keys are taken from the environment only for a plain URL: LocalStack's are fixed."""
    test_keys = Credentials("test", "test")
    backend = EndpointBackend(name, url, settings.region, account_id, test_keys)
    if name == "endpoint" and env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY"):
        keys = Credentials(
            env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN")
        )
        return replace(backend, credentials=keys)
    return backend


def _localstack_url(env: Mapping[str, str]) -> str:
    if url := env.get("AWS_ENDPOINT_URL"):
        return url.rstrip("/")
    host = env.get("LOCALSTACK_HOST", "")
    if not host:
        return LOCALSTACK_URL
    return f"http://{host}" if ":" in host else f"http://{host}:4566"
