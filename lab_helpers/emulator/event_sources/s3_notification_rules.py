"""A bucket's notification configuration: read from S3's XML, refused as S3 refuses it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from lab_helpers.arns import Arn

FILTER_VALUE_LIMIT_BYTES = 1024

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
EVENT_TYPES = frozenset(
    {
        "s3:ObjectCreated:*",
        "s3:ObjectCreated:Put",
        "s3:ObjectCreated:Post",
        "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectRemoved:*",
        "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated",
        "s3:ObjectRestore:*",
        "s3:ObjectRestore:Post",
        "s3:ObjectRestore:Completed",
        "s3:ObjectRestore:Delete",
        "s3:ReducedRedundancyLostObject",
        "s3:Replication:*",
        "s3:Replication:OperationFailedReplication",
        "s3:Replication:OperationNotTracked",
        "s3:Replication:OperationMissedThreshold",
        "s3:Replication:OperationReplicatedAfterThreshold",
        "s3:LifecycleExpiration:*",
        "s3:LifecycleExpiration:Delete",
        "s3:LifecycleExpiration:DeleteMarkerCreated",
        "s3:LifecycleTransition",
        "s3:IntelligentTiering",
        "s3:ObjectTagging:*",
        "s3:ObjectTagging:Put",
        "s3:ObjectTagging:Delete",
        "s3:ObjectAcl:Put",
        "s3:TestEvent",
    }
)
_DESTINATION_TAGS = {
    "CloudFunctionConfiguration": ("CloudFunction", "lambda"),
    "QueueConfiguration": ("Queue", "sqs"),
    "TopicConfiguration": ("Topic", "sns"),
}


class NotificationRefusedError(Exception):
    """The configuration is refused.

    Attributes:
        arguments: (name, value) pairs that S3 shows as ArgumentName1, ArgumentValue1, …
    """

    def __init__(self, code: str, message: str, arguments: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.arguments = tuple(arguments)


@dataclass(frozen=True)
class NotificationRule:
    """One destination with its event types and key filter."""

    destination_arn: str
    destination_service: str
    event_types: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""


def parse_notification_configuration(body: bytes) -> list[NotificationRule]:
    """Raises NotificationRefusedError with S3's code and text."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise _malformed() from error
    if _local(root.tag) != "NotificationConfiguration":
        raise _malformed()
    rules = [
        _parse_rule(child, *_DESTINATION_TAGS[_local(child.tag)])
        for child in root
        if _local(child.tag) in _DESTINATION_TAGS
    ]
    _refuse_overlaps(rules)
    return rules


def refuse_unreachable(
    rules: Iterable[NotificationRule],
    region: str,
    may_invoke: Callable[[str], bool],
    exists: Callable[[str, str], bool],
    may_publish: Callable[[str, str], bool],
) -> None:
    """Check that S3 can deliver to every destination, as S3 does before it stores the rules.

    Args:
        region: of the bucket; a destination must be in the same one.
        may_invoke: function ARN → whether its resource-based policy lets this bucket invoke it.
        exists: (service, ARN) → whether there is such a queue or topic.
        may_publish: (service, ARN) → whether its policy lets S3 send for this bucket.
    """
    refused: list[tuple[str, str]] = []
    for rule in rules:
        arn = rule.destination_arn
        if Arn.parse(arn).region != region:
            raise NotificationRefusedError(
                "InvalidArgument",
                "The notification destination service region is not valid for the bucket "
                "location constraint",
            )
        if rule.destination_service == "lambda":
            if not may_invoke(arn):
                refused.append((f"{arn}, null", f"Not authorized to invoke function [{arn}]"))
            continue
        kind = "queue" if rule.destination_service == "sqs" else "topic"
        if rule.destination_service != "lambda" and not exists(rule.destination_service, arn):
            refused.append((arn, f"The destination {kind} does not exist"))
        elif not may_publish(rule.destination_service, arn):
            refused.append(
                (
                    arn,
                    f"Permissions on the destination {kind} do not allow S3 to publish "
                    "notifications from this bucket",
                )
            )
    if refused:
        raise _unable_to_validate(refused)


