"""A few resources of each kind, so that drawn inputs find something."""

from __future__ import annotations

import json
from typing import Any

from tests.cloud_process import CloudProcess

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def make_known(cloud: CloudProcess) -> dict[str, list[str]]:
    """Part of a member's name → values that fit it."""
    role = cloud.role()
    function = cloud.create_function("def handler(event, context): return event")
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="fuzz-bucket")
    s3.put_object(Bucket="fuzz-bucket", Key="key", Body=b"content")
    queue = cloud.client("sqs").create_queue(QueueName="fuzz")["QueueUrl"]
    topic = cloud.client("sns").create_topic(Name="fuzz")["TopicArn"]
    table = _table(cloud)
    cloud.client("kinesis").create_stream(StreamName="fuzz", ShardCount=1)
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/fuzz")
    logs.create_log_stream(logGroupName="/fuzz", logStreamName="stream")
    cloud.client("events").put_rule(Name="fuzz", ScheduleExpression="rate(1 day)")
    policy = cloud.client("iam").create_policy(PolicyName="fuzz", PolicyDocument=DOCUMENT)
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    cloud.client("secretsmanager").create_secret(Name="fuzz", SecretString="s")
    account = f"{cloud.region}:{cloud.account_id}"
    function_arn = f"arn:aws:lambda:{account}:function:{function}"
    queue_arn = f"arn:aws:sqs:{account}:fuzz"
    return {
        "FunctionName": [function, function_arn],
        "Bucket": ["fuzz-bucket"],
        "Key": ["key", "other/key", key],
        "QueueUrl": [queue],
        "TopicArn": [topic],
        "TableName": ["fuzz"],
        "TableArn": [table],
        "StreamName": ["fuzz"],
        "StreamARN": [f"arn:aws:kinesis:{account}:stream/fuzz"],
        "logGroup": ["/fuzz"],
        "logStream": ["stream"],
        "RoleName": ["exec"],
        "Role": [role],
        "UserName": ["learner"],
        "Policy": [DOCUMENT],
        "PolicyArn": [policy["Policy"]["Arn"]],
        "PolicyName": ["fuzz"],
        "SecretId": ["fuzz"],
        "KeyId": [key],
        "ResourceArn": [function_arn, queue_arn, topic, table],
        "Target": [function_arn, queue_arn],
        "ScheduleExpression": ["rate(1 minute)", "cron(0 12 * * ? *)"],
        "Pattern": ['{"source": ["a"]}'],
        "Name": ["fuzz", "new-name"],
        "Arn": [function_arn, queue_arn, topic, role],
        "Runtime": ["python3.13"],
        "Handler": ["m.handler"],
    }


def _table(cloud: CloudProcess) -> Any:
    return cloud.client("dynamodb").create_table(
        TableName="fuzz",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
