"""Users and execution roles may do what their policies allow, and learn why not in AWS's words."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud_process import TRUST_LAMBDA, CloudProcess, eventually, own_runtime, zipped

DENIALS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
S3_DENIALS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html"
EXECUTION_ROLE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
PASS_ROLE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def deny(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def name(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:10]}"


class User:
    """An IAM user with an access key."""

    def __init__(self, cloud: CloudProcess, *statements: Mapping[str, Any]) -> None:
        self.cloud = cloud
        self.name = name("user")
        self.iam = cloud.client("iam")
        self.arn = self.iam.create_user(UserName=self.name)["User"]["Arn"]
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
        self._session = boto3.Session(
            key["AccessKeyId"], key["SecretAccessKey"], region_name=cloud.region
        )
        if statements:
            self.may(*statements)

    def may(self, *statements: Mapping[str, Any]) -> None:
        self.iam.put_user_policy(
            UserName=self.name, PolicyName="inline", PolicyDocument=document(*statements)
        )

    def client(self, service: str) -> Any:
        return self._session.client(
            service,
            endpoint_url=self.cloud.endpoint,
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )


def role(cloud: CloudProcess, *statements: Mapping[str, Any], trust: str = TRUST_LAMBDA) -> str:
    """ARN of a new role with an inline policy."""
    iam, role_name = cloud.client("iam"), name("role")
    made = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=trust)
    if statements:
        iam.put_role_policy(
            RoleName=role_name, PolicyName="inline", PolicyDocument=document(*statements)
        )
    return str(made["Role"]["Arn"])


def refused(call: Any, *arguments: Any, **parameters: Any) -> tuple[str, int, str]:
    """(code, status, message) of a call that fails."""
    with pytest.raises(ClientError) as error:
        call(*arguments, **parameters)
    answer = error.value.response
    return (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Message"],
    )


def because_nothing_allows(who: str, action: str, resource: str) -> str:
    return (
        f"User: {who} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def journal(cloud: CloudProcess, kind: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{cloud.endpoint}/_dojo/journal?kind={kind}",
        headers={"x-dojo-key": cloud.secret_access_key},
    )
    with urllib.request.urlopen(request) as answer:
        found: list[dict[str, Any]] = json.load(answer)["entries"]
    return found


def here(cloud: CloudProcess, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{cloud.region}:{cloud.account_id}:{resource}"


@pytest.mark.fidelity("A user without policies is refused in each service's words", page=DENIALS)
def test_each_service_refuses_in_its_own_words(cloud: CloudProcess) -> None:
    user = User(cloud)
    table = here(cloud, "dynamodb", "table/orders")
    assert refused(user.client("dynamodb").get_item, TableName="orders", Key={}) == (
        "AccessDeniedException",
        400,
        because_nothing_allows(user.arn, "dynamodb:GetItem", table),
    )
    function = here(cloud, "lambda", "function:f:live")
    assert refused(user.client("lambda").invoke, FunctionName="f", Qualifier="live") == (
        "AccessDeniedException",
        403,
        because_nothing_allows(user.arn, "lambda:InvokeFunction", function),
    )
    queue_url = f"{cloud.endpoint}/{cloud.account_id}/orders"
    assert refused(user.client("sqs").send_message, QueueUrl=queue_url, MessageBody="x") == (
        "AccessDenied",
        403,
        because_nothing_allows(user.arn, "sqs:sendmessage", here(cloud, "sqs", "orders")),
    )
    topic = here(cloud, "sns", "news")
    assert refused(user.client("sns").publish, TopicArn=topic, Message="x") == (
        "AuthorizationError",
        403,
        because_nothing_allows(user.arn, "SNS:Publish", topic),
    )
    assert refused(user.client("iam").list_users) == (
        "AccessDenied",
        403,
        because_nothing_allows(user.arn, "iam:ListUsers", "*"),
    )


@pytest.mark.fidelity("S3 names the resource in quotation marks", page=S3_DENIALS)
def test_s3_refuses_with_the_whole_reason(cloud: CloudProcess) -> None:
    user, bucket = User(cloud), name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    code, status, message = refused(user.client("s3").get_object, Bucket=bucket, Key="a b/ü")
    assert (code, status) == ("AccessDenied", 403)
    assert message == because_nothing_allows(
        user.arn, "s3:GetObject", f'"arn:aws:s3:::{bucket}/a b/ü"'
    )


@pytest.mark.fidelity("A change of policies counts for the next request", page=DENIALS)
def test_permissions_come_and_go(cloud: CloudProcess) -> None:
    user, bucket = User(cloud), name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket=bucket, Key="k", Body=b"content")
    s3 = user.client("s3")
    user.may(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
    assert refused(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
    user.may(allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    assert refused(s3.get_object, Bucket=bucket, Key="k")[0] == "AccessDenied"
    copying = {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/k"}
    user.may(allow("s3:PutObject"))
    assert "s3:GetObject" in refused(s3.copy_object, **copying)[2]
    user.may(allow(["s3:PutObject", "s3:GetObject"]))
    s3.copy_object(**copying)


@pytest.mark.fidelity(
    "Whoever may not list a bucket is not told that an object is missing",
    page="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def test_missing_objects_are_hidden_from_those_who_may_not_list(cloud: CloudProcess) -> None:
    user, bucket = User(cloud, allow("s3:GetObject")), name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    s3 = user.client("s3")
    assert refused(s3.get_object, Bucket=bucket, Key="missing") == (
        "AccessDenied",
        403,
        because_nothing_allows(user.arn, "s3:ListBucket", f'"arn:aws:s3:::{bucket}"'),
    )
    assert refused(s3.head_object, Bucket=bucket, Key="missing")[1] == 403
    assert refused(s3.get_object, Bucket=name("none"), Key="k")[0] == "NoSuchBucket"
    user.may(allow(["s3:GetObject", "s3:ListBucket"]))
    assert refused(s3.get_object, Bucket=bucket, Key="missing")[0] == "NoSuchKey"


def test_groups_and_managed_policies_count(cloud: CloudProcess) -> None:
    user, group = User(cloud), name("group")
    iam = cloud.client("iam")
    iam.create_group(GroupName=group)
    iam.attach_group_policy(
        GroupName=group, PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
    )
    sqs = user.client("sqs")
    assert refused(sqs.list_queues)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    sqs.list_queues()
    iam.remove_user_from_group(GroupName=group, UserName=user.name)
    assert refused(sqs.list_queues)[0] == "AccessDenied"


@pytest.mark.fidelity("An explicit deny is told with the kind of policy that denies", page=DENIALS)
def test_an_explicit_deny_is_told(cloud: CloudProcess) -> None:
    user = User(cloud, allow("*"), deny("sqs:ListQueues"))
    assert refused(user.client("sqs").list_queues)[2] == (
        f"User: {user.arn} is not authorized to perform: sqs:listqueues on resource: * "
        "with an explicit deny in an identity-based policy"
    )


@pytest.mark.fidelity("A bucket policy's deny stops an administrator too", page=S3_DENIALS)
def test_a_bucket_policy_refuses_even_the_administrator(cloud: CloudProcess) -> None:
    s3, bucket = cloud.client("s3"), name("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="kept", Body=b"")
    kept = deny("s3:DeleteObject", f"arn:aws:s3:::{bucket}/*", Principal="*")
    s3.put_bucket_policy(Bucket=bucket, Policy=document(kept))
    assert refused(s3.delete_object, Bucket=bucket, Key="kept")[2].endswith(
        "with an explicit deny in a resource-based policy"
    )
    s3.delete_bucket_policy(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="kept")


@pytest.mark.fidelity(
    "A queue's own policy lets a user of the account in",
    page=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
        "sqs-overview-of-managing-access.html"
    ),
)
def test_a_queue_policy_is_enough_within_the_account(cloud: CloudProcess) -> None:
    user, queue = User(cloud), name("queue")
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    sending = {"QueueUrl": url, "MessageBody": "x"}
    assert refused(user.client("sqs").send_message, **sending)[0] == "AccessDenied"
    policy = document(
        allow("sqs:SendMessage", here(cloud, "sqs", queue), Principal={"AWS": user.arn})
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    user.client("sqs").send_message(**sending)


@pytest.mark.fidelity("Creating a function asks for iam:PassRole on its role", page=PASS_ROLE)
def test_pass_role_is_asked_for(cloud: CloudProcess) -> None:
    user = User(cloud, allow("lambda:*"))
    execution_role = role(cloud)
    new = {
        "FunctionName": name("f"),
        "Role": execution_role,
        "Runtime": own_runtime(),
        "Handler": "m.handler",
        "Code": {"ZipFile": zipped({"m.py": "def handler(e, c): return 1"})},
    }
    lambda_client = user.client("lambda")
    assert refused(lambda_client.create_function, **new) == (
        "AccessDeniedException",
        403,
        because_nothing_allows(user.arn, "iam:PassRole", execution_role),
    )
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    user.may(allow("lambda:*"), allow("iam:PassRole", execution_role, Condition=to_ec2))
    assert refused(lambda_client.create_function, **new)[0] == "AccessDeniedException"
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    user.may(allow("lambda:*"), allow("iam:PassRole", execution_role, Condition=to_lambda))
    lambda_client.create_function(**new)
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=new["FunctionName"])
    other = {"FunctionName": new["FunctionName"], "Role": role(cloud)}
    assert "iam:PassRole" in refused(lambda_client.update_function_configuration, **other)[2]
    lambda_client.update_function_configuration(FunctionName=new["FunctionName"], Timeout=9)


READ = """
import boto3, json
def handler(event, context):
    print("reading")
    try:
        boto3.client("s3").get_object(Bucket=event["bucket"], Key="k")
    except Exception as error:
        return str(error)
    return "read"
