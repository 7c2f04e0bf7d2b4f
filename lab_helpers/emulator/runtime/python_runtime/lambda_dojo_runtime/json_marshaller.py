"""Events and results as JSON, the way AWS's runtime (simplejson) writes them.

The standard library's encoder differs in three values, which are changed before encoding:
``Decimal`` is written as a number, a named tuple as an object, ``bytes`` as UTF-8 text.
"""

from __future__ import annotations

import json
import os

from .faults import Fault

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from typing import Any

_ESCAPING_RUNTIMES = tuple(f"AWS_Lambda_python3.{minor}" for minor in range(6, 12))
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html: from Python 3.12 on, non-ASCII
# characters in the response are not escaped.
_encode = json.JSONEncoder(ensure_ascii=False).encode
_SCALARS = frozenset((str, int, float, bool, type(None)))


def follow_runtime() -> None:
    """Before the first event, once the environment variables are the function's."""
    global _encode
    ascii_only = os.environ.get("AWS_EXECUTION_ENV", "") in _ESCAPING_RUNTIMES
    _encode = json.JSONEncoder(ensure_ascii=ascii_only).encode


def unmarshal_event(body: bytes, content_type: str) -> Any:
    if content_type != "application/json":
        return body
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None


def marshal_result(result: object) -> tuple[bytes | str, str]:
    """The body to post and its content type."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def to_json(value: object) -> str:
    if not _needs_change(value):
        return _encode(value)
    numbers: dict[str, str] = {}
    text = _encode(_changed(value, numbers))
    for placeholder, digits in numbers.items():
        text = text.replace(f'"{placeholder}"', digits)
    return text


def _needs_change(value: object) -> bool:
    """True where ``value`` holds something that simplejson writes and ``json`` does not."""
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind in _SCALARS:
            continue
        if isinstance(item, (dict, list, tuple)):
            if isinstance(item, tuple) and hasattr(item, "_asdict"):
                return True
            if id(item) not in seen:  # a circle is the encoder's to refuse
                seen.add(id(item))
                waiting.extend(item.values() if isinstance(item, dict) else item)
        elif isinstance(item, bytes) or kind.__name__ == "Decimal":
            return True
    return False


def _changed(value: object, numbers: dict[str, str]) -> object:
    as_dict = getattr(value, "_asdict", None) if isinstance(value, tuple) else None
    if as_dict is not None:
        value = as_dict()
    if isinstance(value, dict):
        return {key: _changed(item, numbers) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_changed(item, numbers) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if type(value).__name__ == "Decimal":
        if value.is_nan():  # type: ignore[attr-defined] # a Decimal; not imported for speed
            return float("nan")
        placeholder = f"decimal-{os.urandom(12).hex()}"
        numbers[placeholder] = str(value)
        return placeholder
    return value
