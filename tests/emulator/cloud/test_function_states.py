"""A function's states: Pending after its creation, InProgress while it is updated."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, own_runtime, zipped

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"
SOURCE = "import os\ndef handler(event, context): return os.environ.get('NAME')"
MAY_NOT = "The operation cannot be performed at this time."


@pytest.fixture(scope="module")
def slow_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """One in which changes take two seconds: long enough to look at them on a busy machine."""
    home = tmp_path_factory.mktemp("slow")
    running = CloudProcess.start(home, "--port", "0", environ={"LAMBDA_DOJO_TIME_SCALE": "0.5"})
    yield running
    running.stop()


def conflict(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert response["Error"]["Code"] == "ResourceConflictException"
    return str(response["Error"]["Message"])


def new_function(cloud: CloudProcess, **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = cloud.client("lambda").create_function(
        FunctionName=f"f-{uuid.uuid4().hex[:12]}",
        Role=cloud.role(),
        Runtime=own_runtime(),
        Handler="m.handler",
        Code={"ZipFile": zipped({"m.py": SOURCE})},
        **settings,
    )
    return created


@pytest.mark.fidelity(
    "A new function is Pending and cannot be invoked or updated until it is Active",
    page=PAGE,
    difference="One second of AWS's, divided by the time scale; a look at the function less than "
    "100 ms before the end is answered at the end",
)
@pytest.mark.slow
def test_a_function_is_pending_before_it_is_active(slow_cloud: CloudProcess) -> None:
    client = slow_cloud.client("lambda")
    created = new_function(slow_cloud)
    function = created["FunctionName"]
    assert (created["State"], created["StateReasonCode"]) == ("Pending", "Creating")
    assert client.get_function(FunctionName=function)["Configuration"]["State"] == "Pending"
    pending = f"{MAY_NOT} The function is currently in the following state: Pending"
    assert conflict(client.invoke, FunctionName=function) == pending
    assert conflict(client.invoke, FunctionName=function, InvocationType="Event") == pending
    in_progress = f"{MAY_NOT} An update is in progress for resource: {created['FunctionArn']}"
    for call in (client.update_function_configuration, client.publish_version):
        assert conflict(call, FunctionName=function) == in_progress
    client.get_waiter("function_active_v2").wait(FunctionName=function)
    assert client.get_function_configuration(FunctionName=function)["State"] == "Active"
    assert client.invoke(FunctionName=function)["StatusCode"] == 200


@pytest.mark.fidelity(
    "While an update is in progress, invocations run what was before, and other changes are "
    "refused",
    page=PAGE,
)
@pytest.mark.slow
def test_an_update_in_progress_leaves_the_old_function_running(slow_cloud: CloudProcess) -> None:
    client = slow_cloud.client("lambda")
    function = slow_cloud.create_function(SOURCE, Environment={"Variables": {"NAME": "old"}})
    arn = client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]

    def answer() -> Any:
        return json.loads(client.invoke(FunctionName=function)["Payload"].read())

    assert answer() == "old"
    changed = client.update_function_configuration(
        FunctionName=function, Environment={"Variables": {"NAME": "new"}}
    )
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    assert answer() == "old"
    in_progress = f"{MAY_NOT} An update is in progress for resource: {arn}"
    code = {"ZipFile": zipped({"m.py": SOURCE})}
    assert conflict(client.update_function_code, FunctionName=function, **code) == in_progress
    assert conflict(client.publish_version, FunctionName=function) == in_progress
    assert conflict(client.tag_resource, Resource=arn, Tags={"a": "b"}) == in_progress
    client.get_waiter("function_updated_v2").wait(FunctionName=function)
    assert answer() == "new"
    client.publish_version(FunctionName=function)


def test_waiting_costs_no_more_than_the_change(cloud: CloudProcess) -> None:
    client = cloud.client("lambda")
    created = new_function(cloud)
    seen = client.get_function_configuration(FunctionName=created["FunctionName"])
    assert seen["State"] == "Active"  # at the first look: boto3's waiters need not wait a second
