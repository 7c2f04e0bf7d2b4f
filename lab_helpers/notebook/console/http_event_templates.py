"""HTTP requests as events, for the Test tab: from API Gateway, a function URL, a load balancer.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
and https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from typing import Any

TIME_MS = 1768469400000
REQUEST_ID = "3f1c2d7e-9a4b-4c55-8e0f-5d6a7b8c9d10"


def http_api(region: str, account_id: str) -> dict[str, Any]:
    host = f"abcdefghij.execute-api.{region}.amazonaws.com"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/my/path",
        "rawQueryString": "parameter1=value1&parameter2=value",
        "cookies": ["cookie1", "cookie2"],
        "headers": {"header1": "value1", "host": host},
        "queryStringParameters": {"parameter1": "value1", "parameter2": "value"},
        "requestContext": {
            "accountId": account_id,
            "apiId": "abcdefghij",
            "domainName": host,
            "domainPrefix": "abcdefghij",
            "http": {
                "method": "POST",
                "path": "/my/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "15/Jan/2026:09:30:00 +0000",
            "timeEpoch": TIME_MS,
        },
        "body": "Hello from client!",
        "isBase64Encoded": False,
    }


def rest_api(region: str, account_id: str) -> dict[str, Any]:
    host = f"abcdefghij.execute-api.{region}.amazonaws.com"
    return {
        "resource": "/{proxy+}",
        "path": "/path/to/resource",
        "httpMethod": "POST",
        "headers": {"Accept": "application/json", "Host": host},
        "multiValueHeaders": {"Accept": ["application/json"], "Host": [host]},
        "queryStringParameters": {"foo": "bar"},
        "multiValueQueryStringParameters": {"foo": ["bar"]},
        "pathParameters": {"proxy": "path/to/resource"},
        "stageVariables": None,
        "requestContext": {
            "accountId": account_id,
            "apiId": "abcdefghij",
            "httpMethod": "POST",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "agent"},
            "path": "/prod/path/to/resource",
            "protocol": "HTTP/1.1",
            "requestId": REQUEST_ID,
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
        "body": '{"test": "body"}',
        "isBase64Encoded": False,
    }


def load_balancer(region: str, account_id: str) -> dict[str, Any]:
    """As it comes from a target group with one value for each header."""
    group = "targetgroup/my-group/0123456789abcdef"
    host = f"my-load-balancer-1234567890.{region}.elb.amazonaws.com"
    return {
        "requestContext": {
            "elb": {"targetGroupArn": f"arn:aws:elasticloadbalancing:{region}:{account_id}:{group}"}
        },
        "httpMethod": "GET",
        "path": "/orders",
        "queryStringParameters": {"page": "1"},
        "headers": {
            "accept": "text/html,application/xhtml+xml",
            "accept-language": "en-US,en;q=0.8",
            "host": host,
            "user-agent": "agent",
            "x-amzn-trace-id": "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "body": "",
        "isBase64Encoded": False,
    }
