"""The end of a session in a real account: what the session made there is removed.

A session that was cut short has left a record; ``remove_left_behind`` goes by it.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab_helpers.backends.aws import backend_of
from lab_helpers.backends.aws_made import made_in
from lab_helpers.backends.aws_record import left_behind
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
    made = made_in(backend.account_id, backend.region)
    if not made.arns:
        return 0
    where = f"account {backend.account_id}, Region {backend.region}"
    say(f"Removing what this session made in {where}:")
    left = _remove(AccountClients(backend), list(made.arns), made.gone, say)
    if left:
        say(f"{left} are left; they may cost money: lambda-dojo cleanup --backend aws")
    return left


def remove_left_behind(
    home: Path,
    say: Callable[[str], object] = print,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Remove what sessions made that ended before they had removed it, as they had agreed to.

    Args:
        home: ``Settings.home``.
        stopping: asked before each thing; once it says so, the rest stays.

    Returns:
        how many are left, each of which was told.
    """
    left = 0
    for record in left_behind(home):
        arns = record.left()
        where = f"account {record.account_id}, Region {record.region}"
        say(f"Removing what a session left in {where}:")
        try:
            clients = AccountClients(backend_of(record))
            remaining = _remove(clients, arns, record.gone, say, stopping)
        except DojoError as error:
            remaining = len(arns)
            say(str(error))
        if remaining:
            say(f"{remaining} are left; they may cost money: lambda-dojo cleanup --backend aws")
        left += remaining
    return left


def _remove(
    clients: AccountClients,
    arns: Iterable[str],
    gone: Callable[[str], object],
    say: Callable[[str], object],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """The last made first. Each is tried; how many could not be removed."""
    # botocore takes some ten milliseconds to import, which opening a lab saves
    from botocore.exceptions import BotoCoreError, ClientError

    left = 0
    for arn in reversed(list(arns)):
        if stopping():
            left += 1
            continue
        try:
            remove_found(clients, arn)
        except (DojoError, BotoCoreError, ClientError) as error:
            left += 1
            say(f"  still there: {arn}\n    {error}")
        else:
            gone(arn)
            say(f"  removed: {arn}")
    return left
