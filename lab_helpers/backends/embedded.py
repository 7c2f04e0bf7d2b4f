"""The embedded cloud: join the one that runs, or start one that ends with this process."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from queue import Empty, Queue
from typing import Any

from lab_helpers.backends.backend import Credentials
from lab_helpers.backends.capability_table import capabilities_of
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.emulator.run_file import running_clouds
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

START_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
PATIENCE_S = 15.0
"""A cold start on a busy machine takes seconds; nothing here takes longer."""


def embedded_backend(
    settings: Settings, environ: Mapping[str, str] | None = None, *, start: bool = True
) -> EndpointBackend:
    """The running cloud under ``settings.home``, else a new one.

    ``LAMBDA_DOJO_ENDPOINT`` chooses one where several run.

    Raises:
        DojoError: none runs and none could be started (or ``start`` is false).
    """
    env = os.environ if environ is None else environ
    facts = _running(settings, env.get("LAMBDA_DOJO_ENDPOINT", ""))
    if facts is None and start:
        facts = start_cloud(settings)
    if facts is None:
        raise DojoError(
            "No embedded cloud is running.",
            why=f"None is registered under {settings.home / 'clouds'}.",
            now="Start one in another terminal: lambda-dojo cloud run",
        )
    return EndpointBackend(
        name="embedded",
        endpoint_url=facts["endpoint"],
        region=facts["region"],
        account_id=facts["account_id"],
        credentials=Credentials(facts["access_key_id"], facts["secret_access_key"]),
        capabilities=capabilities_of("embedded"),
        patience_s=PATIENCE_S,
    )


def _running(settings: Settings, endpoint: str) -> dict[str, str] | None:
    clouds = running_clouds(settings.home)
    for cloud in clouds:
        if endpoint and cloud.endpoint.rstrip("/") == endpoint.rstrip("/"):
            return cloud.client_facts()
    # A named cloud that is gone (restarted on another port) gives way to the newest.
    return clouds[0].client_facts() if clouds else None


def start_cloud(settings: Settings) -> dict[str, str]:
    """Start ``cloud run`` as a child that ends with this process.

    Returns:
        ``endpoint``, ``region``, ``account_id``, ``access_key_id``, ``secret_access_key``.

    Raises:
        DojoError: it ended, or did not answer within a minute.
    """
    command = [sys.executable, "-m", "lab_helpers", "cloud", "run", "--port", "0", "--json"]
    # Should this process be killed, nobody is left to stop the cloud: it looks after itself.
    command += ["--parent-pid", str(os.getpid())]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**without_aws_settings(os.environ), "LAMBDA_DOJO_HOME": str(settings.home)},
        # Interrupting a cell (Ctrl-C) must not end the cloud.
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    atexit.register(stop_cloud, child)
    lines: Queue[str] = Queue()
    errors: list[str] = []
    threading.Thread(target=_drain, args=(child.stdout, lines.put), daemon=True).start()
    told = threading.Thread(target=_drain, args=(child.stderr, errors.append), daemon=True)
    told.start()
    try:
        facts: Any = json.loads(lines.get(timeout=START_LIMIT_S))
        return {key: str(value) for key, value in facts.items()}
    except (Empty, ValueError) as error:
        stop_cloud(child)
        told.join(STOP_LIMIT_S)  # its last words may still be on their way
        raise DojoError(
            "The embedded cloud did not start.",
            why="".join(errors[-5:]).strip() or f"It said nothing that can be read ({error!r}).",
            now="Run it where you can see it: lambda-dojo cloud run",
        ) from error


def without_aws_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment less the learner's own AWS set-up: real keys never reach the cloud."""
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith(("AWS_", "BOTO_CONFIG"))
    }


def _drain(stream: Any, take: Any) -> None:
    """Keep reading, so that the child never waits on a full pipe; an empty line marks the end."""
    for line in stream:
        take(line)
    take("")


def stop_cloud(child: subprocess.Popen[str]) -> None:
    """Ask it to end; force it where it does not."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
