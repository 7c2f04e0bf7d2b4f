"""Small functions of moto's that give the same answer each time, and cost more than the work.

For every request moto collects the methods of the service's class, spells the operation's name in
lower case letter by letter, walks all services that are in use, and draws 52 random letters for a
request id. Here the answers are kept, and the request's own id is taken.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import moto.core.responses
import moto.core.utils
from moto.core.base_backend import BackendDict

from lab_helpers.emulator.moto_bridge.current_call import current_call

_new_account = BackendDict.__getitem__


def install() -> None:
    """For every service: they all answer through moto's one base class of responses."""
    snake_case = lru_cache(4096)(moto.core.utils.camelcase_to_underscores)
    method_names = cache(moto.core.utils.method_names_from_class)
    for module in (moto.core.utils, moto.core.responses):
        module.camelcase_to_underscores = snake_case
        module.method_names_from_class = method_names
    moto.core.responses.gen_amzn_requestid_long = _own_request_id
    BackendDict.__getitem__ = _account_backends


def _account_backends(backends: Any, account_id: str) -> Any:
    """moto takes a lock and compares with every service to find that nothing is to be done."""
    found = backends.get(account_id)
    return _new_account(backends, account_id) if found is None else found


def _own_request_id(headers: dict[str, Any] | None = None) -> str:
    request_id = current_call.get().request_id
    if isinstance(headers, dict):
        headers["x-amzn-requestid"] = request_id
    return request_id
