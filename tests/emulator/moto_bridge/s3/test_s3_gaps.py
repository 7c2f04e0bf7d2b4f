"""No S3 operation is taken for another one."""

from __future__ import annotations

import inspect
from typing import Any

import botocore.session
import moto.s3.responses
import pytest

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Request
from lab_helpers.emulator.moto_bridge.s3.s3_gaps import UNKNOWN_TO_MOTO, refuse_what_is_overlooked
from tests.cloud_process import CloudProcess

MODEL: Any = botocore.session.Session().get_service_model("s3")
PARTS = sorted(
    {
        pair.partition("=")[0]
        for name in MODEL.operation_names
        for pair in MODEL.operation_model(name).http["requestUri"].partition("?")[2].split("&")
    }
    - {"", "x-id", "select-type"}
)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_that_the_model_has_is_motos_or_refused(part: str) -> None:
    source = inspect.getsource(moto.s3.responses)
    known = f'"{part}"' in source
    assert known is not (part in UNKNOWN_TO_MOTO)


def test_an_unknown_part_is_refused_and_the_object_itself_is_not() -> None:
    with pytest.raises(AwsError, match="not implemented in Lambda Dojo's embedded cloud"):
        refuse_what_is_overlooked(Request("DELETE", "/bucket", "metrics&id=1"), "x")
    with pytest.raises(AwsError):
        refuse_what_is_overlooked(Request("PUT", "/bucket/key", "encryption"), "x")
    refuse_what_is_overlooked(Request("PUT", "/bucket", "encryption"), "PutBucketEncryption")
    refuse_what_is_overlooked(Request("PUT", "/bucket/metrics", "x-id=PutObject"), "PutObject")


def test_removing_a_metrics_configuration_does_not_remove_the_bucket(cloud: CloudProcess) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="gaps-bucket")
    with pytest.raises(s3.exceptions.ClientError, match="not implemented"):
        s3.delete_bucket_metrics_configuration(Bucket="gaps-bucket", Id="1")
    s3.head_bucket(Bucket="gaps-bucket")
