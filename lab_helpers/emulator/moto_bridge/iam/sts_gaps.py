"""Operations of STS whose credentials moto makes up: they would open nothing.

moto answers them with the same key for everybody, which belongs to no one and which the endpoint
therefore refuses at its first use, far from where it was asked for.
"""

from __future__ import annotations

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.moto_bridge.failed_calls import CLOUD_NAME

_OF_NO_USE = frozenset({"GetFederationToken", "GetSessionToken"})


def refuse_credentials_of_no_use(operation: str) -> None:
    """Raises AwsError where moto's answer would be a key that nobody has."""
    if operation in _OF_NO_USE:
        raise AwsError(
            "NotImplemented",
            f"sts:{operation} is not implemented in {CLOUD_NAME}. "
            "For temporary credentials use sts:AssumeRole.",
            501,
        )
