"""The access key that opens a cloud: random, made by each account for itself."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import string
from dataclasses import dataclass, field

from lab_helpers.arns import partition_of
from lab_helpers.emulator.access.principals import KeyOwner
from lab_helpers.errors import DojoError

LEARNER_USER = "learner"
_AWS_KEY_ID = re.compile(r"[A-Z0-9]{20}")


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

    @property
    def learner_id(self) -> str:
        """The learner's unique id in an account that begins with this key."""
        return "AIDA" + well_formed(self.access_key_id)[4:]

    def owner(self, account_id: str, region: str) -> KeyOwner:
        """The learner, in an account that begins with this key."""
        arn = f"arn:{partition_of(region)}:iam::{account_id}:user/{LEARNER_USER}"
        return KeyOwner(arn, self.learner_id, self.secret_access_key)


def well_formed(access_key_id: str) -> str:
    """A learner may choose any id; one of AWS's form stands for it where that is wanted."""
    if _AWS_KEY_ID.fullmatch(access_key_id):
        return access_key_id
    digest = base64.b32encode(hashlib.sha256(access_key_id.encode()).digest()).decode()
    return "AKIA" + digest[:16]


def given_key(access_key_id: str | None, secret_access_key: str | None) -> RootKey | None:
    """None where neither half was given. Raises DojoError for one half."""
    if access_key_id is not None and secret_access_key is not None:
        return RootKey(access_key_id, secret_access_key)
    if access_key_id is None and secret_access_key is None:
        return None
    raise DojoError(
        "Only half of a key was given.",
        why="An access key id and its secret belong together.",
        now="Give both --access-key-id and --secret-access-key, or neither.",
    )
