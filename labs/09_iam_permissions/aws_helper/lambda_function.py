"""Calls AWS for the shop's web page: whatever the event says."""

import json

import boto3


def lambda_handler(event, context):
    client = boto3.client(event["service"])
    answer = getattr(client, event["operation"])(**event.get("parameters", {}))
    answer.pop("ResponseMetadata", None)
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode()
    return json.loads(json.dumps(answer, default=str))
