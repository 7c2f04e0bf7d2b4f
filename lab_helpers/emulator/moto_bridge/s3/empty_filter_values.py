"""An empty prefix or suffix of a bucket notification is kept, as S3's console sends it.

moto fails at a filter rule without a value; a rule that every key begins or ends with is fine.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_FilterRule.html
"""

from __future__ import annotations

import re
from typing import Any

from moto.s3.responses import S3Response

_EMPTY = re.compile(rb"<Value\s*/>|<Value>\s*</Value>")
_STAND_IN = "lambda-dojo: an empty value"
_parse = S3Response._notification_config_from_body
_KINDS = ("CloudFunctionConfiguration", "QueueConfiguration", "TopicConfiguration")


def _configuration(response: Any) -> Any:
    body = response.body.encode() if isinstance(response.body, str) else response.body
    if not _EMPTY.search(body):
        return _parse(response)
    response.body = _EMPTY.sub(f"<Value>{_STAND_IN}</Value>".encode(), body)
    configuration = _parse(response)
    for kind in _KINDS:
        for one in configuration.get(kind, ()):
            for rule in ((one.get("Filter") or {}).get("S3Key") or {}).get("FilterRule", ()):
                if rule["Value"] == _STAND_IN:
                    rule["Value"] = ""
    return configuration


def install() -> None:
    S3Response._notification_config_from_body = _configuration
