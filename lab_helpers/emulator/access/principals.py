"""Whose keys sign requests: values that authentication needs and identity keepers provide."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class KeyOwner:
    """Whose key signed a request.

    Attributes:
        session_token: what the request must carry beside the key, None for a user's key.
        expires_at: seconds since the epoch, None for a user's key.
        source_function_arn: the function whose environment has the key, empty for others.
    """

    arn: str
    principal_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    active: bool = True
    source_function_arn: str = ""


@dataclass(frozen=True)
class Caller:
    """An authenticated principal and what it called.

    Attributes:
        service: the signing name: ``s3``, ``lambda``, ``monitoring`` …
        source_function_arn: the function that calls, empty where none does.
    """

    arn: str
    principal_id: str
    access_key_id: str
    region: str
    service: str
    source_function_arn: str = ""
