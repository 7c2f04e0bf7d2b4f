"""``lambda-dojo cleanup --backend aws``: list what labs made in a real account, and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lab_helpers.errors import DojoError

if TYPE_CHECKING:
    from lab_helpers.backends.aws import AwsBackend


def register(app: typer.Typer) -> None:
    """Add ``cleanup`` to the command line."""
    app.command("cleanup")(cleanup)


def cleanup(
    backend: Annotated[str, typer.Option("--backend", help="aws: the only one with a need of it.")],
    dry_run: Annotated[bool, typer.Option("--list", help="Only list; remove nothing.")] = False,
) -> None:
    """Remove what labs made in a real AWS account: all that has their tag, and nothing else."""
    if backend != "aws":
        raise DojoError(
            f'"{backend}" needs no cleaning up: nothing in it is billed.',
            now="One lab: lambda-dojo reset LAB. The embedded cloud: lambda-dojo cloud reset",
        )
    # boto3 takes a third of a second to import, which --help saves
    from lab_helpers.backends.aws import aws_backend
    from lab_helpers.backends.aws_found import found_in_account

    cloud = aws_backend()
    found = found_in_account(cloud.session())
    where = f"account {cloud.account_id}, Region {cloud.region}"
    if not found:
        typer.echo(f"Labs left nothing behind in {where}.")
        return
    typer.echo(f"Labs made these {len(found)} in {where}:")
    for arn in found:
        typer.echo(f"  {arn}")
    if dry_run:
        return
    if not typer.confirm("Remove all of them, with what is inside?"):
        typer.echo("Nothing was removed.")
        raise typer.Exit(1)
    raise typer.Exit(_remove(cloud, found))


def _remove(cloud: AwsBackend, arns: list[str]) -> int:
    """Every one is tried. Returns the exit status: 1 where something is left."""
    # boto3 takes a third of a second to import, which --help saves
    from botocore.exceptions import BotoCoreError, ClientError

    from lab_helpers.grading.account_end import AccountClients
    from lab_helpers.grading.removing_found import remove_found

    clients, left = AccountClients(cloud), 0
    for arn in arns:
        try:
            remove_found(clients, arn)
        except (DojoError, BotoCoreError, ClientError) as error:
            left += 1
            typer.echo(f"  still there: {arn}\n    {error}")
        else:
            typer.echo(f"  removed: {arn}")
    if left:
        typer.echo(f"{left} are left; they may cost money. Mend what is said above and try again.")
    return 1 if left else 0
