"""The learner's access key, kept with the account that it opens."""

from __future__ import annotations

import json

from lab_helpers.emulator.durability.account_store import AccountStore

KIND, NAME = "account", "key"


def kept_key(store: AccountStore) -> tuple[str, str] | None:
    """(access key id, secret) of the learner when the account was last open."""
    kept = dict(store.documents(KIND)).get(NAME)
    if kept is None:
        return None
    access_key_id, secret_access_key = json.loads(kept)
    return str(access_key_id), str(secret_access_key)


def keep_key(store: AccountStore, access_key_id: str, secret_access_key: str) -> None:
    """Raises NotKeptError."""
    content = json.dumps([access_key_id, secret_access_key]).encode()
    if dict(store.documents(KIND)).get(NAME) != content:
        store.put_document(KIND, NAME, content)
