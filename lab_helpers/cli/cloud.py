"""``lambda-dojo cloud``: run the embedded cloud, see it, empty it, end it."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Annotated

import typer

from lab_helpers.cli.cloud_run import run_cloud_command, shell_settings
from lab_helpers.emulator.run_file import RunFile, running_clouds
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

cloud = typer.Typer(
    help="The embedded cloud: an AWS endpoint on this machine.", no_args_is_help=True
)
STOP_PATIENCE_S = 10.0

PortOption = Annotated[
    int | None, typer.Option("--port", help="Of the cloud that is meant, if several run.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(cloud, name="cloud")


@cloud.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def run(context: typer.Context) -> None:
    """Serve one AWS endpoint on 127.0.0.1 in the foreground, until Ctrl-C."""
    run_cloud_command(context.args)


@cloud.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """Show the clouds that run. Exit status 1 where there is none."""
    found = running_clouds(Settings.from_environment().home)
    if as_json:
        print(json.dumps([cloud.client_facts() | {"pid": cloud.pid} for cloud in found]))
    elif not found:
        print("No embedded cloud is running. Start one with: lambda-dojo cloud run")
    for item in [] if as_json else found:
        print(f"running   {item.endpoint}   pid {item.pid}   {item.region}   {_age(item)}")
    if not found:
        raise typer.Exit(1)


@cloud.command()
def env(port: PortOption = None) -> None:
    """Print what the AWS CLI needs in a shell: eval "$(lambda-dojo cloud env)"."""
    chosen = _chosen(port)
    print("\n".join(shell_settings(chosen[0])))


@cloud.command()
def stop(port: PortOption = None) -> None:
    """End a running cloud and every function process with it."""
    for item in _chosen(port):
        _ask(item, "stop")
        _wait_for_end(item)
        print(f"stopped   {item.endpoint}")


@cloud.command()
def reset(port: PortOption = None) -> None:
    """Empty the account: functions, buckets, queues, logs. The credentials stay."""
    for item in _chosen(port):
        _ask(item, "reset")
        print(f"reset   {item.endpoint}")


def _chosen(port: int | None) -> list[RunFile]:
    found = running_clouds(Settings.from_environment().home)
    chosen = [item for item in found if port in (None, item.port)]
    if not chosen:
        where = "" if port is None else f" on port {port}"
        raise DojoError(f"No embedded cloud is running{where}.", now="lambda-dojo cloud run")
    if len(chosen) > 1:
        ports = ", ".join(str(item.port) for item in chosen)
        raise DojoError(
            f"{len(chosen)} clouds are running (ports {ports}).", now="Say which one with --port."
        )
    return chosen


def _wait_for_end(item: RunFile) -> None:
    deadline = time.monotonic() + STOP_PATIENCE_S
    while item.is_alive():
        if time.monotonic() > deadline:
            raise DojoError(
                f"The cloud at {item.endpoint} did not end within {STOP_PATIENCE_S:.0f} s.",
                now=f"End its process: kill {item.pid}",
            )
        time.sleep(0.05)


def _ask(item: RunFile, what: str) -> None:
    request = urllib.request.Request(
        f"{item.endpoint}/_dojo/{what}",
        method="POST",
        headers={"x-dojo-key": item.secret_access_key},
    )
    # A proxy of the learner's environment has no business with loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=STOP_PATIENCE_S):
            pass
    except OSError as error:
        raise DojoError(
            f"The cloud at {item.endpoint} does not answer.",
            why=str(error),
            now=f"If it hangs, end its process: kill {item.pid}",
        ) from error


def _age(item: RunFile) -> str:
    minutes = int((time.time() - item.started) // 60)
    return "just started" if minutes < 1 else f"for {minutes} min"
