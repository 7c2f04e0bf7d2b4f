"""For pytest, in moto's tests: what moto's own server grants them and AWS does not.

An empty account before each test: they ask for it at a path of moto's server, and here it is the
owner's right. And roles: many tests give ``"some policy"`` for a trust policy, some try again
until it is taken. IAM refuses that, so such a role gets one that trusts Lambda and everybody.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from botocore.client import BaseClient
from moto.core.models import ServerModeMockAWS

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com", "AWS": "*"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_Client: Any = BaseClient
_call = _Client._make_api_call


def _reset(_mock: Any) -> None:
    request = urllib.request.Request(
        f"{os.environ['TEST_SERVER_MODE_ENDPOINT']}/_dojo/reset",
        method="POST",
        headers={"x-dojo-key": os.environ["AWS_SECRET_ACCESS_KEY"]},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=30).close()


def _called(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    name = "AssumeRolePolicyDocument"
    if operation == "CreateRole" and not _is_policy(parameters.get(name)):
        parameters = parameters | {name: json.dumps(TRUST)}
    return _call(client, operation, parameters)


def _is_policy(document: Any) -> bool:
    try:
        return "Statement" in json.loads(document)
    except (TypeError, ValueError):
        return False


ServerModeMockAWS.reset = _reset
_Client._make_api_call = _called
