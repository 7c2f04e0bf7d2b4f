"""The end of a session in a real account: what the session made there is removed."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.backends.aws_made import made_in
from lab_helpers.backends.backend import Backend
from lab_helpers.errors import DojoError
from lab_helpers.grading.removing_found import remove_found

_registered: set[tuple[str, str]] = set()


@dataclass
class AccountClients:
    """Clients of the account that the learner agreed to; each is made once."""

    backend: Backend
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        return self.backend.region

    @property
    def account_id(self) -> str:
        return self.backend.account_id

    def client(self, service: str) -> Any:
        if service not in self._clients:
            session: Any = self.backend.session()
            self._clients[service] = session.client(service)
        return self._clients[service]


def remove_at_the_end(backend: Backend) -> None:
    """When this process ends, remove what it will have made in the account."""
    key = backend.account_id, backend.region
    if backend.name == "aws" and key not in _registered:
        _registered.add(key)
        atexit.register(remove_made, backend)


def remove_made(backend: Backend, say: Callable[[str], object] = print) -> int:
    """Remove what this process made; functions before the roles that they use.

    Returns:
        how many are left, each of which was told.
    """
    # botocore takes some ten milliseconds to import, which opening a lab saves
    from botocore.exceptions import BotoCoreError, ClientError

    made = made_in(backend.account_id, backend.region)
    if not made.arns:
        return 0
    where = f"account {backend.account_id}, Region {backend.region}"
    say(f"Removing what this session made in {where}:")
    clients, left = AccountClients(backend), 0
    for arn in reversed(list(made.arns)):
        try:
            remove_found(clients, arn)
        except (DojoError, BotoCoreError, ClientError) as error:
            left += 1
            say(f"  still there: {arn}\n    {error}")
        else:
            del made.arns[arn]
            say(f"  removed: {arn}")
    if left:
        say(f"{left} are left; they may cost money: lambda-dojo cleanup --backend aws")
    return left
