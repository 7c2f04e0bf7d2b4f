"""A stack that was kept goes on after a restart: it runs, changes and goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloud_process import CloudProcess
from tests.emulator.cloudformation.stacks import ROLE, Stack, function

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cloudformation")]


BUCKET = "a-stacks-bucket"


def resources(answer: str) -> dict[str, object]:
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}}
    mapping = {"EventSourceArn": {"Fn::GetAtt": ["In", "Arn"]}, "FunctionName": {"Ref": "Fn"}}
    told = {"Event": "s3:ObjectCreated:*", "Function": {"Fn::GetAtt": ["Fn", "Arn"]}}
    allowed = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "Fn"},
        "Principal": "s3.amazonaws.com",
        "SourceArn": f"arn:aws:s3:::{BUCKET}",
    }
    return {
        "Role": ROLE,
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "DependsOn": "Allowed",
            "Properties": {
                "BucketName": BUCKET,
                "NotificationConfiguration": {"LambdaConfigurations": [told]},
            },
        },
        "Allowed": {"Type": "AWS::Lambda::Permission", "Properties": allowed},
        "Fn": function(answer),
        "Version": version,
        "In": {"Type": "AWS::SQS::Queue"},
        "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
    }


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_stack_survives(tmp_path: Path, end: str) -> None:
    """After a stop moto's state is read back; after a kill its commands are carried out again."""
    first = CloudProcess.start(tmp_path, "--port", "0")
    stack = Stack(first)
    stack.create(resources("one"))
    stack.update(resources("two"))
    arn = first.client("lambda").get_function(FunctionName=stack.physical("Fn"))
    if end == "stop":
        first.stop()
    else:
        first.process.kill()
        first.process.wait(20)
    second = CloudProcess.start(tmp_path, "--port", "0")
    try:
        again = Stack(second)
        again.name = stack.name
        assert again.status == "UPDATE_COMPLETE"
        found = second.client("lambda").get_function(FunctionName=again.physical("Fn"))
        same = "RevisionId"
        assert found["Configuration"][same] == arn["Configuration"][same]
        assert again.invoke("Fn") == "two"
        s3 = second.client("s3")
        told = s3.get_bucket_notification_configuration(Bucket=BUCKET)
        (rule,) = told["LambdaFunctionConfigurations"]
        assert rule["LambdaFunctionArn"] == found["Configuration"]["FunctionArn"]
        assert again.update(resources("three")) == "UPDATE_COMPLETE"
        assert again.invoke("Fn") == "three"
        again.client.delete_stack(StackName=again.name)
        assert second.client("lambda").list_functions()["Functions"] == []
        assert second.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    finally:
        second.stop()
