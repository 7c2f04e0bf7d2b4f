"""The ways to name a function: its name, ``name:qualifier``, a partial ARN, the full ARN.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (FunctionName)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab_helpers.emulator.control_plane.errors import LambdaError, invalid_parameter, not_found

_REFERENCE = re.compile(
    r"(?:arn:(?P<partition>aws[a-zA-Z-]*)?:lambda:)?"
    r"(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?"
    r"(?:(?P<account_id>\d{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True)
class FunctionReference:
    """A function reference, taken apart; None for what it leaves open."""

    name: str
    qualifier: str | None = None
    region: str | None = None
    account_id: str | None = None


def parse_reference(text: str) -> FunctionReference:
    """Raises LambdaError (``ValidationException``) where ``text`` names no function."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise LambdaError(
            "ValidationException",
            f"1 validation error detected: Value '{text}' at 'functionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
            r"\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)"
            r"(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
        )
    return FunctionReference(
        found["name"], found["qualifier"], found["region"], found["account_id"]
    )


def resolve_reference(
    text: str, qualifier: str | None, region: str, account_id: str
) -> tuple[str, str | None]:
    """A reference and the ``Qualifier`` parameter → name and qualifier.

    Raises:
        LambdaError: another Region's or another account's function; two qualifiers that differ.
    """
    reference = parse_reference(text)
    if reference.region is not None and reference.region != region:
        raise not_found(
            f"Functions from '{reference.region}' are not reachable in this region ('{region}')"
        )
    if reference.account_id is not None and reference.account_id != account_id:
        raise LambdaError("AccessDeniedException", None)
    if reference.qualifier and qualifier and reference.qualifier != qualifier:
        raise invalid_parameter(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return reference.name, reference.qualifier or qualifier
