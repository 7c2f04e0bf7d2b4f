"""DynamoDB items as plain values; a table that is not there is an empty one."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.table_items import all_items, delete_items, items_of, table_of
from tests.grading.stand_ins import evidence

KEYS = {"#key": "payment_id"}


@pytest.fixture
def looked() -> tuple[Evidence, Stubber]:
    ev = evidence()
    client = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    ev._clients["dynamodb"] = client
    stub = Stubber(client)
    stub.activate()
    return ev, stub


def query(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "TableName": "charges",
        "ConsistentRead": True,
        "KeyConditionExpression": "#key = :value",
        "ExpressionAttributeNames": KEYS,
        "ExpressionAttributeValues": {":value": values},
    }


def test_items_of_a_key_are_plain_values(looked: tuple[Evidence, Stubber]) -> None:
    ev, stub = looked
    answer = {"Items": [{"payment_id": {"S": "pay-1"}, "amount": {"N": "1200"}}]}
    stub.add_response("query", answer, query({"S": "pay-1"}))
    assert items_of(ev, "charges", "payment_id", "pay-1") == [
        {"payment_id": "pay-1", "amount": 1200}
    ]


def test_a_missing_table_has_no_items_and_no_description(
    looked: tuple[Evidence, Stubber],
) -> None:
    ev, stub = looked
    stub.add_client_error("query", "ResourceNotFoundException")
    stub.add_client_error("scan", "ResourceNotFoundException")
    stub.add_client_error("describe_table", "ResourceNotFoundException")
    assert items_of(ev, "charges", "payment_id", "pay-1") == []
    assert all_items(ev, "charges") == []
    assert table_of(ev, "charges") is None


def test_every_page_of_a_table_is_read(looked: tuple[Evidence, Stubber]) -> None:
    ev, stub = looked
    last = {"id": {"S": "a"}}
    stub.add_response("scan", {"Items": [last], "LastEvaluatedKey": last})
    stub.add_response("scan", {"Items": [{"id": {"S": "b"}}]})
    assert [item["id"] for item in all_items(ev, "memory")] == ["a", "b"]


def test_items_are_deleted_by_their_key_alone(looked: tuple[Evidence, Stubber]) -> None:
    ev, stub = looked
    stub.add_response("delete_item", {}, {"TableName": "memory", "Key": {"id": {"S": "a"}}})
    delete_items(ev, "memory", ("id",), [{"id": "a", "status": "COMPLETED"}])
    stub.assert_no_pending_responses()
