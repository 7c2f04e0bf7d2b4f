"""What a timeline is asked for: an event, a function, or everything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REQUEST_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FUNCTION = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class Question:
    """Attributes: one of ``request_id`` and ``function``; neither: everything."""

    request_id: str = ""
    function: str = ""
    qualifier: str = ""

    def __str__(self) -> str:
        return self.request_id or ":".join(filter(None, (self.function, self.qualifier)))


def read_question(what: object) -> Question | None:
    """None where ``what`` is nothing that a timeline can be of.

    Args:
        what: a request id; a response of boto3, or an error that it raised; the name or ARN of a
            function, with a qualifier or without; or None.
    """
    if what is None:
        return Question()
    if isinstance(what, str):
        return _named(what.strip())
    response: Any = what if isinstance(what, Mapping) else getattr(what, "response", None)
    metadata = response.get("ResponseMetadata") if isinstance(response, Mapping) else None
    request_id = metadata.get("RequestId") if isinstance(metadata, Mapping) else None
    return Question(request_id=str(request_id)) if request_id else None


def _named(what: str) -> Question | None:
    if _REQUEST_ID.fullmatch(what):
        return Question(request_id=what)
    parts = what.split(":")
    if parts[0] == "arn" and len(parts) > 6 and parts[5] == "function":
        parts = parts[6:]
    elif len(parts) > 1 and parts[1] == "function":  # 123456789012:function:NAME
        parts = parts[2:]
    if len(parts) in (1, 2) and _FUNCTION.fullmatch(parts[0]):
        return Question(function=parts[0], qualifier=parts[1] if len(parts) == 2 else "")
    return None
