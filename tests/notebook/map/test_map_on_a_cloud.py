"""The map of a real cloud, asked through public APIs."""

from __future__ import annotations

import json
import uuid
from typing import Any

from botocore.exceptions import ClientError

from lab_helpers.notebook.map.cloud_state import read_cloud
from lab_helpers.notebook.map.graph import Fault
from lab_helpers.notebook.map.shown import ShownMap, draw_map
from tests.cloud_process import CloudProcess

SOURCE = "def handler(event, context): return 1"


def name() -> str:
    return f"n-{uuid.uuid4().hex[:10]}"


def drawn(cloud: CloudProcess) -> ShownMap:
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        return clients.setdefault(service, cloud.client(service))

    return draw_map(client, cloud.account_id, "en")


def faults_at(shown: ShownMap, *names: str) -> list[tuple[str, Fault]]:
    return [(where, fault) for where, fault, _ in shown.graph.faults if where == " → ".join(names)]


def test_a_permission_that_was_taken_back_is_marked_until_it_is_given_again(
    cloud: CloudProcess,
) -> None:
    function, bucket = cloud.create_function(SOURCE), name()
    s3, lambda_client = cloud.client("s3"), cloud.client("lambda")
    s3.create_bucket(Bucket=bucket)
    permission = {
        "FunctionName": function,
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": f"arn:aws:s3:::{bucket}",
    }
    lambda_client.add_permission(**permission)
    arn = lambda_client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    rule = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    assert faults_at(drawn(cloud), bucket, function) == []
    lambda_client.remove_permission(FunctionName=function, StatementId="s3")
    shown = drawn(cloud)
    assert faults_at(shown, bucket, function) == [
        (f"{bucket} → {function}", Fault.MISSING_PERMISSION)
    ]
    assert "permission missing s3.amazonaws.com: lambda:InvokeFunction" in shown.table()
    lambda_client.add_permission(**permission)
    assert faults_at(drawn(cloud), bucket, function) == []


def test_a_disabled_mapping_and_a_deleted_queue_are_marked(cloud: CloudProcess) -> None:
    function, queue = cloud.create_function(SOURCE), name()
    sqs, lambda_client = cloud.client("sqs"), cloud.client("lambda")
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{queue}"
    lambda_client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName=function, Enabled=False
    )
    assert faults_at(drawn(cloud), queue, function) == [(f"{queue} → {function}", Fault.DISABLED)]
    sqs.delete_queue(QueueUrl=url)
    assert (f"{queue} → {function}", Fault.DANGLING) in faults_at(drawn(cloud), queue, function)


def test_a_role_that_may_not_send_is_found_by_simulating_its_policies(cloud: CloudProcess) -> None:
    function, queue = cloud.create_function(SOURCE), name()
    cloud.client("sqs").create_queue(QueueName=queue)
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{queue}"
    settings = {"DestinationConfig": {"OnFailure": {"Destination": arn}}}
    lambda_client, iam, role = cloud.client("lambda"), cloud.client("iam"), name()
    lambda_client.put_function_event_invoke_config(FunctionName=function, **settings)
    assert faults_at(drawn(cloud), function, queue) == []
    trust = iam.get_role(RoleName="exec")["Role"]["AssumeRolePolicyDocument"]
    made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    cloud.change_function(function, Role=made["Role"]["Arn"])
    assert faults_at(drawn(cloud), function, queue) == [
        (f"{function} → {queue}", Fault.MISSING_PERMISSION)
    ]


def test_a_function_that_may_write_into_its_own_bucket_is_marked(cloud: CloudProcess) -> None:
    function, bucket = cloud.create_function(SOURCE), name()
    s3, lambda_client = cloud.client("s3"), cloud.client("lambda")
    s3.create_bucket(Bucket=bucket)
    lambda_client.add_permission(
        FunctionName=function,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    arn = lambda_client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    rule = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    back = [(f"{function} → {bucket}", Fault.WRITE_BACK)]
    assert faults_at(drawn(cloud), function, bucket) == back
    iam, role = cloud.client("iam"), name()
    trust = iam.get_role(RoleName="exec")["Role"]["AssumeRolePolicyDocument"]
    made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    cloud.change_function(function, Role=made["Role"]["Arn"])
    assert faults_at(drawn(cloud), function, bucket) == []


def test_apis_lead_to_their_functions(cloud: CloudProcess) -> None:
    function, http, rest = cloud.create_function(SOURCE), name(), name()
    lambda_client = cloud.client("lambda")
    arn = lambda_client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    v2 = cloud.client("apigatewayv2")
    api = v2.create_api(Name=http, ProtocolType="HTTP")["ApiId"]
    made = v2.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=arn,
        PayloadFormatVersion="2.0",
    )
    target = f"integrations/{made['IntegrationId']}"
    v2.create_route(ApiId=api, RouteKey="GET /items", Target=target)
    v2.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    v1 = cloud.client("apigateway")
    old = v1.create_rest_api(name=rest)
    method = {"restApiId": old["id"], "resourceId": old["rootResourceId"], "httpMethod": "POST"}
    v1.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    v1.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    shown = drawn(cloud)
    missing = [(f"{http} → {function}", Fault.MISSING_PERMISSION)]
    assert faults_at(shown, http, function) == missing
    edges = {edge.label: shown.graph.nodes[edge.source].name for edge in shown.graph.edges}
    assert (edges["GET /items"], edges["POST /"]) == (http, rest)
    assert (rest, Fault.NOT_DEPLOYED) in [(where, fault) for where, fault, _ in shown.graph.faults]
    lambda_client.add_permission(
        FunctionName=function,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:{cloud.account_id}:{api}/*/*/items",
    )
    assert faults_at(drawn(cloud), http, function) == []


def test_a_service_that_does_not_answer_is_left_out_and_told(cloud: CloudProcess) -> None:
    class Silent:
        def __getattr__(self, operation: str) -> Any:
            if operation == "can_paginate":
                return lambda _operation: False

            def refuse(**_parameters: Any) -> None:
                error = {"Error": {"Code": "InternalFailure", "Message": "not available"}}
                raise ClientError(error, operation)

            return refuse

    def client(service: str) -> Any:
        return Silent() if service == "kinesis" else cloud.client(service)

    assert list(read_cloud(client).unread) == ["kinesis"]
    told = repr(draw_map(client, cloud.account_id, "ja"))
    assert "取得できません：kinesis" in told
