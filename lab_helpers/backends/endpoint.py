"""Backends that are an endpoint's URL and a pair of keys: LocalStack, or any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab_helpers.backends.backend import Capability, Credentials

if TYPE_CHECKING:
    import boto3

SERVICES = frozenset(
    {
        Capability.LAMBDA,
        Capability.IAM,
        Capability.PERMISSIONS,
        Capability.IAM_USERS,
        Capability.S3,
        Capability.LOGS,
        Capability.S3_NOTIFICATION,
        Capability.SQS,
        Capability.SNS,
        Capability.DYNAMODB,
        Capability.KINESIS,
        Capability.CLOUDWATCH,
        Capability.ERROR_TYPES,
        Capability.LAYERS,
        Capability.BISECT,
        Capability.ALIAS_POLICIES,
        Capability.WEIGHTED_ALIASES,
        Capability.LOG_CONTROLS,
        Capability.METRIC_FILTERS,
    }
)


@dataclass(frozen=True)
class EndpointBackend:
    """A cloud behind one URL. See ``Backend`` for the attributes."""

    name: str
    endpoint_url: str
    region: str
    account_id: str
    credentials: Credentials
    capabilities: frozenset[Capability] = SERVICES
    patience_s: float = 30.0

    def session(self) -> boto3.Session:
        # boto3 takes a third of a second to import: paid when a lab first talks to its cloud
        from lab_helpers.backends.session import endpoint_session

        return endpoint_session(self.endpoint_url, self.region, self.credentials)

    def environment(self) -> Mapping[str, str]:
        variables = {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_access_key,
        }
        if self.credentials.session_token:
            variables["AWS_SESSION_TOKEN"] = self.credentials.session_token
        return variables
