"""Sessions on a real account: of one named profile, and of nothing that lies in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.backends.aws_made import Made
from lab_helpers.backends.aws_names import guard_name
from lab_helpers.backends.aws_new_roles import survive_new_roles
from lab_helpers.backends.aws_tags import TAG, TAG_VALUE, guard_and_tag
from lab_helpers.errors import DojoError

_NEW_BUCKET = "lambda_dojo_new_bucket"
REGION_AND_FILES = {
    # (name in the configuration file, environment variable, default, conversion): no variable.
    # In JupyterLab those of the environment lead to the embedded cloud, elsewhere to anywhere.
    "region": ("region", None, None, None),
    "config_file": (None, None, str(Path("~/.aws/config")), None),
    "credentials_file": (None, None, str(Path("~/.aws/credentials")), None),
    "ignore_configured_endpoint_urls": (None, None, True, None),
}


def profile_session(profile: str, region: str | None = None) -> boto3.Session:
    """Keys of ``~/.aws`` under this profile; the environment's keys are not looked at.

    Raises:
        DojoError: the files have no such profile.
    """
    core = botocore.session.Session(session_vars=REGION_AND_FILES, profile=profile)
    try:
        return boto3.Session(botocore_session=core, region_name=region)
    except BotoCoreError as error:
        raise _unusable(profile, error) from error


def identify(profile: str, region: str | None) -> tuple[str, str, str]:
    """``(account id, ARN of the identity, Region)``: one request, which changes nothing.

    Raises:
        DojoError: the profile has no keys or no Region, or AWS does not know the keys.
    """
    session = profile_session(profile, region)
    if not session.region_name:
        raise DojoError(
            f'The AWS profile "{profile}" has no Region.',
            now=f"aws configure set region us-east-1 --profile {profile}",
        )
    try:
        answer = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise _unusable(profile, error) from error
    return str(answer["Account"]), str(answer["Arn"]), session.region_name


def tagging_session(profile: str, region: str, made: Made) -> boto3.Session:
    """Refuses to make what it cannot tag or what lacks the prefix; notes and tags the rest."""
    session = profile_session(profile, region)
    session.events.register_first("before-parameter-build.*.*", guard_and_tag)
    session.events.register_first("before-parameter-build.*.*", guard_name)
    made.listen(session, profile_session(profile, region))
    survive_new_roles(session)
    buckets = NewBuckets(profile_session(profile, region), made)
    session.events.register("before-parameter-build.s3.CreateBucket", buckets.look)
    session.events.register("after-call.s3.CreateBucket", buckets.tag)
    return session


class NewBuckets:
    """Tags a bucket as soon as it is made, by a second request.

    In us-east-1, CreateBucket succeeds for a bucket that is already the caller's: such a one is
    not a lab's, and must not become one.
    """

    def __init__(self, session: boto3.Session, made: Made) -> None:
        self._session = session
        self._made = made

    def look(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Before the bucket is made: is it new?"""
        try:
            self._client.head_bucket(Bucket=params["Bucket"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                context[_NEW_BUCKET] = params["Bucket"]

    def tag(self, http_response: Any, context: Mapping[str, Any], **_: Any) -> None:
        if http_response.status_code < 300 and _NEW_BUCKET in context:
            tags = [{"Key": TAG, "Value": TAG_VALUE}]
            self._client.put_bucket_tagging(Bucket=context[_NEW_BUCKET], Tagging={"TagSet": tags})
            self._made.note_bucket(context[_NEW_BUCKET])

    @cached_property
    def _client(self) -> Any:
        return self._session.client("s3")


def _unusable(profile: str, error: Exception) -> DojoError:
    return DojoError(
        f'The AWS profile "{profile}" cannot be used. Nothing was created.',
        why=str(error),
        now=f"Try it: aws sts get-caller-identity --profile {profile}",
    )
