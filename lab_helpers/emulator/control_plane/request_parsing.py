"""From an HTTP request to an operation's parameters, in AWS's names and Python's types."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import parse_qsl

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.service_model import (
    RoutedOperation,
    Shape,
    input_shape,
    shape,
)
from lab_helpers.emulator.http import Request

MAXIMUM_NESTING = 64
"""No shape of Lambda's is nested deeper than a handful; a body that is, is an attack."""


def parse_request(request: Request, routed: RoutedOperation) -> dict[str, Any]:
    """The operation's input: members given as null count as not given, unknown ones are ignored.

    Raises:
        LambdaError: ``SerializationException`` for a malformed body or a wrong type.
    """
    structure = input_shape(routed.name)
    members: dict[str, Any] = structure["members"]
    body: dict[str, Any] = {}
    if any("location" not in member for member in members.values()):
        body = _json_object(request.body)
    query = parse_qsl(request.raw_query, keep_blank_values=True)
    params: dict[str, Any] = {}
    for name, member in members.items():
        key = member.get("locationName", name)
        location = member.get("location")
        target = shape(member["shape"])
        if location is None:
            value = _from_json(target, body.get(key))
        elif location == "uri":
            value = _from_text(target, routed.uri_params.get(key))
        elif location == "header":
            value = _from_text(target, request.headers.get(key) or None)
        elif target["type"] == "list":
            value = [text for query_key, text in query if query_key == key] or None
        else:
            value = _from_text(target, dict(query).get(key))
        if value is not None:
            params[name] = value
    return params


def _json_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LambdaError(
            "SerializationException", f"Could not parse request body into json: {error}"
        ) from error
    if not isinstance(parsed, dict):
        raise _wrong_type(parsed, "Map")
    return parsed


def _from_json(target: Shape, value: Any, depth: int = 0) -> Any:
    if value is None:
        return None
    if depth > MAXIMUM_NESTING:
        raise LambdaError("SerializationException", "The request body is nested too deeply.")
    kind = target["type"]
    if kind == "structure":
        return _structure(target, value, depth)
    if kind == "list":
        if not isinstance(value, list):
            raise _wrong_type(value, "List")
        member = shape(target["member"]["shape"])
        return [_from_json(member, item, depth + 1) for item in value]
    if kind == "map":
        if not isinstance(value, dict):
            raise _wrong_type(value, "Map")
        member = shape(target["value"]["shape"])
        return {key: _from_json(member, item, depth + 1) for key, item in value.items()}
    return _scalar(kind, value)


def _structure(target: Shape, value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(value, "Structure")
    parsed = {}
    for name, member in target["members"].items():
        item = _from_json(
            shape(member["shape"]), value.get(member.get("locationName", name)), depth + 1
        )
        if item is not None:
            parsed[name] = item
    return parsed


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        if isinstance(value, str):
            return value
        raise _wrong_type(value, "String")
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        raise _wrong_type(value, "Boolean")
    if kind in ("integer", "long"):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value % 1 == 0:
            return int(value)
        raise _wrong_type(value, "Integer")
    if kind in ("double", "float", "timestamp"):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise _wrong_type(value, "Double")
    return _blob(value)


def _blob(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong_type(value, "Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LambdaError(
            "SerializationException",
            f"The binary member is not valid base64 ({error}). Encode the file's bytes in base64.",
        ) from error


def _from_text(target: Shape, text: str | None) -> Any:
    if text is None:
        return None
    kind = target["type"]
    if kind in ("integer", "long"):
        try:
            return int(text)
        except ValueError as error:
            raise LambdaError(
                "SerializationException", f"'{text[:100]}' can not be converted to an Integer"
            ) from error
    if kind == "boolean":
        return text.lower() == "true"
    return text


def _wrong_type(value: Any, wanted: str) -> LambdaError:
    names = {str: "STRING_VALUE", bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}
    if isinstance(value, (dict, list)):
        return LambdaError(
            "SerializationException", "Start of structure or map found where not expected."
        )
    found = names.get(type(value), "VALUE")
    article = "an" if wanted[0] in "AEIOU" else "a"
    return LambdaError(
        "SerializationException", f"{found} can not be converted to {article} {wanted}"
    )
