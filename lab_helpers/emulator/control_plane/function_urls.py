"""Function URLs: an HTTP address of a function or an alias; ``front_doors`` answers there.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from __future__ import annotations

import hashlib
from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import conflict, not_found
from lab_helpers.emulator.control_plane.records import LATEST, Function, FunctionUrl

FUNCTION_URL_PATH = "/_lambda/url/"
"""AWS has a host name per URL; a path works without any name resolution."""

_URL_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_url_id(call: Call) -> str:
    """32 letters and digits, as AWS's."""
    digest = hashlib.sha256(call.state.new_id().encode()).digest()
    return "".join(_URL_ID_ALPHABET[byte % 32] for byte in digest)


def _function(call: Call) -> tuple[Function, str]:
    """For changes: function and qualifier, both there."""
    name, qualifier = call.reference()
    function = call.records.functions.get(name)
    if function is None or (qualifier and qualifier not in function.aliases):
        raise not_found("Function does not exist")
    return function, qualifier or LATEST


def _arn(call: Call, function: Function, qualifier: str) -> str:
    return call.state.arn(call.region, function.name, None if qualifier == LATEST else qualifier)


def create_function_url_config(call: Call) -> Answer:
    function, qualifier = _function(call)
    if qualifier in function.urls:
        raise conflict(
            "Failed to create function url config for "
            f"[functionArn = {_arn(call, function, qualifier)}]. Error message:  "
            "FunctionUrlConfig exists for this Lambda function"
        )
    url_id, now = new_url_id(call), call.state.last_modified_microseconds()
    config = FunctionUrl(
        url_id=url_id,
        url=_address(call, url_id),
        auth_type=call.params["AuthType"],
        invoke_mode=call.params.get("InvokeMode", "BUFFERED"),
        creation_time=now,
        last_modified_time=now,
        cors=call.params.get("Cors"),
    )
    function.urls[qualifier] = config
    body = _body(call, function, qualifier, config)
    del body["LastModifiedTime"]
    return Answer(body)


def _address(call: Call, url_id: str) -> str:
    return f"{call.state.endpoint_url.rstrip('/')}{FUNCTION_URL_PATH}{url_id}/"


def _body(call: Call, function: Function, qualifier: str, config: FunctionUrl) -> dict[str, Any]:
    body: dict[str, Any] = {
        # Another start of the cloud may listen elsewhere.
        "FunctionUrl": _address(call, config.url_id),
        "FunctionArn": _arn(call, function, qualifier),
        "AuthType": config.auth_type,
        "CreationTime": config.creation_time,
        "LastModifiedTime": config.last_modified_time,
        "InvokeMode": config.invoke_mode,
    }
    if config.cors is not None:
        body["Cors"] = config.cors
    return body


def _existing(call: Call) -> tuple[Function, str, FunctionUrl]:
    name, qualifier = call.reference()
    function = call.records.functions.get(name)
    config = function.urls.get(qualifier or LATEST) if function else None
    if function is None or config is None:
        raise not_found("The resource you requested does not exist.")
    return function, qualifier or LATEST, config


def get_function_url_config(call: Call) -> Answer:
    return Answer(_body(call, *_existing(call)))


def update_function_url_config(call: Call) -> Answer:
    _function(call)
    function, qualifier, config = _existing(call)
    config.auth_type = call.params.get("AuthType", config.auth_type)
    config.invoke_mode = call.params.get("InvokeMode", config.invoke_mode)
    if "Cors" in call.params:
        # an empty one takes the configuration away
        config.cors = call.params["Cors"] or None
    config.last_modified_time = call.state.last_modified_microseconds()
    return Answer(_body(call, function, qualifier, config))


def delete_function_url_config(call: Call) -> Answer:
    """The statements of the resource-based policy that were added for it stay."""
    function, qualifier, _ = _existing(call)
    del function.urls[qualifier]
    return Answer(status=204)


def list_function_url_configs(call: Call) -> Answer:
    name, _ = call.reference()
    function = call.records.functions.get(name)
    if function is None:
        raise not_found("Function does not exist")
    items = [
        (qualifier, _body(call, function, qualifier, config))
        for qualifier, config in sorted(function.urls.items())
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("FunctionUrlConfigs", page, marker))


OPERATIONS = {
    "CreateFunctionUrlConfig": Operation(create_function_url_config),
    "GetFunctionUrlConfig": Operation(get_function_url_config),
    "UpdateFunctionUrlConfig": Operation(update_function_url_config),
    "DeleteFunctionUrlConfig": Operation(delete_function_url_config),
    "ListFunctionUrlConfigs": Operation(list_function_url_configs),
}
