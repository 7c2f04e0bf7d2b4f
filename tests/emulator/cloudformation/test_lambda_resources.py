"""What a template describes is made, runs, changes and goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually
from tests.emulator.cloudformation.stacks import ROLE, Stack, function

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cloudformation")]

GET_ARN = {"Fn::GetAtt": ["Fn", "Arn"]}
REPORTING = """
import json, os, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(event))
"""


def reporting(**more: Any) -> dict[str, Any]:
    """A role, a function, and the queue that tells what the function got."""
    variables = {"Variables": {"OUT": {"Ref": "Out"}}}
    fn = function(Code={"ZipFile": REPORTING}, Environment=variables, Timeout=20)
    return {"Role": ROLE, "Out": {"Type": "AWS::SQS::Queue"}, "Fn": fn, **more}


def reported(cloud: CloudProcess, stack: Stack) -> Any:
    """What the function got."""
    sqs, url = cloud.client("sqs"), stack.physical("Out")

    def look() -> Any:
        return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages")

    return json.loads(eventually(look, 60)[0]["Body"])


@pytest.mark.fidelity(
    "A stack's functions, versions and aliases run as any others",
    page="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html",
)
def test_a_stacks_function_runs_changes_and_goes(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}}
    number = {"Fn::GetAtt": ["Version1", "Version"]}
    alias = {"FunctionName": {"Ref": "Fn"}, "FunctionVersion": number, "Name": "live"}
    resources = {
        "Role": ROLE,
        "Fn": function("one", Timeout="7", Tags=[{"Key": "a", "Value": "b"}]),
        "Version1": version,
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": alias},
    }
    outputs = {"Arn": GET_ARN, "Name": {"Ref": "Fn"}, "Alias": {"Ref": "Alias"}}
    assert stack.create(resources, outputs) == "CREATE_COMPLETE"
    name = stack.outputs["Name"]
    found = cloud.client("lambda").get_function(FunctionName=name)
    assert found["Configuration"]["FunctionArn"] == stack.outputs["Arn"]
    assert (found["Configuration"]["Timeout"], found["Tags"]) == (7, {"a": "b"})
    assert stack.outputs["Alias"] == f"{stack.outputs['Arn']}:live"
    assert (stack.invoke("Fn"), stack.invoke("Fn", "live")) == ("one", "one")

    resources["Fn"] = function("two", MemorySize=256)
    assert stack.update(resources, outputs) == "UPDATE_COMPLETE"
    assert (stack.invoke("Fn"), stack.invoke("Fn", "live")) == ("two", "one")
    changed = cloud.client("lambda").get_function_configuration(FunctionName=name)
    assert (changed["Timeout"], changed["MemorySize"]) == (3, 256)

    stack.client.delete_stack(StackName=stack.name)
    with pytest.raises(ClientError, match="Function not found"):
        cloud.client("lambda").get_function(FunctionName=name)


def test_a_queue_a_topic_and_a_bucket_reach_a_stacks_function(cloud: CloudProcess) -> None:
    stack = Stack(cloud)

    def allow(principal: str, source: Any) -> dict[str, Any]:
        properties = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "Fn"},
            "Principal": principal,
            "SourceArn": source,
        }
        return {"Type": "AWS::Lambda::Permission", "Properties": properties}

    bucket = f"{stack.name}-bucket"
    told = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": GET_ARN}]}
    mapping = {"EventSourceArn": {"Fn::GetAtt": ["In", "Arn"]}, "FunctionName": {"Ref": "Fn"}}
    subscription = {"TopicArn": {"Ref": "Topic"}, "Protocol": "lambda", "Endpoint": GET_ARN}
    resources = reporting(
        In={"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}},
        Mapping={"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
        Topic={"Type": "AWS::SNS::Topic"},
        TopicMay=allow("sns.amazonaws.com", {"Ref": "Topic"}),
        Subscription={"Type": "AWS::SNS::Subscription", "Properties": subscription},
        BucketMay=allow("s3.amazonaws.com", f"arn:aws:s3:::{bucket}"),
        Bucket={
            "Type": "AWS::S3::Bucket",
            "DependsOn": "BucketMay",
            "Properties": {"BucketName": bucket, "NotificationConfiguration": told},
        },
    )
    assert stack.create(resources) == "CREATE_COMPLETE", stack.reasons()
    cloud.client("sqs").send_message(QueueUrl=stack.physical("In"), MessageBody="from the queue")
    assert reported(cloud, stack)["Records"][0]["body"] == "from the queue"


def test_a_bucket_that_may_not_invoke_rolls_the_stack_back(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    bucket = f"{stack.name}-bucket"
    told = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": GET_ARN}]}
    properties = {"BucketName": bucket, "NotificationConfiguration": told}
    resources = {
        "Role": ROLE,
        "Fn": function(FunctionName=stack.name),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties},
    }
    outputs = {"Arn": GET_ARN}
    assert stack.create(resources, outputs) == "ROLLBACK_COMPLETE"
    assert stack.outputs == {}
    assert stack.client.describe_stack_resources(StackName=stack.name)["StackResources"] == []
    assert "Unable to validate the following destination configurations" in stack.reasons()
    with pytest.raises(ClientError, match="Function not found"):
        cloud.client("lambda").get_function(FunctionName=stack.name)
    with pytest.raises(ClientError, match="404"):
        cloud.client("s3").head_bucket(Bucket=bucket)


def test_a_refusal_of_lambdas_is_the_events_reason(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    assert stack.create({"Role": ROLE, "Fn": function(Runtime="python3.7")}) == "ROLLBACK_COMPLETE"
    assert "The runtime parameter of python3.7 is no longer supported" in stack.reasons()


def test_an_update_that_fails_leaves_what_was_there(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    resources = {"Role": ROLE, "Fn": function("one")}
    stack.create(resources)
    broken = {
        "Role": ROLE,
        "Fn": function("two", Layers=["arn:aws:lambda:us-east-1:123456789012:layer:none:1"]),
    }
    assert stack.update(broken) == "UPDATE_ROLLBACK_COMPLETE", stack.reasons()
    assert "does not exist" in stack.reasons()
    assert stack.invoke("Fn") == "one"


def test_a_type_that_is_not_made_here_is_refused_at_once(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        stack.create({"Thing": {"Type": "AWS::Neptune::DBCluster"}})
    with pytest.raises(ClientError, match="does not exist"):
        stack.client.describe_stacks(StackName=stack.name)


def test_a_property_that_a_function_does_not_have_is_told(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    assert stack.create({"Role": ROLE, "Fn": function(TimeOut=3)}) == "ROLLBACK_COMPLETE"
    assert "extraneous key [TimeOut] is not permitted" in stack.reasons()


def test_a_template_cannot_make_python_objects(cloud: CloudProcess) -> None:
    client = cloud.client("cloudformation")
    body = "Resources:\n  A: !!python/object/apply:os.getcwd []\n"
    with pytest.raises(ClientError):
        client.create_stack(StackName="s-unsafe", TemplateBody=body)


def test_url_layer_and_asynchronous_settings_of_a_stack(cloud: CloudProcess) -> None:
    stack = Stack(cloud)
    url = {"TargetFunctionArn": GET_ARN, "AuthType": "NONE"}
    settings = {
        "FunctionName": {"Ref": "Fn"},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": "1",
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Out", "Arn"]}}},
    }
    resources = reporting(
        Url={"Type": "AWS::Lambda::Url", "Properties": url},
        Settings={"Type": "AWS::Lambda::EventInvokeConfig", "Properties": settings},
    )
    assert stack.create(resources, {"Url": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}) == (
        "CREATE_COMPLETE"
    ), stack.reasons()
    lambda_client, name = cloud.client("lambda"), stack.physical("Fn")
    found = lambda_client.get_function_url_config(FunctionName=name)
    assert stack.outputs["Url"] == found["FunctionUrl"]
    kept = lambda_client.get_function_event_invoke_config(FunctionName=name)
    assert kept["MaximumRetryAttempts"] == 1
