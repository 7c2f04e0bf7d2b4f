"""A role that was made a moment ago is not known everywhere in AWS yet: what needs it tries again.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (changes are not always
immediately visible)
"""

from __future__ import annotations

from typing import Any

TEXTS = (
    "cannot be assumed by Lambda",
    "execution role does not have permissions to",
    "Please check your execution role's permission",
)
AGAIN_AFTER_S = 3.0
ATTEMPTS = 8
"""Some 20 seconds; after them the refusal is told, as it may be true."""

_OPERATIONS = ("CreateFunction", "UpdateFunctionConfiguration", "CreateEventSourceMapping")


def try_again(response: Any, attempts: int, **_: Any) -> float | None:
    """A handler of botocore's ``needs-retry``: seconds to wait, or None to leave it to others."""
    if response is None or attempts >= ATTEMPTS:
        return None
    error = response[1].get("Error", {})
    refused = error.get("Code") == "InvalidParameterValueException"
    if refused and any(text in error.get("Message", "") for text in TEXTS):
        return AGAIN_AFTER_S
    return None


def survive_new_roles(session: Any) -> None:
    for operation in _OPERATIONS:
        session.events.register_first(f"needs-retry.lambda.{operation}", try_again)
