"""``lab.why`` on a real cloud: every denial that a learner can meet is explained."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lab_helpers.backends.backend import Credentials
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.notebook.shown import Note
from lab_helpers.notebook.why import explain
from lab_helpers.notebook.why_shown import ShownWhy
from tests.cloud_process import CloudProcess, eventually, own_runtime, zipped
from tests.emulator.cloud.test_permissions import (
    READ,
    User,
    allow,
    deny,
    document,
    function_with,
    here,
    name,
    role,
)


def error_of(call: Any, *arguments: Any, **parameters: Any) -> ClientError:
    with pytest.raises(ClientError) as raised:
        call(*arguments, **parameters)
    return raised.value


def why(cloud: CloudProcess, what: object = None, language: str = "en") -> ShownWhy:
    shown = explain(cloud.backend(), what, language)
    assert isinstance(shown, ShownWhy), shown
    return shown


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b""}),
        ("s3", "head_bucket", {"Bucket": "b"}),
        ("dynamodb", "get_item", {"TableName": "t", "Key": {}}),
        ("sns", "list_topics", {}),
        ("sqs", "list_queues", {}),
        ("lambda", "invoke", {"FunctionName": "f"}),
        ("iam", "list_users", {}),
        ("logs", "describe_log_groups", {}),
        ("events", "list_rules", {}),
        ("cloudwatch", "list_metrics", {}),
        ("kms", "list_keys", {}),
        ("secretsmanager", "list_secrets", {}),
    ],
)
def test_the_errors_of_all_services_lead_to_their_decision(
    cloud: CloudProcess, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    user = User(cloud)
    error = error_of(getattr(user.client(service), operation), **parameters)
    error_of(User(cloud).client("sqs").list_queues)  # a later one is not meant
    shown = why(cloud, error)
    assert shown.decision["principal"] == user.arn
    assert shown.statements[0]["Action"] == shown.decision["action"]


def test_the_suggested_statement_is_enough_and_not_more(cloud: CloudProcess) -> None:
    bucket = name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    user = User(cloud, allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Sid="Reads"))
    s3 = user.client("s3")
    shown = why(cloud, error_of(s3.put_object, Bucket=bucket, Key="in/k", Body=b""))
    text = repr(shown)
    assert "`Reads` (Allow): `Action` does not match: the statement has `s3:GetObject`" in text
    assert "resource-based policy: none" in text
    (statement,) = shown.statements
    user.may(statement)
    s3.put_object(Bucket=bucket, Key="in/k", Body=b"")
    error_of(s3.put_object, Bucket=bucket, Key="out/k", Body=b"")


def test_pass_role_is_suggested_for_lambda_alone(cloud: CloudProcess) -> None:
    user, execution_role = User(cloud, allow("lambda:*")), role(cloud)
    new = {
        "FunctionName": name("f"),
        "Role": execution_role,
        "Runtime": own_runtime(),
        "Handler": "m.handler",
        "Code": {"ZipFile": zipped({"m.py": "def handler(e, c): return 1"})},
    }
    create = user.client("lambda").create_function
    (statement,) = why(cloud, error_of(create, **new)).statements
    assert statement == {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": execution_role,
        "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    }
    user.may(allow("lambda:*"), statement)
    create(**new)


def test_a_condition_that_is_not_met_tells_expected_and_found(cloud: CloudProcess) -> None:
    elsewhere = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    user = User(cloud, allow("sqs:ListQueues", Sid="FromOffice", Condition=elsewhere))
    text = repr(why(cloud, error_of(user.client("sqs").list_queues)))
    assert (
        "`IpAddress` wants `aws:SourceIp` to be `203.0.113.0/24`; the request has `127.0.0.1`"
        in text
    )
    assert "`aws:SourceIp` = `127.0.0.1`" in text
    assert "meet the condition of `FromOffice`" in text


def test_what_is_often_mixed_up_is_said(cloud: CloudProcess) -> None:
    bucket, user = "arn:aws:s3:::shop", User(cloud, allow("s3:*", "arn:aws:s3:::shop"))
    s3 = user.client("s3")
    text = repr(why(cloud, error_of(s3.get_object, Bucket="shop", Key="k")))
    assert f"that is the bucket; its objects are `{bucket}/k`: write `{bucket}/*`" in text
    user.may(allow("s3:*", f"{bucket}/*"))
    text = repr(why(cloud, error_of(s3.list_objects_v2, Bucket="shop")))
    assert f"the bucket itself is `{bucket}`" in text
    function = here(cloud, "lambda", "function:f")
    user.may(allow("lambda:InvokeFunction", function))
    invoke = user.client("lambda").invoke
    text = repr(why(cloud, error_of(invoke, FunctionName="f", Qualifier="live")))
    assert f"names a version or an alias: `{function}:live`" in text


def test_an_explicit_deny_is_named_and_nothing_is_suggested(cloud: CloudProcess) -> None:
    user = User(cloud, allow("*"), deny("sqs:*", Sid="NoQueues"))
    shown = why(cloud, error_of(user.client("sqs").list_queues))
    assert shown.statements == []
    assert f"`NoQueues` in `{user.name}/inline`" in repr(shown)
    assert "✗ `NoQueues` (Deny): denies it" in repr(shown)


def test_what_a_functions_code_was_refused_is_found_by_its_invocation(
    cloud: CloudProcess,
) -> None:
    bucket = name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    function = function_with(cloud, role(cloud, allow("logs:*")), READ)
    lambda_client = cloud.client("lambda")
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=function)
    answer = lambda_client.invoke(FunctionName=function, Payload=json.dumps({"bucket": bucket}))
    answer["Payload"].read()
    shown = why(cloud, answer)
    assert shown.decision["principal"].endswith(f"/{function}")
    assert shown.decision["action"] == "s3:GetObject"
    assert shown.decision["identity"] == shown.decision["identity"].replace("assumed-role", "role")


def test_lost_log_lines_are_explained(cloud: CloudProcess) -> None:
    function = function_with(cloud, role(cloud), "def handler(e, c): print('hi')")
    lambda_client = cloud.client("lambda")
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=function)
    lambda_client.invoke(FunctionName=function)

    def told() -> bool:
        record = why(cloud).decision
        return bool(
            record["principal"].endswith(f"/{function}")
            and record["action"] == "logs:CreateLogGroup"
        )

    assert eventually(told)


def test_a_service_that_was_not_let_in_is_explained(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(e, c): pass")
    bucket, function_arn = name("bucket"), here(cloud, "lambda", f"function:{function}")
    s3, lambda_client = cloud.client("s3"), cloud.client("lambda")
    s3.create_bucket(Bucket=bucket)
    notify = {
        "Bucket": bucket,
        "NotificationConfiguration": {
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function_arn, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    }
    put = s3.put_bucket_notification_configuration
    lambda_client.add_permission(
        FunctionName=function,
        StatementId="other-bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::another",
    )
    shown = why(cloud, error_of(put, **notify))
    assert shown.decision["principal"] == "s3.amazonaws.com"
    wanted = f"to be `arn:aws:s3:::another`; the request has `arn:aws:s3:::{bucket}`"
    assert wanted in repr(shown)
    (statement,) = shown.statements
    lambda_client.add_permission(
        FunctionName=function,
        StatementId="this-bucket",
        Action=statement["Action"],
        Principal=statement["Principal"]["Service"],
        SourceArn=statement["Condition"]["ArnLike"]["aws:SourceArn"],
        SourceAccount=statement["Condition"]["StringEquals"]["aws:SourceAccount"],
    )
    put(**notify)


def test_a_role_that_lambda_may_not_assume_or_use_is_explained(cloud: CloudProcess) -> None:
    trust = allow("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"})
    del trust["Resource"]
    role_arn = role(cloud, trust=document(trust))
    lambda_client = cloud.client("lambda")
    code = {"ZipFile": zipped({"m.py": "def handler(e, c): return 1"})}
    new = {"Runtime": own_runtime(), "Handler": "m.handler", "Code": code}
    error = error_of(lambda_client.create_function, FunctionName=name("f"), Role=role_arn, **new)
    shown = why(cloud, error)
    assert shown.decision["resource"] == role_arn
    assert shown.statements[0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    queue_url = cloud.client("sqs").create_queue(QueueName=name("q"))["QueueUrl"]
    queue_arn = here(cloud, "sqs", queue_url.rsplit("/", 1)[-1])
    function = function_with(cloud, role(cloud, allow("logs:*")))
    error = error_of(
        lambda_client.create_event_source_mapping,
        EventSourceArn=queue_arn,
        FunctionName=function,
    )
    assert "sqs:ReceiveMessage" in str(why(cloud, error).statements)


def test_boundary_and_session_policy_are_told_apart(cloud: CloudProcess) -> None:
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
        RoleArn=role_arn, RoleSessionName="test", Policy=document(allow("sns:*"))
    )["Credentials"]
    session = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=cloud.region
    )
    sns = session.client("sns", endpoint_url=cloud.endpoint)
    text = repr(why(cloud, error_of(sns.list_topics)))
    assert f"permissions boundary: `{boundary}`" in text
    assert f"This statement in the permissions boundary `{boundary}`" in text
    s3 = session.client("s3", endpoint_url=cloud.endpoint)
    assert "`Policy` with which the role is assumed" in repr(why(cloud, error_of(s3.list_buckets)))
    untrusting = role(cloud)
    learner = error_of(cloud.client("sts").assume_role, RoleArn=untrusting, RoleSessionName="test")
    (statement,) = why(cloud, learner).statements
    assert statement["Principal"]["AWS"].endswith(":user/learner")
    assert "Resource" not in statement


def test_it_is_told_in_both_languages_and_as_html(cloud: CloudProcess) -> None:
    user = User(cloud, allow("s3:GetObject", "arn:aws:s3:::<b>/*", Sid="Tags"))
    error = error_of(user.client("s3").get_object, Bucket="mine", Key="k")
    japanese = why(cloud, error, "ja")
    assert "拒否されました" in repr(japanese)
    assert "アイデンティティベースのポリシー" in repr(japanese)
    html = why(cloud, error)._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert not re.search(r"\{\w+\}", repr(japanese))


def test_what_was_not_refused_by_a_policy_is_said_so(cloud: CloudProcess) -> None:
    error = error_of(cloud.client("lambda").get_function, FunctionName="nowhere")
    shown = explain(cloud.backend(), error, "en")
    assert isinstance(shown, Note)
    assert "No policy refused this (`ResourceNotFoundException`)" in repr(shown)
    assert "Give `lab.why`" in repr(explain(cloud.backend(), 7, "en"))


def test_only_the_owner_reads_denials(cloud: CloudProcess) -> None:
    stranger = cloud.backend()
    other = EndpointBackend(
        stranger.name,
        stranger.endpoint_url,
        stranger.region,
        stranger.account_id,
        Credentials("AKIA", "guess"),
        stranger.capabilities,
    )
    with pytest.raises(Exception, match="403"):
        explain(other, None, "en")


def test_a_backend_that_does_not_tell_is_said_not_to(cloud: CloudProcess) -> None:
    silent = EndpointBackend(
        "localstack", "http://127.0.0.1:1", "us-east-1", "0" * 12, Credentials("a", "b")
    )
    assert '"localstack" does not tell' in repr(explain(silent, None, "en"))
