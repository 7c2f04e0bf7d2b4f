"""The access key that opens a cloud: random, made by each account for itself."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RootKey:
    """The learner's access key."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    @classmethod
    def random(cls) -> RootKey:
        letters = string.ascii_uppercase + "234567"
        key_id = "AKIA" + "".join(secrets.choice(letters) for _ in range(16))
        return cls(key_id, secrets.token_urlsafe(30))
