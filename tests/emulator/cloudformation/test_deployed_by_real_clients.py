"""Clients that nobody here wrote deploy functions, which then run: AWS CLI, SAM's transform, CDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cloud_process import CloudProcess, clean_environment, own_runtime
from tests.emulator.cloudformation.stacks import Stack

pytestmark = pytest.mark.slow

SERVERLESS = f"""
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: {own_runtime()}
    Timeout: 10
Parameters:
  Greeting:
    Type: String
    Default: hello
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      AutoPublishAlias: live
      Environment:
        Variables:
          GREETING: !Ref Greeting
      Policies:
        - AWSLambdaSQSQueueExecutionRole
      Events:
        Jobs:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
            BatchSize: 5
  Queue:
    Type: AWS::SQS::Queue
Outputs:
  Name:
    Value: !Ref Greeter
  Alias:
    Value: !Ref Greeter.Alias
"""
GREETER = """
import os
def handler(event, context):
    return [os.environ["GREETING"], context.function_version]
"""
CDK_APP = """
import json, sys
import aws_cdk as cdk
from aws_cdk import aws_iam as iam, aws_lambda as lambda_, aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

app = cdk.App(analytics_reporting=False)
stack = cdk.Stack(app, "Parity", synthesizer=cdk.LegacyStackSynthesizer())
runtime = lambda_.Runtime(sys.argv[1], lambda_.RuntimeFamily.PYTHON)
function = lambda_.Function(
    stack, "Fn", runtime=runtime, handler="index.handler", timeout=cdk.Duration.seconds(10),
    code=lambda_.Code.from_inline("def handler(e, c):\\n    return 'from the CDK'\\n"),
)
queue = sqs.Queue(stack, "Queue", visibility_timeout=cdk.Duration.seconds(60))
queue.grant_send_messages(function)
function.add_event_source(sources.SqsEventSource(queue))
lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
function.grant_invoke(iam.ServicePrincipal("events.amazonaws.com"))
cdk.CfnOutput(stack, "Name", value=function.function_name)
print(json.dumps(app.synth().get_stack_by_name("Parity").template))
"""
CDK = ("aws-cdk-lib", "constructs")


def aws(cloud: CloudProcess, home: Path, *arguments: str) -> str:
    """What the AWS CLI prints."""
    keys = {
        "AWS_ACCESS_KEY_ID": cloud.access_key_id,
        "AWS_SECRET_ACCESS_KEY": cloud.secret_access_key,
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CONFIG_FILE": str(home / "none"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *arguments],
        env=clean_environment(home) | keys,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_aws_cli_packages_and_deploys_a_serverless_template(
    cloud: CloudProcess, tmp_path: Path
) -> None:
    pytest.importorskip("samtranslator", reason="aws-sam-translator is not installed")
    stack, bucket = Stack(cloud), "s-packages"
    cloud.client("s3").create_bucket(Bucket=bucket)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(GREETER)
    (tmp_path / "template.yaml").write_text(SERVERLESS)
    package = ("cloudformation", "package", "--template-file", "template.yaml")
    aws(cloud, tmp_path, *package, "--s3-bucket", bucket, "--output-template-file", "packaged.yaml")
    capabilities = ("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
    deploy = ("cloudformation", "deploy", "--template-file", "packaged.yaml", *capabilities)
    aws(cloud, tmp_path, *deploy, "--stack-name", stack.name)
    assert stack.status == "CREATE_COMPLETE"
    assert answer(cloud, stack.outputs["Name"]) == ["hello", "$LATEST"]
    assert answer(cloud, stack.outputs["Alias"]) == ["hello", "1"]

    aws(
        cloud, tmp_path, *deploy, "--stack-name", stack.name, "--parameter-overrides", "Greeting=hi"
    )
    assert answer(cloud, stack.outputs["Name"]) == ["hi", "$LATEST"]
    aws(cloud, tmp_path, "cloudformation", "delete-stack", "--stack-name", stack.name)
    names = [one["FunctionName"] for one in cloud.client("lambda").list_functions()["Functions"]]
    assert not [name for name in names if name.startswith(stack.name)]


def test_a_cdk_app_is_deployed_and_runs(cloud: CloudProcess, tmp_path: Path) -> None:
    python = python_with_cdk()
    (tmp_path / "app.py").write_text(CDK_APP)
    done = subprocess.run(
        [str(python), "app.py", own_runtime()],
        cwd=tmp_path,
        env=clean_environment(tmp_path) | {"JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    document: Mapping[str, Any] = json.loads(done.stdout)
    stack = Stack(cloud)
    stack.client.create_stack(
        StackName=stack.name, TemplateBody=json.dumps(document), Capabilities=["CAPABILITY_IAM"]
    )
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert answer(cloud, stack.outputs["Name"]) == "from the CDK"
    assert answer(cloud, f"{stack.outputs['Name']}:live") == "from the CDK"


def answer(cloud: CloudProcess, function: str) -> Any:
    return json.load(cloud.client("lambda").invoke(FunctionName=function)["Payload"])


def python_with_cdk() -> Path:
    """Of an environment with the CDK, made at the first use; it needs Node.js."""
    if subprocess.run(["node", "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("the CDK needs Node.js")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "lambda-dojo-tests" / f"cdk-py{sys.version_info.minor}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "-q", *CDK]
        done = subprocess.run(install, capture_output=True, text=True, timeout=400)
        if done.returncode != 0:
            pytest.skip(f"the CDK cannot be installed: {done.stderr.strip()[-200:]}")
        (home / "ready").touch()
    return python
