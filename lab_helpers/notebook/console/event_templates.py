"""Events as each source sends them, for the Test tab.

Shapes: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html and the pages of each
service there. The values are this account's and Region's, so that ARNs look like the learner's.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any

from lab_helpers.notebook.console.http_event_templates import (
    REQUEST_ID,
    TIME_MS,
    http_api,
    load_balancer,
    rest_api,
)

_TIME = "2026-01-15T09:30:00.000Z"


def templates(function: str, region: str, account_id: str) -> list[dict[str, str]]:
    """``id``, ``name`` and ``event`` (JSON text) of each, the plain one first."""
    made = {
        "hello-world": ("Hello World", {"key1": "value1", "key2": "value2", "key3": "value3"}),
        "s3-put": ("S3 Put", _s3("ObjectCreated:Put", region)),
        "s3-delete": ("S3 Delete", _s3("ObjectRemoved:Delete", region)),
        "sqs": ("SQS", _sqs(region, account_id)),
        "sns": ("SNS", _sns(region, account_id)),
        "dynamodb": ("DynamoDB Streams", _dynamodb(region, account_id)),
        "kinesis": ("Kinesis", _kinesis(region, account_id)),
        "eventbridge": ("EventBridge", _eventbridge(region, account_id)),
        "schedule": ("EventBridge schedule", _schedule(region, account_id)),
        "logs": ("CloudWatch Logs", _logs(account_id)),
        "alarm": ("CloudWatch alarm", _alarm(region, account_id)),
        "http-api": ("API Gateway HTTP API / function URL", http_api(region, account_id)),
        "rest-api": ("API Gateway AWS Proxy (REST API)", rest_api(region, account_id)),
        "load-balancer": ("Application Load Balancer", load_balancer(region, account_id)),
        "destination": ("Lambda destination (failure)", _destination(function, region, account_id)),
    }
    return [
        {"id": key, "name": name, "event": json.dumps(event, indent=2)}
        for key, (name, event) in made.items()
    ]


def _s3(event_name: str, region: str) -> dict[str, Any]:
    described: dict[str, Any] = {"key": "photos/red+flower.jpg", "sequencer": "0A1B2C3D4E5F678901"}
    if event_name.startswith("ObjectCreated"):
        described |= {"size": 1024, "eTag": "0123456789abcdef0123456789abcdef"}
    bucket = "amzn-s3-demo-bucket"
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": region,
                "eventTime": _TIME,
                "eventName": event_name,
                "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": "EXAMPLE123456789",
                    "x-amz-id-2": "EXAMPLE123/abcdefghijklmno/123456789ABC",
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "test",
                    "bucket": {
                        "name": bucket,
                        "ownerIdentity": {"principalId": "EXAMPLE"},
                        "arn": f"arn:aws:s3:::{bucket}",
                    },
                    "object": described,
                },
            }
        ]
    }


def _sqs(region: str, account_id: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": "19dd0b57-b21e-4ac1-bd88-01bbb068cb78",
                "receiptHandle": "MessageReceiptHandle",
                "body": '{"order": 1}',
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": str(TIME_MS),
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": str(TIME_MS + 1),
                },
                "messageAttributes": {},
                "md5OfBody": hashlib.md5(b'{"order": 1}', usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{region}:{account_id}:MyQueue",
                "awsRegion": region,
            }
        ]
    }


def _sns(region: str, account_id: str) -> dict[str, Any]:
    topic = f"arn:aws:sns:{region}:{account_id}:MyTopic"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic}:{REQUEST_ID}",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                    "TopicArn": topic,
                    "Subject": "Test",
                    "Message": "Hello from SNS!",
                    "Timestamp": _TIME,
                    "SignatureVersion": "1",
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": "EXAMPLE",
                    "UnsubscribeUrl": "EXAMPLE",
                    "MessageAttributes": {},
                },
            }
        ]
    }


def _dynamodb(region: str, account_id: str) -> dict[str, Any]:
    table = f"arn:aws:dynamodb:{region}:{account_id}:table/Orders"
    return {
        "Records": [
            {
                "eventID": "c4ca4238a0b923820dcc509a6f75849b",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": region,
                "dynamodb": {
                    "ApproximateCreationDateTime": TIME_MS // 1000,
                    "Keys": {"Id": {"N": "101"}},
                    "NewImage": {"Id": {"N": "101"}, "Message": {"S": "New item!"}},
                    "SequenceNumber": "4421584500000000017450439091",
                    "SizeBytes": 26,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
                "eventSourceARN": f"{table}/stream/2026-01-15T09:00:00.000",
            }
        ]
    }


def _kinesis(region: str, account_id: str) -> dict[str, Any]:
    sequence = "49545115243490985018280067714973144582180062593244200961"
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "partitionKey-03",
                    "sequenceNumber": sequence,
                    "data": base64.b64encode(b"Hello from Kinesis!").decode(),
                    "approximateArrivalTimestamp": TIME_MS / 1000,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"shardId-000000000000:{sequence}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": f"arn:aws:iam::{account_id}:role/lambda-role",
                "awsRegion": region,
                "eventSourceARN": f"arn:aws:kinesis:{region}:{account_id}:stream/MyStream",
            }
        ]
    }


def _bus_event(region: str, account_id: str, **of_its_own: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "account": account_id,
        "time": "2026-01-15T09:30:00Z",
        "region": region,
        **of_its_own,
    }


def _eventbridge(region: str, account_id: str) -> dict[str, Any]:
    own: dict[str, Any] = {"detail-type": "Order placed", "source": "my.shop", "resources": []}
    return _bus_event(region, account_id, **own, detail={"order": 1})


def _schedule(region: str, account_id: str) -> dict[str, Any]:
    rule = f"arn:aws:events:{region}:{account_id}:rule/my-schedule"
    own: dict[str, Any] = {"detail-type": "Scheduled Event", "source": "aws.events"}
    return _bus_event(region, account_id, **own, resources=[rule], detail={})


def _logs(account_id: str) -> dict[str, Any]:
    """Two log events, gzipped as CloudWatch Logs sends them."""

    told = {
        "messageType": "DATA_MESSAGE",
        "owner": account_id,
        "logGroup": "/aws/lambda/my-function",
        "logStream": "2026/01/15/[$LATEST]0123456789abcdef0123456789abcdef",
        "subscriptionFilters": ["my-filter"],
        "logEvents": [
            {"id": "1", "timestamp": TIME_MS, "message": "[ERROR] First test message"},
            {"id": "2", "timestamp": TIME_MS, "message": "[ERROR] Second test message"},
        ],
    }
    packed = gzip.compress(json.dumps(told).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


def _alarm(region: str, account_id: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html"""
    name = "my-function-errors"
    metric = {
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": "my-function"},
    }
    crossed = "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold."
    return {
        "source": "aws.cloudwatch",
        "alarmArn": f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{name}",
        "accountId": account_id,
        "time": "2026-01-15T09:30:00.000+0000",
        "region": region,
        "alarmData": {
            "alarmName": name,
            "state": {
                "value": "ALARM",
                "reason": crossed,
                "timestamp": "2026-01-15T09:30:00.000+0000",
            },
            "previousState": {
                "value": "OK",
                "reason": "No errors before.",
                "timestamp": "2026-01-15T09:00:00.000+0000",
            },
            "configuration": {
                "metrics": [
                    {
                        "id": "m1",
                        "metricStat": {"metric": metric, "period": 60, "stat": "Sum"},
                        "returnData": True,
                    }
                ]
            },
        },
    }


def _destination(function: str, region: str, account_id: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "timestamp": _TIME,
        "requestContext": {
            "requestId": REQUEST_ID,
            "functionArn": f"arn:aws:lambda:{region}:{account_id}:function:{function}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"order": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {"errorType": "ValueError", "errorMessage": "no such order"},
    }
