"""Clients that nobody here wrote deploy functions, which run: AWS CLI, SAM's transform, CDK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cloud_process import CloudProcess, clean_environment, own_runtime
from tests.emulator.cloudformation.stacks import Stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cloudformation")]

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
CDK = Path(__file__).parent / "cdk"
CDK_PACKAGES = ("aws-cdk-lib@2.276.0", "constructs@10.8.1")


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


@pytest.fixture
def translating_cloud(tmp_path: Path) -> Iterator[CloudProcess]:
    """A cloud that has AWS's translator beside it."""
    packages = cached("sam", install_translator)
    environ = {"PYTHONPATH": str(packages)}
    running = CloudProcess.start(tmp_path / "home", "--port", "0", environ=environ)
    yield running
    running.stop()


def test_the_aws_cli_packages_and_deploys_a_serverless_template(
    translating_cloud: CloudProcess, tmp_path: Path
) -> None:
    cloud = translating_cloud
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


def deploy_cdk_template(cloud: CloudProcess, document: str) -> None:
    stack = Stack(cloud)
    stack.client.create_stack(
        StackName=stack.name, TemplateBody=document, Capabilities=["CAPABILITY_IAM"]
    )
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert answer(cloud, stack.outputs["Name"]) == "from the CDK"
    assert answer(cloud, f"{stack.outputs['Name']}:live") == "from the CDK"
    stack.client.delete_stack(StackName=stack.name)


def test_what_the_cdk_has_made_is_deployed_and_runs(cloud: CloudProcess) -> None:
    document = (CDK / "template.json").read_text(encoding="utf-8")
    deploy_cdk_template(cloud, document.replace("python3.11", own_runtime()))


def test_a_cdk_app_is_deployed_and_runs(cloud: CloudProcess, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("the CDK needs Node.js and npm")
    modules = cached("-".join(CDK_PACKAGES).replace("@", "-"), install_cdk) / "node_modules"
    done = subprocess.run(
        [node, str(CDK / "app.js"), own_runtime()],
        cwd=tmp_path,
        env=clean_environment(tmp_path) | {"NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    deploy_cdk_template(cloud, done.stdout)


def answer(cloud: CloudProcess, function: str) -> Any:
    return json.load(cloud.client("lambda").invoke(FunctionName=function)["Payload"])


def install_translator(home: Path) -> None:
    """Without boto3, which the cloud has."""
    pip("--target", str(home), "pydantic")
    pip("--target", str(home), "--no-deps", "aws-sam-translator")


def install_cdk(home: Path) -> None:
    """186 MB, some ten seconds."""
    npm = shutil.which("npm") or "npm"
    quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home))
    done = subprocess.run(
        [npm, "install", *quiet, *CDK_PACKAGES], capture_output=True, text=True, timeout=400
    )
    if done.returncode != 0:
        pytest.skip(f"the CDK cannot be installed: {done.stderr.strip()[-200:]}")


def cached(name: str, install: Callable[[Path], None]) -> Path:
    """A folder of the user's cache, filled at the first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "lambda-dojo-tests" / f"{name}-py{sys.version_info.minor}"
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        install(home)
        (home / "ready").touch()
    return home


def pip(*arguments: str) -> None:
    """Skips, with the reason, where it cannot install."""
    install = [sys.executable, "-m", "pip", "install", "-q", *arguments]
    done = subprocess.run(install, capture_output=True, text=True, timeout=400)
    if done.returncode != 0:
        pytest.skip(f"{arguments[-1]} cannot be installed: {done.stderr.strip()[-200:]}")
