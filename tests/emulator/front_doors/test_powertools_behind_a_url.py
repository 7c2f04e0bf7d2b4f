"""Powertools for AWS Lambda, which nobody here wrote, routes the requests of a function URL."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid

import pytest

from lab_helpers.grading.installed_layer import installed_layer
from tests.cloud_process import CloudProcess

SHOP = """
from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

app = LambdaFunctionUrlResolver()

@app.get("/teas/<name>")
def tea(name):
    if name == "none":
        raise NotFoundError("no such tea")
    return {"tea": name, "cups": app.current_event.query_string_parameters.get("cups")}

@app.post("/teas")
def brew():
    return Response(201, "text/plain", app.current_event.json_body["name"])

def handler(event, context):
    return app.resolve(event, context)
"""


@pytest.mark.slow
def test_powertools_routes_the_requests_of_a_url(cloud: CloudProcess) -> None:
    client = cloud.client("lambda")
    layer = client.publish_layer_version(
        LayerName=f"powertools-{uuid.uuid4().hex[:8]}",
        Content={
            "ZipFile": installed_layer("aws-lambda-powertools", "jmespath", "typing-extensions")
        },
    )
    name = cloud.create_function(SHOP, Layers=[layer["LayerVersionArn"]], Timeout=30)
    address = client.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    for action, more in (
        ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}),
        ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
    ):
        client.add_permission(
            FunctionName=name, StatementId=action[7:], Action=action, Principal="*", **more
        )
    with urllib.request.urlopen(f"{address}teas/sencha?cups=2", timeout=60) as answer:
        assert json.load(answer) == {"tea": "sencha", "cups": "2"}
    posted = urllib.request.Request(
        f"{address}teas", b'{"name": "genmaicha"}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(posted, timeout=60) as answer:
        assert (answer.status, answer.read()) == (201, b"genmaicha")
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}teas/none", timeout=60)
    assert missing.value.code == 404
    assert json.load(missing.value)["message"] == "no such tea"
