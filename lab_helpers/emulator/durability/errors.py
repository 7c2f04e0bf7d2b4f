"""What can go wrong with the account's file, in words for whoever sees it."""

from __future__ import annotations

from pathlib import Path

from lab_helpers.errors import DojoError


class AccountInUseError(DojoError):
    """Another running cloud keeps this account."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "Another embedded cloud keeps this account.",
            why=f"Two clouds cannot write to {folder} at once.",
            now="Stop the other one (lambda-dojo cloud stop), or give this one a folder of its "
            "own: lambda-dojo cloud run --account DIR",
        )


class NewerAccountError(DojoError):
    """The file was written by a later version of this project."""

    def __init__(self, file: Path, found: int, known: int) -> None:
        super().__init__(
            "This account was made by a newer Lambda Dojo.",
            why=f"{file} has format {found}; this version reads formats up to {known}.",
            now="Upgrade Lambda Dojo, or start with an empty account: "
            "lambda-dojo cloud run --account DIR",
        )


class NotKeptError(Exception):
    """A change could not be written: the disk is full, or the file is out of reach.

    The change itself is kept in memory and written with the next one that succeeds.
    """

    def __init__(self, file: Path, cause: Exception) -> None:
        super().__init__(
            f"The embedded cloud cannot write to {file}: {cause}. Nothing that was answered with "
            "success before is lost. Free some disk space, then repeat the call."
        )
