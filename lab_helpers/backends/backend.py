"""What a lab needs to know of the cloud it talks to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import boto3


class Capability(StrEnum):
    """What a backend can do; a lab's ``needs`` are of these."""

    LAMBDA = "lambda"
    IAM = "iam"
    PERMISSIONS = "permissions"
    """Requests are refused where policies do not allow them."""
    IAM_USERS = "iam_users"
    """A lab may make IAM users with access keys, and act as them."""
    S3 = "s3"
    LOGS = "logs"
    S3_NOTIFICATION = "s3_notification"
    SQS = "sqs"
    SNS = "sns"
    DYNAMODB = "dynamodb"
    KINESIS = "kinesis"
    CLOUDWATCH = "cloudwatch"
    ERROR_TYPES = "error_types"
    """A function error bears the name of the exception that the code raised."""
    LAYERS = "layers"
    """What is in a function's layers lies under ``/opt`` when it runs."""
    BISECT = "bisect"
    """A batch of a stream that failed is cut in two before it is tried again."""
    ALIAS_POLICIES = "alias_policies"
    """An alias has a resource-based policy of its own."""
    WEIGHTED_ALIASES = "weighted_aliases"
    """An alias sends part of its invocations to a second version."""
    LOG_LINES = "log_lines"
    """A function's log, and an invocation's tail of it, hold AWS's lines and errors."""
    ASYNC_RECORDS = "async_records"
    """Dead letters and records of asynchronous invocations are as AWS sends them."""
    LOG_CONTROLS = "log_controls"
    """A function's log records reach its log group, by its log format and log level."""
    METRIC_FILTERS = "metric_filters"
    """Metric filters count log events, and alarms watch what they count."""
    JOURNAL = "journal"
    """``GET {endpoint}/_dojo/journal`` tells what happened."""
    RESET = "reset"
    """All may be thrown away: nothing outside the labs lives here."""


@dataclass(frozen=True)
class Credentials:
    """Keys of the identity that a lab acts as."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Backend(Protocol):
    """One cloud, however it came to be.

    Attributes:
        name: ``embedded``, ``localstack``, ``ministack``, ``aws`` or ``endpoint``.
        endpoint_url: where requests go, or None for AWS's own endpoints.
        account_id: 12 digits; part of the names of buckets.
        patience_s: how long what a lab did may take to show up in logs and buckets.
    """

    @property
    def name(self) -> str: ...
    @property
    def endpoint_url(self) -> str | None: ...
    @property
    def region(self) -> str: ...
    @property
    def account_id(self) -> str: ...
    @property
    def credentials(self) -> Credentials | None: ...
    @property
    def capabilities(self) -> frozenset[Capability]: ...
    @property
    def patience_s(self) -> float: ...

    def session(self) -> boto3.Session:
        """A boto3 session with this backend's Region, credentials and endpoint."""

    def environment(self) -> Mapping[str, str]:
        """Environment variables with which the AWS CLI and any SDK reach this backend."""
