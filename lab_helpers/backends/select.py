"""Which cloud a lab talks to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from lab_helpers.backends.aws import aws_backend
from lab_helpers.backends.backend import Backend, Credentials
from lab_helpers.backends.capability_table import capabilities_of
from lab_helpers.backends.embedded import embedded_backend
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.backends.localstack import LocalStackBackend, localstack_url
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

EDGE_PORT = 4566
"""Of LocalStack and MiniStack alike."""
STAND_IN_ACCOUNT_ID = "000000000000"
"""The account of both, for the key ``test``."""
NAMES = ("embedded", "localstack", "ministack", "aws")
OWN_KEYS = ("LAMBDA_DOJO_ACCESS_KEY_ID", "LAMBDA_DOJO_SECRET_ACCESS_KEY")
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws", ".amazonaws.eu")


def select_backend(
    name: str | None = None,
    *,
    settings: Settings | None = None,
    environ: Mapping[str, str] | None = None,
) -> Backend:
    """The backend called ``name``, or the one behind a URL.

    Args:
        name: ``embedded`` (joins or starts the embedded cloud), ``localstack`` (follows
            ``AWS_ENDPOINT_URL`` and ``LOCALSTACK_HOST``), ``ministack`` (follows
            ``AWS_ENDPOINT_URL`` and ``GATEWAY_PORT``), ``aws`` (asks first) or an
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
        return _stand_in(wanted, localstack_url(env), chosen, LocalStackBackend)
    if wanted == "ministack":
        return _stand_in(wanted, ministack_url(env), chosen)
    if wanted == "aws":
        return aws_backend(env)
    if wanted.startswith(("http://", "https://")):
        return _endpoint(wanted, chosen, env)
    raise DojoError(
        f'There is no backend "{wanted}".',
        now=f"Use one of {', '.join(NAMES)}, or the URL of an endpoint (http://…).",
    )


def _stand_in(
    name: str, url: str, settings: Settings, kind: type[EndpointBackend] = EndpointBackend
) -> EndpointBackend:
    """LocalStack or MiniStack: the keys are fixed, so no real ones are sent."""
    refuse_aws_address(url)
    return kind(
        name,
        url,
        settings.region,
        STAND_IN_ACCOUNT_ID,
        Credentials("test", "test"),
        capabilities_of(name),
    )


def _endpoint(url: str, settings: Settings, env: Mapping[str, str]) -> EndpointBackend:
    """The keys of ``LAMBDA_DOJO_ACCESS_KEY_ID``, else ``test``.

    Those of ``AWS_ACCESS_KEY_ID`` may be of a real account and are left alone.
    """
    refuse_aws_address(url)
    key_id, secret = (env.get(name, "") for name in OWN_KEYS)
    keys = Credentials(key_id, secret) if key_id and secret else Credentials("test", "test")
    return EndpointBackend(
        "endpoint",
        url.rstrip("/"),
        settings.region,
        settings.account_id,
        keys,
        capabilities_of("endpoint"),
    )


def refuse_aws_address(url: str) -> None:
    """Raises DojoError where ``url`` is one of AWS's own: nothing is made there unasked."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if f".{host}".endswith(AWS_DOMAINS):
        raise DojoError(
            f"{url} is an address of AWS.",
            why="What a lab makes there is real and may cost money, so it is asked for by name.",
            now="Use backend='aws', which asks first, or the embedded cloud.",
        )


def ministack_url(env: Mapping[str, str]) -> str:
    """``AWS_ENDPOINT_URL``, else this machine, at the port that ``GATEWAY_PORT`` names."""
    if url := env.get("AWS_ENDPOINT_URL", "").strip():
        return url.rstrip("/")
    return f"http://localhost:{env.get('GATEWAY_PORT') or EDGE_PORT}"