def _parse_rule(element: ElementTree.Element, tag: str, service: str) -> NotificationRule:
    arn = ""
    event_types = []
    filters: dict[str, str] = {}
    for child in element:
        name = _local(child.tag)
        if name == tag:
            arn = (child.text or "").strip()
        elif name == "Event":
            event_types.append((child.text or "").strip())
        elif name == "Filter":
            filters = _parse_filter(child)
    if not arn or not event_types:
        raise _malformed()
    for event_type in event_types:
        if event_type not in EVENT_TYPES:
            raise NotificationRefusedError(
                "InvalidArgument",
                f"The event '{event_type}' is not supported for notifications",
            )
    _refuse_bad_arn(arn, service)
    return NotificationRule(
        arn, service, tuple(event_types), filters.get("prefix", ""), filters.get("suffix", "")
    )


def _refuse_bad_arn(arn: str, service: str) -> None:
    try:
        parsed = Arn.parse(arn)
    except ValueError as error:
        raise _unable_to_validate([(arn, "The ARN could not be parsed")]) from error
    if parsed.service != service or not re.fullmatch(r"\d{12}", parsed.account_id):
        raise NotificationRefusedError("InvalidArgument", "The ARN is not well formed")


def _parse_filter(element: ElementTree.Element) -> dict[str, str]:
    filters: dict[str, str] = {}
    for rule in _descendants(element, "FilterRule"):
        values = {_local(child.tag): child.text or "" for child in rule}
        name = values.get("Name", "").lower()
        value = values.get("Value", "")
        if name not in ("prefix", "suffix"):
            raise NotificationRefusedError(
                "InvalidArgument", "filter rule name must be either prefix or suffix"
            )
        if name in filters:
            raise NotificationRefusedError(
                "InvalidArgument", f"Cannot specify more than one {name} rule in a filter."
            )
        if len(value.encode()) > FILTER_VALUE_LIMIT_BYTES:
            raise NotificationRefusedError(
                "InvalidArgument",
                "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
            )
        filters[name] = value
    return filters


def _refuse_overlaps(rules: list[NotificationRule]) -> None:
    for first, second in combinations(rules, 2):
        if _share_an_event_type(first, second) and _filters_overlap(first, second):
            raise NotificationRefusedError(
                "InvalidArgument",
                "Configurations overlap. Configurations on the same bucket cannot share a common "
                "event type.",
            )


def _share_an_event_type(first: NotificationRule, second: NotificationRule) -> bool:
    return any(
        event_type_matches(one, other) or event_type_matches(other, one)
        for one in first.event_types
        for other in second.event_types
    )


def event_type_matches(pattern: str, event_type: str) -> bool:
    """``s3:ObjectCreated:*`` matches ``s3:ObjectCreated:Put``."""
    if pattern.endswith(":*"):
        return event_type.startswith(pattern[:-1])
    return pattern == event_type


def _filters_overlap(first: NotificationRule, second: NotificationRule) -> bool:
    """Whether some key could match both: each pair of prefixes and of suffixes is compatible."""
    prefixes = first.prefix.startswith(second.prefix) or second.prefix.startswith(first.prefix)
    suffixes = first.suffix.endswith(second.suffix) or second.suffix.endswith(first.suffix)
    return prefixes and suffixes


def _unable_to_validate(arguments: list[tuple[str, str]]) -> NotificationRefusedError:
    return NotificationRefusedError(
        "InvalidArgument",
        "Unable to validate the following destination configurations",
        arguments,
    )


def _malformed() -> NotificationRefusedError:
    return NotificationRefusedError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _descendants(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in element.iter() if _local(child.tag) == name)
