"""The policy of an upload form: until when it holds, and what each of its fields must be.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.upload_form import UploadForm

_NEED_NO_CONDITION = frozenset(
    {"awsaccesskeyid", "bucket", "file", "policy", "signature", "x-amz-signature"}
)
_RANGE = "content-length-range"


def refuse_beyond_policy(form: UploadForm, now: float) -> None:
    """Raises AwsError, in S3's words, where the form's policy does not allow what it holds.

    Args:
        now: seconds since the epoch.
    """
    policy = _read(form.fields["policy"])
    try:
        expires = datetime.fromisoformat(policy["expiration"]).timestamp()
        conditions = list(policy["conditions"])
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid_document("Invalid Policy: Invalid 'expiration' or 'conditions'.") from error
    if expires < now:
        raise _denied("Policy expired.")
    given = form.fields | {"bucket": form.bucket}
    named = set()
    for condition in conditions:
        for operator, name, value, text in _simple(condition):
            if operator == _RANGE:
                _refuse_size(len(form.content), int(name), int(value))
                continue
            name = name.removeprefix("$").lower()
            named.add(name)
            found = given.get(name, "")
            if not (found == value if operator == "eq" else found.startswith(value)):
                raise _denied(f"Policy Condition failed: {text}")
    extra = [
        name
        for name in form.fields
        if name not in named | _NEED_NO_CONDITION and not name.startswith("x-ignore-")
    ]
    if extra:
        raise _denied(f"Extra input fields: {', '.join(extra)}")


def _read(encoded: str) -> dict[str, Any]:
    try:
        policy = json.loads(base64.b64decode(encoded))
    except ValueError as error:
        raise _invalid_document("Invalid Policy: Invalid JSON.") from error
    if not isinstance(policy, dict):
        raise _invalid_document("Invalid Policy: Invalid JSON.")
    return policy


def _simple(condition: Any) -> Iterator[tuple[str, str, str, str]]:
    """(operator, field or smallest size, value or largest size, as S3 writes the condition)."""
    if isinstance(condition, dict):
        for name, value in condition.items():
            yield "eq", str(name), str(value), json.dumps(["eq", f"${name}", value])
        return
    if isinstance(condition, list) and len(condition) == 3:
        operator = str(condition[0]).lower()
        name, value = str(condition[1]), str(condition[2])
        sizes_fit = name.isdecimal() and value.isdecimal()
        if operator in ("eq", "starts-with") or (operator == _RANGE and sizes_fit):
            yield operator, name, value, json.dumps(condition)
            return
    raise _invalid_document(f"Invalid Policy: Invalid condition: {json.dumps(condition)}")


def _refuse_size(size: int, smallest: int, largest: int) -> None:
    if size < smallest:
        text = "Your proposed upload is smaller than the minimum allowed size"
        bounds = [("ProposedSize", str(size)), ("MinSizeAllowed", str(smallest))]
        raise AwsError("EntityTooSmall", text, 400, bounds)
    if size > largest:
        text = "Your proposed upload exceeds the maximum allowed size"
        bounds = [("ProposedSize", str(size)), ("MaxSizeAllowed", str(largest))]
        raise AwsError("EntityTooLarge", text, 400, bounds)


def _denied(text: str) -> AwsError:
    return AwsError("AccessDenied", f"Invalid according to Policy: {text}", 403)


def _invalid_document(text: str) -> AwsError:
    return AwsError("InvalidPolicyDocument", text, 400)
