"""Every operation of the services that labs use, with inputs drawn from botocore's models.

Whatever comes in, the answer is one of AWS's form: never a 500 with a traceback. What is not
implemented says so. `LAMBDA_DOJO_FUZZ=20` draws more inputs for each operation (default: 2).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.cloud_process import CloudProcess
from tests.fuzz.api_inputs import InputMaker
from tests.fuzz.known import make_known

INPUTS = int(os.environ.get("LAMBDA_DOJO_FUZZ", "2"))
SERVICES = (
    *("cloudwatch", "dynamodb", "dynamodbstreams", "events", "iam", "kinesis", "kms", "lambda"),
    *("logs", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts"),
)
OTHER_HOST = {
    ("logs", "GetLogObject"),
    ("logs", "StartLiveTail"),
    ("s3", "WriteGetObjectResponse"),
    ("stepfunctions", "StartSyncExecution"),
    ("stepfunctions", "TestState"),
}
"""boto3 puts a prefix before the endpoint's host: they leave for a host that does not exist."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fuzz")]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CloudProcess, InputMaker]]:
    """A cloud of its own: what is drawn changes everything that it finds."""
    arguments = ("--port", "0", "--forget", "--parent-pid", str(os.getpid()))
    cloud = CloudProcess.start(tmp_path_factory.mktemp("fuzz"), *arguments)
    yield cloud, InputMaker(make_known(cloud))
    cloud.stop()


def client_of(cloud: CloudProcess, service: str) -> Any:
    """One that sends what it is told."""
    config = Config(
        retries={"max_attempts": 0},
        read_timeout=20,
        parameter_validation=False,
        s3={"addressing_style": "path"},
    )
    return botocore.session.Session().create_client(
        service,
        region_name=cloud.region,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=cloud.access_key_id,
        aws_secret_access_key=cloud.secret_access_key,
        config=config,
    )


def fault_of(client: Any, operation: str, parameters: dict[str, Any]) -> str:
    """What is wrong with the answer; empty where nothing is."""
    try:
        client._make_api_call(operation, parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        text = str(error)
        if "Traceback" in text or 'File "' in text:
            return f"a traceback: {text}"
        if status >= 500 and status != 501:
            return f"{status}: {text}"
        if not error.response["Error"].get("Code"):
            return f"{status} without a code"
    except EndpointConnectionError as error:
        return (
            "" if (client.meta.service_model.service_name, operation) in OTHER_HOST else str(error)
        )
    except BotoCoreError as error:
        # The client could not write the request, or ours was not an answer of its protocol.
        return str(error) if type(error).__name__ in _OF_AN_ANSWER else ""
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return ""  # the client could not write the request
    return ""


def ask(client: Any, maker: InputMaker, operation: str, found: list[str]) -> None:
    """Draw inputs for one operation; what is wrong with the answers goes to ``found``."""

    @seed(4599)
    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(maker.inputs(client.meta.service_model.operation_model(operation)))
    def draw(parameters: dict[str, Any]) -> None:
        fault = fault_of(client, operation, parameters)
        if fault:
            found.append(f"{operation} {parameters!r}: {fault}")

    draw()


_OF_AN_ANSWER = {"ResponseParserError", "ConnectionClosedError", "ReadTimeoutError"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_input_makes_an_operation_fail_without_a_word(
    fuzzed: tuple[CloudProcess, InputMaker], service: str
) -> None:
    cloud, maker = fuzzed
    client = client_of(cloud, service)
    model = client.meta.service_model
    found: list[str] = []
    for name in model.operation_names:
        ask(client, maker, name, found)
    assert not found, "\n".join(found[:10])
    assert cloud.client("sts").get_caller_identity()["Account"] == cloud.account_id


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "GetBucketMetadataTableConfiguration", {"Bucket": "fuzz-bucket"}),
        ("iam", "GetOrganizationsAccessReport", {"JobId": "x" * 36}),
        ("dynamodb", "DescribeContributorInsights", {"TableName": "fuzz"}),
        ("sns", "ListSMSSandboxPhoneNumbers", {}),
        ("ssm", "DescribeAvailablePatches", {}),
        ("lambda", "ListCapacityProviders", {}),
    ],
)
def test_an_operation_that_is_not_here_says_so_in_its_protocol(
    fuzzed: tuple[CloudProcess, InputMaker],
    service: str,
    operation: str,
    parameters: dict[str, Any],
) -> None:
    with pytest.raises(ClientError) as error:
        client_of(fuzzed[0], service)._make_api_call(operation, parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "Lambda Dojo" in str(error.value)
    assert "not implemented" in str(error.value).lower()
