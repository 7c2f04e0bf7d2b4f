"""Rules of a bucket's notification configuration, as S3 returns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rule = Mapping[str, Any]

CREATED_EVENTS = ("Put", "Post", "Copy", "CompleteMultipartUpload")
"""What ``s3:ObjectCreated:*`` stands for.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
"""


def notifies(rule: Rule, function_arn: str) -> bool:
    """Whether the rule's target is the function, or one of its versions or aliases."""
    return f"{rule['LambdaFunctionArn']}:".startswith(f"{function_arn}:")


def missing_created_events(rules: list[Rule]) -> list[str]:
    """Ways for an object to come into being that none of ``rules`` tells of."""
    told = {event for rule in rules for event in rule["Events"]}
    every = (f"s3:ObjectCreated:{kind}" for kind in CREATED_EVENTS)
    return [event for event in every if not told & {"s3:ObjectCreated:*", event}]


def filters(rule: Rule) -> dict[str, str]:
    """``prefix`` and ``suffix`` of a rule; S3 keeps the names as ``Prefix`` and ``Suffix``."""
    found = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return {entry["Name"].lower(): entry.get("Value", "") for entry in found}


def lets_through(rule: Rule, key: str) -> bool:
    """Whether an object with this key notifies. There are no wildcards."""
    found = filters(rule)
    return key.startswith(found.get("prefix", "")) and key.endswith(found.get("suffix", ""))
