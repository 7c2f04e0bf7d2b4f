"""``lambda-dojo cloud run``: the cloud in this process, as soon as may be.

Its options are read by argparse, and what they describe is imported after they were understood.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab_helpers.emulator.run_file import RunFile

_ACCOUNT_IN_USE = "Another cloud has your account open: this one begins empty and keeps nothing."
KEY_ID_VARIABLE, SECRET_VARIABLE = "LAMBDA_DOJO_ACCESS_KEY_ID", "LAMBDA_DOJO_SECRET_ACCESS_KEY"


def forget_aws_settings(environ: MutableMapping[str, str]) -> None:
    """Drop the learner's own AWS set-up: nothing here is to have real keys, or fail at a profile.

    moto asks botocore, and botocore would read them; what the cloud starts would inherit them.
    """
    for name in [one for one in environ if one.upper().startswith(("AWS_", "BOTO_CONFIG"))]:
        del environ[name]
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        environ[name] = os.devnull


def run_cloud_command(arguments: Sequence[str]) -> None:
    """Returns when the cloud has ended. Raises DojoError; SystemExit(2) for wrong usage."""
    options = _options(arguments)
    forget_aws_settings(os.environ)
    # after the options: a wrong one is told, and --help answers, without them
    from lab_helpers.emulator.access.root_key import given_key
    from lab_helpers.emulator.endpoint.outside import Outside
    from lab_helpers.emulator.endpoint.server import free_port
    from lab_helpers.emulator.foreground import open_account, run_cloud
    from lab_helpers.settings import DEFAULT_PORT, Settings

    key = given_key(options.access_key_id, options.secret_access_key)
    certificate, certificate_key = options.tls_certificate, options.tls_key
    open_to = Outside.parse(options.bind, certificate, certificate_key) if options.bind else None
    if open_to is not None and open_to.warning:
        print(open_to.warning, file=sys.stderr)

    def ready(run_file: RunFile) -> None:
        if options.json:
            print(json.dumps(run_file.client_facts()), flush=True)
        else:
            _print_welcome(run_file)

    settings = Settings.from_environment()
    kept = None if options.forget else open_account(options.account, settings.home)
    if kept is None and not options.forget:
        print(_ACCOUNT_IN_USE, file=sys.stderr)
    port = free_port(DEFAULT_PORT) if options.port is None else options.port
    run_cloud(settings, port, key, ready, options.parent_pid, kept, open_to)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="lambda-dojo cloud run",
        description="Serve one AWS endpoint on 127.0.0.1 in the foreground, until Ctrl-C.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=int, help="0 takes any free port. Not given: 4599, if it is free.")
    add(
        "--access-key-id",
        default=os.environ.get(KEY_ID_VARIABLE),
        help=f"Random unless given, here or in {KEY_ID_VARIABLE}.",
    )
    add(
        "--secret-access-key",
        default=os.environ.get(SECRET_VARIABLE),
        help=f"Random unless given. Other users see command lines: better set {SECRET_VARIABLE}.",
    )
    add("--json", action="store_true", help="Print one line of JSON when the cloud answers.")
    add(
        "--account",
        type=Path,
        metavar="DIR",
        help="Folder that keeps what you make. Not given: your own account, unless another "
        "cloud has it open.",
    )
    add("--forget", action="store_true", help="Begin with nothing, and keep nothing.")
    add(
        "--bind",
        metavar="ADDRESS:PORT",
        help="Answer other machines, too, there. Without it only this machine is answered.",
    )
    add("--tls-certificate", type=Path, metavar="FILE", help="For --bind: a certificate (PEM).")
    add("--tls-key", type=Path, metavar="FILE", help="For --bind: its key (PEM).")
    # End when this process has ended.
    add("--parent-pid", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _print_welcome(run_file: RunFile) -> None:
    print(f"Lambda Dojo's embedded cloud answers at {run_file.endpoint}")
    print(f"Account {run_file.account_id}, Region {run_file.region}. Ctrl-C ends it.")
    print("\nFor the AWS CLI or boto3 in another terminal:\n")
    if sys.stdout.isatty():
        print("\n".join(f"  {line}" for line in shell_settings(run_file)))
    else:  # a log file is no place for a secret key
        print("  lambda-dojo cloud env")
    sys.stdout.flush()


def shell_settings(run_file: RunFile) -> list[str]:
    """Lines for the learner's shell."""
    variables = {
        "AWS_ENDPOINT_URL": run_file.endpoint,
        "AWS_DEFAULT_REGION": run_file.region,
        "AWS_ACCESS_KEY_ID": run_file.access_key_id,
        "AWS_SECRET_ACCESS_KEY": run_file.secret_access_key,
    }
    form = '$env:{} = "{}"' if sys.platform == "win32" else "export {}={}"
    return [form.format(name, value) for name, value in variables.items()]
