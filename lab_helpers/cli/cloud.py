"""``lambda-dojo cloud``: run the embedded cloud, see it, empty it, end it."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from lab_helpers.emulator.root_key import RootKey
from lab_helpers.emulator.run_file import RunFile, running_clouds
from lab_helpers.errors import DojoError
from lab_helpers.settings import DEFAULT_PORT, Settings

cloud = typer.Typer(
    help="The embedded cloud: an AWS endpoint on this machine.", no_args_is_help=True
)
STOP_PATIENCE_S = 10.0

PortOption = Annotated[
    int | None, typer.Option("--port", help="Of the cloud that is meant, if several run.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(cloud, name="cloud")


_ACCOUNT_IN_USE = "Another cloud has your account open: this one begins empty and keeps nothing."
KeyIdOption = Annotated[
    str | None, typer.Option(help="Random unless given.", envvar="LAMBDA_DOJO_ACCESS_KEY_ID")
]
SecretOption = Annotated[
    str | None,
    typer.Option(
        help="Random unless given. Other users see command lines: better set the variable.",
        envvar="LAMBDA_DOJO_SECRET_ACCESS_KEY",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one line of JSON when the cloud answers.")
]
AccountOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder that keeps what you make. Not given: your own account, unless another "
        "cloud has it open."
    ),
]
BindOption = Annotated[
    str | None,
    typer.Option(
        "--bind",
        metavar="ADDRESS:PORT",
        help="Answer other machines, too, there. Without it only this machine is answered.",
    ),
]


@cloud.command()
def run(
    port: Annotated[
        int | None,
        typer.Option(help=f"0 takes any free port. Not given: {DEFAULT_PORT}, if it is free."),
    ] = None,
    access_key_id: KeyIdOption = None,
    secret_access_key: SecretOption = None,
    as_json: JsonOption = False,
    account: AccountOption = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Begin with nothing, and keep nothing.")
    ] = False,
    outside: BindOption = None,
    tls_certificate: Annotated[
        Path | None, typer.Option(help="For --bind: a certificate (PEM).")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="For --bind: its key (PEM).")] = None,
    parent_pid: Annotated[
        int | None, typer.Option(help="End when this process has ended.", hidden=True)
    ] = None,
) -> None:
    """Serve one AWS endpoint on 127.0.0.1 in the foreground, until Ctrl-C."""
    # moto and uvicorn take most of a second to import; no other command needs them.
    from lab_helpers.emulator.foreground import open_account, run_cloud
    from lab_helpers.emulator.outside import Outside
    from lab_helpers.emulator.server import free_port

    key = _given_key(access_key_id, secret_access_key)
    open_to = Outside.parse(outside, tls_certificate, tls_key) if outside else None
    if open_to is not None and open_to.warning:
        print(open_to.warning, file=sys.stderr)

    def ready(run_file: RunFile) -> None:
        if as_json:
            print(json.dumps(run_file.client_facts()), flush=True)
        else:
            _print_welcome(run_file)

    settings = Settings.from_environment()
    kept = None if forget else open_account(account, settings.home)
    if kept is None and not forget:
        print(_ACCOUNT_IN_USE, file=sys.stderr)
    chosen = free_port(DEFAULT_PORT) if port is None else port
    run_cloud(settings, chosen, key, ready, parent_pid, kept, open_to)


def _given_key(access_key_id: str | None, secret_access_key: str | None) -> RootKey | None:
    if access_key_id is not None and secret_access_key is not None:
        return RootKey(access_key_id, secret_access_key)
    if access_key_id is None and secret_access_key is None:
        return None
    raise DojoError(
        "Only half of a key was given.",
        why="An access key id and its secret belong together.",
        now="Give both --access-key-id and --secret-access-key, or neither.",
    )


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
    print("\n".join(_settings(chosen[0])))


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


def _print_welcome(run_file: RunFile) -> None:
    print(f"Lambda Dojo's embedded cloud answers at {run_file.endpoint}")
    print(f"Account {run_file.account_id}, Region {run_file.region}. Ctrl-C ends it.")
    print("\nFor the AWS CLI or boto3 in another terminal:\n")
    if sys.stdout.isatty():
        print("\n".join(f"  {line}" for line in _settings(run_file)))
    else:  # a log file is no place for a secret key
        print("  lambda-dojo cloud env")
    sys.stdout.flush()


def _settings(run_file: RunFile) -> list[str]:
    """Lines for the learner's shell."""
    variables = {
        "AWS_ENDPOINT_URL": run_file.endpoint,
        "AWS_DEFAULT_REGION": run_file.region,
        "AWS_ACCESS_KEY_ID": run_file.access_key_id,
        "AWS_SECRET_ACCESS_KEY": run_file.secret_access_key,
    }
    form = '$env:{} = "{}"' if sys.platform == "win32" else "export {}={}"
    return [form.format(name, value) for name, value in variables.items()]


def _age(item: RunFile) -> str:
    minutes = int((time.time() - item.started) // 60)
    return "just started" if minutes < 1 else f"for {minutes} min"
