"""Dead letters and destination records, byte by byte."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.records import AsyncSettings
from lab_helpers.emulator.invocation.deliveries import (
    Attribute,
    BusEvent,
    QueueMessage,
    StoredObject,
    TopicMessage,
)
from lab_helpers.emulator.invocation.invocation_records import first_kilobyte
from tests.emulator.invocation.bench import Bench
from tests.emulator.invocation.fake_runtime import ARN, REGION, outcome

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
BUCKET = "arn:aws:s3:::records"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:g"
ERROR = {"errorMessage": "no such order", "errorType": "KeyError"}


def failing(settings: AsyncSettings, dead_letter: str | None = None) -> Bench:
    bench = Bench(settings)
    bench.target = replace(bench.target, dead_letter_target_arn=dead_letter)
    failure = replace(outcome("KeyError"), payload=json.dumps(ERROR).encode())
    bench.runtime.behaviour = lambda _invocation: failure
    return bench


def run(bench: Bench, payload: bytes = b'{"id": 1}') -> str:
    """Let one event come to its end; its request id."""

    async def scenario() -> str:
        request_id = bench.queue.put(REGION, "f", payload, "s3")
        await bench.clock.advance(1000)
        return request_id

    return asyncio.run(scenario())


def the_record(bench: Bench) -> dict[str, Any]:
    ((delivery, _),) = bench.sent
    assert isinstance(delivery, QueueMessage)
    record: dict[str, Any] = json.loads(delivery.body)
    return record


@pytest.mark.fidelity(
    "A dead letter's body is the event untouched; RequestID, ErrorCode and ErrorMessage are its "
    "attributes.",
    page=PAGE,
)
@pytest.mark.parametrize("arn", [QUEUE, TOPIC])
def test_a_dead_letter_is_the_event_itself_with_three_attributes(arn: str) -> None:
    bench = failing(AsyncSettings(maximum_retry_attempts=0), arn)
    request_id = run(bench, b'{"n": 1.50,  "s": "\\u82b1"}')
    ((delivery, origin),) = bench.sent
    assert isinstance(delivery, QueueMessage | TopicMessage)
    body = delivery.body if isinstance(delivery, QueueMessage) else delivery.message
    assert body == '{"n": 1.50,  "s": "\\u82b1"}'
    assert delivery.attributes == {
        "RequestID": Attribute("String", request_id),
        "ErrorCode": Attribute("Number", "200"),
        "ErrorMessage": Attribute("String", "no such order"),
    }
    assert origin.request_id == request_id


def test_a_long_error_message_is_cut_after_a_kilobyte_between_two_characters() -> None:
    assert first_kilobyte("x" * 2000) == "x" * 1024
    assert first_kilobyte("x" + "花" * 1000) == "x" + "花" * 341


@pytest.mark.fidelity("A destination gets AWS's invocation record.", page=PAGE)
def test_the_record_of_a_failure_is_aws_s() -> None:
    bench = failing(AsyncSettings(on_failure_arn=QUEUE))
    request_id = run(bench)
    record = the_record(bench)
    assert list(record) == [
        "version",
        "timestamp",
        "requestContext",
        "requestPayload",
        "responseContext",
        "responsePayload",
    ]
    assert record["version"] == "1.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["timestamp"])
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": f"{ARN}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"id": 1}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"] == ERROR


def test_the_record_of_a_success_has_no_function_error() -> None:
    bench = Bench(AsyncSettings(on_success_arn=QUEUE))
    bench.target = replace(bench.target, qualifier="prod")
    run(bench)
    record = the_record(bench)
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["functionArn"] == f"{ARN}:prod"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


def test_success_and_failure_go_to_their_own_destinations() -> None:
    settings = AsyncSettings(on_success_arn=QUEUE, on_failure_arn=TOPIC, maximum_retry_attempts=0)
    happy, sad = Bench(settings), failing(settings)
    run(happy)
    run(sad)
    assert isinstance(happy.sent[0][0], QueueMessage)
    assert isinstance(sad.sent[0][0], TopicMessage)


@pytest.mark.fidelity(
    "With reserved concurrency 0 an event goes straight to the failure destination: condition "
    "ZeroReservedConcurrency, invoke count 0, no response context.",
    page=PAGE,
)
def test_with_zero_reserved_concurrency_the_event_goes_straight_to_the_failure_target() -> None:
    bench = failing(AsyncSettings(on_failure_arn=QUEUE), TOPIC)
    bench.target = replace(bench.target, reserved_concurrency=0)

    async def scenario() -> None:
        bench.queue.put(REGION, "f", b"{}", "s3")
        await bench.clock.advance(0)

    asyncio.run(scenario())
    dead_letter, destination = (delivery for delivery, _ in bench.sent)
    assert isinstance(dead_letter, TopicMessage)
    assert isinstance(destination, QueueMessage)
    record = json.loads(destination.body)
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert "responsePayload" not in record
    assert bench.attempts() == 0
    assert bench.total("AsyncEventsDropped") == 1


def test_an_expired_event_keeps_the_last_response_in_its_record() -> None:
    bench = failing(AsyncSettings(on_failure_arn=QUEUE, maximum_event_age_s=60))
    run(bench)
    record = the_record(bench)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responsePayload"] == ERROR


def test_an_event_bus_gets_the_record_as_detail() -> None:
    bench = failing(AsyncSettings(on_failure_arn=BUS, maximum_retry_attempts=0))
    run(bench)
    ((event, _),) = bench.sent
    assert isinstance(event, BusEvent)
    assert event.source == "lambda"
    assert event.detail_type == "Lambda Function Invocation Result - Failure"
    assert event.resources == (BUS, f"{ARN}:$LATEST")
    assert json.loads(event.detail)["requestContext"]["condition"] == "RetriesExhausted"


def test_a_bucket_gets_the_record_under_aws_s_key() -> None:
    bench = failing(AsyncSettings(on_failure_arn=BUCKET, maximum_retry_attempts=0))
    run(bench)
    ((item, _),) = bench.sent
    assert isinstance(item, StoredObject)
    assert re.fullmatch(
        r"aws/lambda/async/f/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}",
        item.key,
    )


def test_a_function_gets_the_record_as_its_event() -> None:
    bench = failing(AsyncSettings(on_failure_arn=FUNCTION, maximum_retry_attempts=0))
    request_id = run(bench)
    ((arn, event, origin),) = bench.invoked
    assert arn == FUNCTION
    assert json.loads(event)["requestContext"]["requestId"] == request_id
    assert origin.request_id == request_id


@pytest.mark.fidelity(
    "What cannot be delivered is lost, and DeadLetterErrors and DestinationDeliveryFailures count "
    "it.",
    page=PAGE,
)
def test_targets_that_are_gone_show_in_the_metrics() -> None:
    bench = failing(AsyncSettings(on_failure_arn=QUEUE, maximum_retry_attempts=0), QUEUE)
    bench.gone = True
    run(bench)
    assert bench.total("DeadLetterErrors") == 1
    assert bench.total("DestinationDeliveryFailures") == 1
    failures = list(bench.journal.entries(kind="async.delivery_failed"))
    assert [entry.data["to"] for entry in failures] == ["dead_letter", "destination"]


def test_an_execution_role_that_may_not_send_loses_the_record() -> None:
    asked: list[tuple[str, str, str]] = []

    def role_may(role: str, action: str, resource: str) -> bool:
        asked.append((role, action, resource))
        return False

    bench = Bench(AsyncSettings(on_success_arn=QUEUE), role_may)
    run(bench)
    assert asked == [("role", "sqs:SendMessage", QUEUE)]
    assert bench.sent == []
    assert bench.total("DestinationDeliveryFailures") == 1


def test_a_record_belongs_to_the_chain_of_the_invocation_that_it_tells_of() -> None:
    bench = failing(AsyncSettings(on_failure_arn=QUEUE, maximum_retry_attempts=0))
    run(bench)
    ((_, origin),) = bench.sent
    assert origin.trace_header == bench.runtime.invocations[0].trace_id
    assert origin.trace_header.endswith(":0")
