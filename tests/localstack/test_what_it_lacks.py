"""What ``capabilities.toml`` says that LocalStack lacks, seen on LocalStack itself.

Where one of these fails, a newer LocalStack has learnt something: a step can be made available.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lab_helpers.backends.select import select_backend
from scripts.localstack_host import Running

pytestmark = [pytest.mark.slow, pytest.mark.localstack, pytest.mark.xdist_group("localstack")]

ROLE = "arn:aws:iam::000000000000:role/any"
CODE = """
import os
def lambda_handler(event, context):
    return {"in the layer": os.path.exists("/opt/python/here.txt")}
"""


@pytest.fixture(scope="module")
def session(localstack: Running) -> Any:
    return select_backend("localstack", environ={"AWS_ENDPOINT_URL": localstack.url}).session()


def client(session: Any, service: str) -> Any:
    # What it cannot do it answers with 500, which would be tried again.
    return session.client(service, config=Config(retries={"total_max_attempts": 1}))


def zipped(name: str, text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, text)
    return archive.getvalue()


@pytest.fixture(scope="module")
def function(session: Any) -> str:
    lambda_client = client(session, "lambda")
    layer = lambda_client.publish_layer_version(
        LayerName="here", Content={"ZipFile": zipped("python/here.txt", "here")}
    )
    lambda_client.create_function(
        FunctionName="lacking",
        Runtime="python3.13",
        Handler="lambda_function.lambda_handler",
        Role=ROLE,
        Code={"ZipFile": zipped("lambda_function.py", CODE)},
        Layers=[layer["LayerVersionArn"]],
        Publish=True,
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="lacking")
    return "lacking"


def test_it_does_not_give_layers_to_functions(session: Any, function: str) -> None:
    answer = client(session, "lambda").invoke(FunctionName=function)
    assert json.load(answer["Payload"]) == {"in the layer": False}


def test_it_breaks_down_at_an_alias_that_is_given_weights(session: Any, function: str) -> None:
    lambda_client = client(session, "lambda")
    lambda_client.create_alias(FunctionName=function, Name="prod", FunctionVersion="1")
    with pytest.raises(ClientError, match="_create_routing_config_model"):
        lambda_client.update_alias(
            FunctionName=function,
            Name="prod",
            RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
        )


def test_it_does_not_know_test_metric_filter(session: Any) -> None:
    with pytest.raises(ClientError, match="not been implemented"):
        client(session, "logs").test_metric_filter(filterPattern="x", logEventMessages=["x"])


def test_it_refuses_nothing(session: Any, function: str) -> None:
    """A user without any policy may do everything."""
    client(session, "iam").create_user(UserName="nobody")
    made = client(session, "iam").create_access_key(UserName="nobody")["AccessKey"]
    answer = session.client(
        "lambda",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
    ).invoke(FunctionName=function)
    assert answer["StatusCode"] == 200
