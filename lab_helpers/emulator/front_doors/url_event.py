"""A request to a function URL as the function's event: payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.http import Headers, Request

# Other bodies are binary to Lambda, a form's among them.
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
SOURCE_IP = "127.0.0.1"


@dataclass(frozen=True)
class UrlRequest:
    """One request to a function URL.

    Attributes:
        path: below the URL, percent-encoding kept; starts with ``/``.
        owner: account id of the function's owner.
        caller: who signed it; None where the URL's AuthType is NONE.
        time: seconds since the epoch.
    """

    url_id: str
    region: str
    path: str
    request: Request
    request_id: str
    owner: str
    caller: Caller | None
    time: float

    @property
    def domain(self) -> str:
        return f"{self.url_id}.lambda-url.{self.region}.localhost"


def event_of(asked: UrlRequest) -> dict[str, Any]:
    """What the function is invoked with."""
    request = asked.request
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": asked.path,
        "rawQueryString": request.raw_query,
    }
    if cookies := [one.strip() for one in request.headers.get("cookie").split(";") if one.strip()]:
        event["cookies"] = cookies
    event["headers"] = _headers(request.headers) | {"x-forwarded-for": SOURCE_IP}
    if parameters := _joined(parse_qsl(request.raw_query, keep_blank_values=True)):
        event["queryStringParameters"] = parameters
    event["requestContext"] = _context(asked)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request)
    else:
        event["isBase64Encoded"] = False
    return event


def _context(asked: UrlRequest) -> dict[str, Any]:
    moment = datetime.fromtimestamp(asked.time, UTC)
    context: dict[str, Any] = {
        "accountId": asked.owner if asked.caller else "anonymous",
        "apiId": asked.url_id,
        "domainName": asked.domain,
        "domainPrefix": asked.url_id,
        "http": {
            "method": asked.request.method,
            "path": asked.path,
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE_IP,
            "userAgent": asked.request.headers.get("user-agent"),
        },
        "requestId": asked.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(asked.time * 1000),
    }
    if asked.caller:
        context["authorizer"] = {"iam": _identity(asked.caller)}
    return context


def _identity(caller: Caller) -> dict[str, Any]:
    return {
        "accessKey": caller.access_key_id,
        "accountId": Arn.parse(caller.arn).account_id,
        "callerId": caller.principal_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": caller.arn,
        "userId": caller.principal_id,
    }


def _headers(headers: Headers) -> dict[str, str]:
    """Names in lower case; a repeated header's values joined by commas."""
    return _joined([(name.lower(), value) for name, value in headers])


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(request: Request) -> tuple[str, bool]:
    """The body as text, and whether it is base64."""
    if request.headers.get("content-type").lower().startswith(_TEXT):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass  # it says that it is text, and is not
    return base64.b64encode(request.body).decode(), True
