"""Filter criteria by source: what of a record takes part, and as what."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from lab_helpers.emulator.event_sources.filter_criteria import (
    FilterCriteria,
    kinesis_seen_by_filters,
    seen_by_filters,
)

SQS_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html"


def criteria(*patterns: dict[str, Any], content_key: str | None = "body") -> FilterCriteria:
    filters = [{"Pattern": json.dumps(pattern)} for pattern in patterns]
    return FilterCriteria.of({"FilterCriteria": {"Filters": filters}}, content_key)


def lets_body_pass(body: str, *patterns: dict[str, Any]) -> bool:
    record = {"messageId": "1", "body": body, "awsRegion": "us-east-1"}
    return criteria(*patterns).lets_pass(seen_by_filters(record, "body"))


@pytest.mark.fidelity(
    "A filter on a JSON body drops plain text, and one on plain text drops JSON", page=SQS_PAGE
)
@pytest.mark.parametrize(
    ("body", "pattern", "passes"),
    [
        ("foo", {"body": ["foo"]}, True),
        ("foo", {"body": ["bar"]}, False),
        ("foo", {"awsRegion": ["us-east-1"]}, True),
        ("foo", {"body": {"code": [{"exists": False}]}}, False),
        ('{"code": "B"}', {"body": ["B", {"exists": False}]}, False),
        ('{"code": "B"}', {"awsRegion": ["us-east-1"]}, True),
        ('{"code": "B"}', {"body": {"code": ["B"]}}, True),
        ('{"code": "B"}', {"body": {"code": ["C"]}}, False),
        ('{"code": 5}', {"body": {"code": [{"numeric": [">", 4]}]}}, True),
        ("5", {"body": ["5"]}, True),
    ],
)
def test_a_message_body_is_matched_as_what_it_is(
    body: str, pattern: dict[str, Any], passes: bool
) -> None:
    assert lets_body_pass(body, pattern) is passes


def test_filters_are_alternatives() -> None:
    patterns = {"body": {"a": [1]}}, {"body": {"b": [2]}}
    assert lets_body_pass('{"b": 2}', *patterns)
    assert not lets_body_pass('{"b": 3}', *patterns)


def test_without_filters_every_record_passes() -> None:
    assert FilterCriteria.of({}, "body").lets_pass({"body": "x"})
    assert not FilterCriteria.of({"FilterCriteria": {"Filters": []}})


def test_kinesis_data_is_decoded_before_it_is_matched() -> None:
    data = b64encode(b'{"tire_pressure": 30}').decode()
    record = {"eventName": "aws:kinesis:record", "kinesis": {"data": data, "partitionKey": "1"}}
    seen = kinesis_seen_by_filters(record)
    low = {"data": {"tire_pressure": [{"numeric": ["<", 32]}]}}
    assert criteria(low, content_key="data").lets_pass(seen)
    assert criteria({"partitionKey": ["1"]}, content_key="data").lets_pass(seen)
    assert not criteria({"data": [data]}, content_key="data").lets_pass(seen)


def test_a_dynamodb_record_is_matched_as_it_is() -> None:
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": {"State": {"S": "open"}}}}
    inserted = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"State": {"S": ["open"]}}}}
    assert criteria(inserted, content_key=None).lets_pass(record)
    number = {"dynamodb": {"NewImage": {"N": {"N": [{"numeric": [">", 0]}]}}}}
    numbered = {"dynamodb": {"NewImage": {"N": {"N": "5"}}}}
    assert not criteria(number, content_key=None).lets_pass(numbered)  # numbers travel as text
