"""Credentials that would open nothing are refused where they are asked for."""

from __future__ import annotations

import pytest

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.moto_bridge.iam.sts_gaps import refuse_credentials_of_no_use
from tests.cloud_process import CloudProcess


@pytest.mark.parametrize("operation", ["GetSessionToken", "GetFederationToken"])
def test_made_up_credentials_are_refused_with_a_way_out(operation: str) -> None:
    with pytest.raises(AwsError, match=f"sts:{operation} is not implemented .* sts:AssumeRole"):
        refuse_credentials_of_no_use(operation)


@pytest.mark.parametrize("operation", ["AssumeRole", "GetCallerIdentity", ""])
def test_the_others_are_not(operation: str) -> None:
    refuse_credentials_of_no_use(operation)


def test_the_cloud_says_so(cloud: CloudProcess) -> None:
    sts = cloud.client("sts")
    with pytest.raises(sts.exceptions.ClientError, match="not implemented"):
        sts.get_session_token()
    assert sts.get_caller_identity()["Arn"].endswith(":user/learner")
