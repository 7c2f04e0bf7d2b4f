"""What stays of a stack that fails is what its maker chose."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess
from tests.emulator.cloudformation.stacks import ROLE, Stack, function, template

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cloudformation")]

PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html"
QUEUE = {"Type": "AWS::SQS::Queue"}
BROKEN = {"Queue": QUEUE, "Role": ROLE, "Fn": function(Runtime="python3.7")}


def create(stack: Stack, **choice: object) -> str:
    """The stack's id."""
    made = stack.client.create_stack(
        StackName=stack.name,
        TemplateBody=template(BROKEN),
        Capabilities=["CAPABILITY_IAM"],
        **choice,
    )
    return str(made["StackId"])


@pytest.mark.fidelity("OnFailure and DisableRollback say what stays of a failed stack", page=PAGE)
@pytest.mark.parametrize("choice", [{"DisableRollback": True}, {"OnFailure": "DO_NOTHING"}])
def test_what_was_made_stays_where_rollback_is_disabled(
    cloud: CloudProcess, choice: dict[str, object]
) -> None:
    stack = Stack(cloud)
    create(stack, **choice)
    assert stack.status == "CREATE_FAILED"
    assert "The following resource(s) failed to create: [Fn]. " in stack.reasons()
    url = stack.physical("Queue")
    assert cloud.client("sqs").get_queue_attributes(QueueUrl=url)
    stack.client.delete_stack(StackName=stack.name)
    with pytest.raises(cloud.client("sqs").exceptions.QueueDoesNotExist):
        cloud.client("sqs").get_queue_attributes(QueueUrl=url)


def test_a_failed_stack_that_stayed_can_be_mended(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    create(stack, DisableRollback=True)
    url = stack.physical("Queue")
    mended = {"Queue": QUEUE, "Role": ROLE, "Fn": function("mended")}
    assert stack.update(mended) == "UPDATE_COMPLETE", stack.reasons()
    assert stack.physical("Queue") == url
    assert stack.invoke("Fn") == "mended"


def test_a_stack_that_is_to_be_deleted_is_found_by_its_id_alone(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    stack_id = create(stack, OnFailure="DELETE")
    with pytest.raises(ClientError, match="does not exist"):
        stack.client.describe_stacks(StackName=stack.name)
    (found,) = stack.client.describe_stacks(StackName=stack_id)["Stacks"]
    assert found["StackStatus"] == "DELETE_COMPLETE"


def test_both_choices_at_once_are_refused(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    with pytest.raises(ClientError, match="either DisableRollback or OnFailure"):
        create(stack, OnFailure="DELETE", DisableRollback=True)
    with pytest.raises(ClientError, match="Value 'KEEP' at 'onFailure'"):
        create(stack, OnFailure="KEEP")


def test_a_change_that_fails_stays_where_rollback_is_disabled(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    assert stack.create({"Role": ROLE, "Fn": function("one")}) == "CREATE_COMPLETE"
    broken = {"Role": ROLE, "Fn": function("two"), "Queue": QUEUE, "Bad": BROKEN["Fn"]}
    stack.client.update_stack(
        StackName=stack.name,
        TemplateBody=template(broken),
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
    )
    assert stack.status == "UPDATE_FAILED"
    assert stack.update({**broken, "Bad": function("three")}) == "UPDATE_COMPLETE", stack.reasons()
    assert stack.invoke("Fn") == "two"
    assert stack.invoke("Bad") == "three"


@pytest.mark.parametrize(
    ("choice", "status"), [("DO_NOTHING", "CREATE_FAILED"), ("ROLLBACK", "ROLLBACK_COMPLETE")]
)
def test_a_change_set_carries_the_choice(cloud: CloudProcess, choice: str, status: str) -> None:
    stack = Stack(cloud)
    stack.client.create_change_set(
        StackName=stack.name,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=template(BROKEN),
        Capabilities=["CAPABILITY_IAM"],
        OnStackFailure=choice,
    )
    stack.client.execute_change_set(StackName=stack.name, ChangeSetName="first")
    assert stack.status == status


@pytest.mark.fidelity(
    "A custom resource's function is invoked",
    page="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html",
    difference="Custom resources are refused before anything is made",
)
@pytest.mark.parametrize("kind", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_custom_resources_are_refused_before_anything_is_made(
    cloud: CloudProcess, kind: str
) -> None:
    stack = Stack(cloud)
    custom = {"Type": kind, "Properties": {"ServiceToken": "arn:aws:lambda:x"}}
    with pytest.raises(ClientError, match=f"Unrecognized resource types: .{kind}"):
        stack.create({"Queue": QUEUE, "Thing": custom})
    with pytest.raises(ClientError, match="does not exist"):
        assert stack.status
