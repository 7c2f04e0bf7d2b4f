"""Small functions of moto's that give the same answer each time, and cost more than the work.

For every request moto collects the methods of the service's class, spells the operation's name in
lower case letter by letter, walks all services that are in use, and draws 52 random letters for a
request id. For a service's Regions it asks boto3, which keeps AWS's whole list of endpoints and a
second copy of each service's model: 12 MiB. Here the answers are kept, and the request's own id is
taken.
"""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from typing import Any

import moto.core.responses
import moto.core.utils
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from moto.core.base_backend import AccountSpecificBackend, BackendDict

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
    AccountSpecificBackend._generate_regions = _regions_of


def _account_backends(backends: Any, account_id: str) -> Any:
    """moto takes a lock and compares with every service to find that nothing is to be done."""
    found = backends.get(account_id)
    return _new_account(backends, account_id) if found is None else found


def _own_request_id(headers: dict[str, Any] | None = None) -> str:
    request_id = current_call.get().request_id
    if isinstance(headers, dict):
        headers["x-amzn-requestid"] = request_id
    return request_id


def _regions_of(_backends: Any, service_name: str) -> list[str]:
    """Of all partitions, in botocore's order."""
    try:
        model = moto.core.utils.get_service_model(service_name)
        prefix = str(model.metadata.get("endpointPrefix", service_name))
    except UnknownServiceError:
        prefix = service_name
    return list(_regions_by_prefix().get(prefix, ()))


@cache
def _regions_by_prefix() -> dict[str, tuple[str, ...]]:
    data = Loader().load_data("endpoints")
    resolver = EndpointResolver(data)
    partitions = list(resolver.get_available_partitions())
    return {
        prefix: tuple(
            sys.intern(region)
            for partition in partitions
            for region in resolver.get_available_endpoints(prefix, partition)
        )
        for prefix in {name for partition in data["partitions"] for name in partition["services"]}
    }
