"""Conditions of policies, met and unmet by real requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cloud_process import CloudProcess, own_runtime, zipped
from tests.emulator.cloud.test_permissions import (
    User,
    allow,
    deny,
    document,
    here,
    name,
    refused,
    role,
)

OPERATORS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_elements_condition_operators.html"
)
KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
# Whole days: they become names of tests, which must be the same in every worker.
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")


@pytest.mark.fidelity("Condition operators compare a request's own facts", page=OPERATORS)
@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "ap-northeast-1"]}}, False),
        ({"StringLike": {"aws:username": "user-*"}}, True),
        ({"StringNotLike": {"aws:username": "user-*"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/user-*"}}, True),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/user-*"}}, False),
        ({"DateGreaterThan": {"aws:CurrentTime": YESTERDAY}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": TOMORROW}}, False),
        (
            {
                "DateGreaterThan": {"aws:CurrentTime": YESTERDAY},
                "DateLessThan": {"aws:CurrentTime": TOMORROW},
            },
            True,
        ),
        ({"NumericLessThan": {"aws:EpochTime": "1000000000"}}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:ViaAWSService": "true"}}, False),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringEqualsIfExists": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"Null": {"aws:SourceVpc": "true"}}, True),
        ({"Null": {"aws:SourceVpc": "false"}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}, False),
        ({"StringEquals": {"aws:NoSuchKey": "x"}}, False),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else str(value),
)
def test_a_condition_decides(cloud: CloudProcess, condition: dict[str, Any], met: bool) -> None:
    sqs = User(cloud, allow("sqs:ListQueues", Condition=condition)).client("sqs")
    if met:
        sqs.list_queues()
    else:
        assert refused(sqs.list_queues)[0] == "AccessDenied"


@pytest.mark.fidelity(
    "A set operator compares every layer that a request names",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html",
)
def test_set_operators_look_at_every_layer(cloud: CloudProcess) -> None:
    lambda_client, layers = cloud.client("lambda"), []
    for layer in (name("shared"), name("other")):
        content = {"ZipFile": zipped({"python/x.py": ""})}
        made = lambda_client.publish_layer_version(LayerName=layer, Content=content)
        layers.append(made["LayerVersionArn"])
    own = here(cloud, "lambda", "layer:shared-*")
    only_shared = {"ForAllValues:StringLike": {"lambda:Layer": [own]}}
    user = User(
        cloud,
        allow(["lambda:CreateFunction"], Condition=only_shared),
        allow(["iam:PassRole", "lambda:GetLayerVersion"]),
    )
    new = {
        "Role": role(cloud),
        "Runtime": own_runtime(),
        "Handler": "m.handler",
        "Code": {"ZipFile": zipped({"m.py": "def handler(e, c): return 1"})},
    }
    create = user.client("lambda").create_function
    create(FunctionName=name("f"), Layers=layers[:1], **new)
    assert (
        "lambda:CreateFunction" in refused(create, FunctionName=name("f"), Layers=layers, **new)[2]
    )
    create(FunctionName=name("f"), **new)  # of no layers, all are of this name


@pytest.mark.fidelity(
    "lambda:FunctionArn limits for which function a mapping may be made",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html",
)
def test_mappings_can_be_limited_by_function(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(e, c): pass")
    arn = here(cloud, "lambda", f"function:{function}")
    queue = cloud.client("sqs").create_queue(QueueName=name("q"))["QueueUrl"]
    source = here(cloud, "sqs", queue.rsplit("/", 1)[-1])
    elsewhere = {"ArnLike": {"lambda:FunctionArn": arn + "-another"}}
    user = User(cloud, allow("lambda:CreateEventSourceMapping", Condition=elsewhere))
    mapping = {"FunctionName": function, "EventSourceArn": source}
    create = user.client("lambda").create_event_source_mapping
    assert refused(create, **mapping)[0] == "AccessDeniedException"
    here_only = {"ArnLike": {"lambda:FunctionArn": arn}}
    user.may(allow("lambda:CreateEventSourceMapping", Condition=here_only))
    made = create(**mapping)
    cloud.client("lambda").delete_event_source_mapping(UUID=made["UUID"])


@pytest.mark.fidelity("Variables, NotAction and NotResource work as at AWS", page=KEYS)
def test_variables_and_negated_elements(cloud: CloudProcess) -> None:
    s3, bucket = cloud.client("s3"), name("bucket")
    s3.create_bucket(Bucket=bucket)
    user = User(cloud, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/${{aws:username}}/*"))
    put = user.client("s3").put_object
    put(Bucket=bucket, Key=f"{user.name}/k", Body=b"")
    assert refused(put, Bucket=bucket, Key="ann/k", Body=b"")[0] == "AccessDenied"
    everything_but = {"Effect": "Allow", "NotAction": "s3:DeleteObject", "Resource": "*"}
    user.may(everything_but)
    put(Bucket=bucket, Key="ann/k", Body=b"")
    delete = user.client("s3").delete_object
    assert refused(delete, Bucket=bucket, Key="ann/k")[0] == "AccessDenied"
    elsewhere = {"Effect": "Deny", "Action": "s3:*", "NotResource": f"arn:aws:s3:::{bucket}/own/*"}
    user.may(allow("s3:*"), elsewhere)
    put(Bucket=bucket, Key="own/k", Body=b"")
    assert refused(put, Bucket=bucket, Key="ann/k", Body=b"")[2].endswith(
        "with an explicit deny in an identity-based policy"
    )


@pytest.mark.fidelity(
    "A bucket policy can be for the principals that a condition names",
    page=KEYS,
)
def test_a_bucket_policy_admits_by_principal_arn(cloud: CloudProcess) -> None:
    s3, bucket = cloud.client("s3"), name("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    ann, bob = User(cloud), User(cloud)
    only_ann = {"ArnEquals": {"aws:PrincipalArn": ann.arn}}
    statement = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition=only_ann)
    s3.put_bucket_policy(Bucket=bucket, Policy=document(statement))
    ann.client("s3").get_object(Bucket=bucket, Key="k")
    assert refused(bob.client("s3").get_object, Bucket=bucket, Key="k")[0] == "AccessDenied"


@pytest.mark.fidelity(
    "A key's policy has to allow, whatever the caller's policies say",
    page="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def test_a_key_policy_must_let_the_caller_in(cloud: CloudProcess) -> None:
    kms, user = cloud.client("kms"), User(cloud, allow("kms:Encrypt"))
    root = {"AWS": f"arn:aws:iam::{cloud.account_id}:root"}
    delegating = document(allow("kms:*", Principal=root))
    key = kms.create_key(Policy=delegating)["KeyMetadata"]["KeyId"]
    encrypt = user.client("kms").encrypt
    encrypt(KeyId=key, Plaintext=b"x")
    learner = f"arn:aws:iam::{cloud.account_id}:user/learner"
    kms.put_key_policy(
        KeyId=key,
        PolicyName="default",
        Policy=document(allow("kms:*", Principal={"AWS": learner})),
    )
    code, _, message = refused(encrypt, KeyId=key, Plaintext=b"x")
    assert code == "AccessDeniedException"
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")


def test_a_secrets_policy_and_a_topics_policy_are_enough_within_the_account(
    cloud: CloudProcess,
) -> None:
    user, secrets, sns = User(cloud), cloud.client("secretsmanager"), cloud.client("sns")
    secret = secrets.create_secret(Name=name("secret"), SecretString="s")["ARN"]
    read = user.client("secretsmanager").get_secret_value
    assert refused(read, SecretId=secret)[0] == "AccessDeniedException"
    admit = allow("secretsmanager:GetSecretValue", Principal={"AWS": user.arn})
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=document(admit))
    assert read(SecretId=secret)["SecretString"] == "s"
    forbid = deny("secretsmanager:GetSecretValue", Principal="*")
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=document(admit, forbid))
    assert refused(secrets.get_secret_value, SecretId=secret)[2].endswith(
        "with an explicit deny in a resource-based policy"
    )
    topic = sns.create_topic(Name=name("topic"))["TopicArn"]
    publish = user.client("sns").publish
    assert refused(publish, TopicArn=topic, Message="m")[0] == "AuthorizationError"
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=document(allow("SNS:Publish", topic, Principal={"AWS": user.arn})),
    )
    publish(TopicArn=topic, Message="m")


@pytest.mark.fidelity(
    "The simulator takes the caller's context, boundaries and sessions' policies into account",
    page="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html",
)
def test_the_simulator_takes_context_and_boundary(cloud: CloudProcess) -> None:
    iam = cloud.client("iam")
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    user = User(cloud, allow("iam:PassRole", Condition=to_lambda), allow("sqs:*"))

    def decision(action: str, **context: str) -> str:
        entries = [
            {
                "ContextKeyName": "iam:PassedToService",
                "ContextKeyValues": [value],
                "ContextKeyType": "string",
            }
            for value in context.values()
        ]
        answer = iam.simulate_principal_policy(
            PolicySourceArn=user.arn, ActionNames=[action], ContextEntries=entries
        )
        return str(answer["EvaluationResults"][0]["EvalDecision"])

    assert decision("iam:PassRole") == "implicitDeny"
    assert decision("iam:PassRole", service="ec2.amazonaws.com") == "implicitDeny"
    assert decision("iam:PassRole", service="lambda.amazonaws.com") == "allowed"
    boundary = iam.create_policy(PolicyName=name("b"), PolicyDocument=document(allow("iam:*")))
    iam.put_user_permissions_boundary(
        UserName=user.name, PermissionsBoundary=boundary["Policy"]["Arn"]
    )
    assert decision("sqs:ListQueues") == "implicitDeny"
    assert decision("iam:PassRole", service="lambda.amazonaws.com") == "allowed"
