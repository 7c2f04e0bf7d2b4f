"""What is remembered of moto's helpers is what they say."""

from __future__ import annotations

import boto3
import pytest
from moto.core.utils import camelcase_to_underscores, method_names_from_class
from moto.sqs.models import sqs_backends
from moto.sqs.responses import SQSResponse

from lab_helpers.emulator.moto_bridge import remembered_helpers
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call


@pytest.fixture(autouse=True)
def _installed() -> None:
    remembered_helpers.install()


@pytest.mark.parametrize(
    "service", ["sqs", "s3", "iam", "events", "cloudwatch", "stepfunctions", "no-such-service"]
)
def test_a_services_regions_are_those_that_boto3_names(service: str) -> None:
    session = boto3.Session()
    expected = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(service, partition)
    ]
    assert remembered_helpers._regions_of(None, service) == expected


def test_a_service_answers_with_the_request_s_own_id() -> None:
    token = current_call.set(CurrentCall("request-1"))
    headers: dict[str, str] = {}
    assert remembered_helpers._own_request_id(headers) == "request-1"
    assert headers == {"x-amzn-requestid": "request-1"}
    current_call.reset(token)


def test_names_are_spelt_and_collected_as_before() -> None:
    assert camelcase_to_underscores("ListObjectsV2") == "list_objects_v2"
    assert "send_message" in method_names_from_class(SQSResponse)


def test_an_account_has_one_set_of_backends() -> None:
    assert sqs_backends["111122223333"] is sqs_backends["111122223333"]
    del sqs_backends["111122223333"]