"""


def run(cloud: CloudProcess, function: str, event: Mapping[str, Any]) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.load(answer["Payload"])


def function_with(cloud: CloudProcess, role_arn: str, source: str = READ) -> str:
    function = name("f")
    cloud.client("lambda").create_function(
        FunctionName=function,
        Role=role_arn,
        Runtime=own_runtime(),
        Handler="m.handler",
        Timeout=30,
        Code={"ZipFile": zipped({"m.py": source})},
    )
    cloud.client("lambda").get_waiter("function_active_v2").wait(FunctionName=function)
    return function


@pytest.mark.fidelity("A function may do what its execution role allows", page=EXECUTION_ROLE)
def test_the_execution_role_limits_the_function(cloud: CloudProcess) -> None:
    bucket = name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    role_arn = role(cloud)
    role_name = role_arn.rsplit("/", 1)[-1]
    function = function_with(cloud, role_arn)
    session = f"arn:aws:sts::{cloud.account_id}:assumed-role/{role_name}/{function}"
    reason = because_nothing_allows(session, "s3:GetObject", f'"arn:aws:s3:::{bucket}/k"')
    assert run(cloud, function, {"bucket": bucket}) == (
        f"An error occurred (AccessDenied) when calling the GetObject operation: {reason}"
    )
    from_this_function = {
        "ArnEquals": {"lambda:SourceFunctionArn": here(cloud, "lambda", f"function:{function}")}
    }
    cloud.client("iam").put_role_policy(
        RoleName=role_name,
        PolicyName="read",
        PolicyDocument=document(allow("s3:GetObject", Condition=from_this_function)),
    )
    assert run(cloud, function, {"bucket": bucket}) == "read"


@pytest.mark.fidelity(
    "Without permission for CloudWatch Logs a function runs and leaves no log",
    page="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
)
def test_a_role_without_logs_leaves_no_log(cloud: CloudProcess) -> None:
    source = "def handler(event, context):\n    print('hello')\n    return 1"
    role_arn = role(cloud)
    function = function_with(cloud, role_arn, source)
    assert run(cloud, function, {}) == 1
    logs = cloud.client("logs")
    group = f"/aws/lambda/{function}"
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
    told = [
        entry["data"]["decision"]
        for entry in journal(cloud, "logs.denied")
        if entry["data"]["decision"]["principal"].endswith(f"/{function}")
    ]
    assert told[0]["action"] == "logs:CreateLogGroup"
    cloud.client("iam").attach_role_policy(
        RoleName=role_arn.rsplit("/", 1)[-1], PolicyArn=BASIC_EXECUTION
    )
    run(cloud, function, {})
    assert any("hello" in line for line in eventually(lambda: cloud.log_lines(function)))


@pytest.mark.fidelity(
    "Whoever assumes a role must be trusted by it; STS gives no reason",
    page="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
)
def test_a_role_is_assumed_by_whom_it_trusts(cloud: CloudProcess) -> None:
    user = User(cloud, allow("sts:AssumeRole"))
    untrusting = role(cloud)
    sts = user.client("sts")
    assert refused(sts.assume_role, RoleArn=untrusting, RoleSessionName="test") == (
        "AccessDenied",
        403,
        f"User: {user.arn} is not authorized to perform: sts:AssumeRole on resource: {untrusting}",
    )
    learner = cloud.client("sts")  # an administrator is not trusted either
    assert refused(learner.assume_role, RoleArn=untrusting, RoleSessionName="test")[1] == 403
    root = f"arn:aws:iam::{cloud.account_id}:root"
    trust = allow("sts:AssumeRole", Principal={"AWS": root})
    del trust["Resource"]
    trusting = role(cloud, trust=document(trust))
    sts.assume_role(RoleArn=trusting, RoleSessionName="test")
    trust["Condition"] = {"StringEquals": {"sts:ExternalId": "secret"}}
    strict = role(cloud, trust=document(trust))
    assert refused(sts.assume_role, RoleArn=strict, RoleSessionName="test")[1] == 403
    sts.assume_role(RoleArn=strict, RoleSessionName="test", ExternalId="secret")


@pytest.mark.fidelity("A boundary and a session policy limit a role's session", page=DENIALS)
def test_boundary_and_session_policy_limit_a_role(cloud: CloudProcess) -> None:
    iam = cloud.client("iam")
    trust = allow("sts:AssumeRole", Principal={"AWS": cloud.account_id})
    del trust["Resource"]
    role_arn = role(cloud, allow("*"), trust=document(trust))
    boundary = iam.create_policy(
        PolicyName=name("boundary"), PolicyDocument=document(allow(["sqs:*", "s3:*"]))
    )["Policy"]["Arn"]
    iam.put_role_permissions_boundary(
        RoleName=role_arn.rsplit("/", 1)[-1], PermissionsBoundary=boundary
    )
    keys = cloud.client("sts").assume_role(
        RoleArn=role_arn, RoleSessionName="test", Policy=document(allow("sqs:*"), allow("sns:*"))
    )["Credentials"]
    session = boto3.Session(
        keys["AccessKeyId"],
        keys["SecretAccessKey"],
        keys["SessionToken"],
        region_name=cloud.region,
    )
    session.client("sqs", endpoint_url=cloud.endpoint).list_queues()
    sns = session.client("sns", endpoint_url=cloud.endpoint)
    assert refused(sns.list_topics)[2].endswith(
        "because no permissions boundary allows the SNS:ListTopics action"
    )
    s3 = session.client("s3", endpoint_url=cloud.endpoint)
    assert refused(s3.list_buckets)[2].endswith(
        "because no session policy allows the s3:ListAllMyBuckets action"
    )


def test_a_denial_is_in_the_journal_with_all_looks(cloud: CloudProcess) -> None:
    wrong_bucket = allow("s3:PutObject", "arn:aws:s3:::other/*", Sid="Other")
    user = User(cloud, wrong_bucket)
    refused(user.client("s3").put_object, Bucket="mine", Key="k", Body=b"")
    (entry,) = [one for one in journal(cloud, "api.denied") if one["data"]["caller"] == user.arn]
    assert entry["data"]["operation"] == "PutObject"
    decision = entry["data"]["decision"]
    assert (decision["action"], decision["decided_by"]) == (
        "s3:PutObject",
        "identity-based policy",
    )
    (look,) = decision["statements"]
    assert (look["statement"], look["mismatch"]) == ("Other", "Resource does not match")


def test_everyone_may_ask_who_they_are(cloud: CloudProcess) -> None:
    user = User(cloud, deny("*"))
    assert user.client("sts").get_caller_identity()["Arn"] == user.arn


@pytest.mark.slow
def test_permissions_can_be_switched_off(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    free = CloudProcess.start(home, "--port", "0", environ={"LAMBDA_DOJO_PERMISSIONS": "off"})
    try:
        User(free).client("sqs").list_queues()
    finally:
        free.stop()
