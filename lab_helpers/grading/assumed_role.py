"""Acts as a role of the learner's account: what it may do is best seen by doing it."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import ClientError

from lab_helpers.grading.denials import CHECK_SESSION
from lab_helpers.grading.evidence import INVOKE_CONFIG, Evidence, error_code

_REFUSALS = frozenset({"AccessDenied", "AccessDeniedException"})


def client_of_role(evidence: Evidence, role_name: str, service: str) -> Any:
    """A boto3 client with temporary credentials of the role. Raises botocore's errors."""
    arn = f"arn:aws:iam::{evidence.account_id}:role/{role_name}"
    assumed = evidence.client("sts").assume_role(RoleArn=arn, RoleSessionName=CHECK_SESSION)
    keys = assumed["Credentials"]
    session: Any = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], evidence.region
    )
    endpoint = evidence.backend.endpoint_url
    return session.client(service, endpoint_url=endpoint, config=INVOKE_CONFIG)


def refusal_to_invoke(evidence: Evidence, role_name: str, function_name: str) -> str:
    """AWS's words of why the role may not invoke the function; empty where it may.

    ``DryRun`` asks for the permission and runs nothing.
    """
    client = client_of_role(evidence, role_name, "lambda")
    try:
        client.invoke(FunctionName=function_name, InvocationType="DryRun")
    except ClientError as error:
        if error_code(error) not in _REFUSALS:
            raise
        return str(error.response["Error"]["Message"])
    return ""
