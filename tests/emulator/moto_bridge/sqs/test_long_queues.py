"""A long queue is as quick as a short one: only wanted messages are looked at."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Queue, sqs_backends

from lab_helpers.emulator.moto_bridge.sqs import long_queues

ACCOUNT, REGION = "123456789012", "us-east-1"
_moto_attributes = long_queues._whole_attributes


@pytest.fixture(autouse=True)
def _installed() -> None:
    long_queues.install()


class Watched(long_queues.Messages):
    """Counts how many messages were looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[Any]:
        for one in super().__iter__():
            self.looked_at += 1
            yield one


def _queue(messages: int, **attributes: str) -> Any:
    name = f"q-{uuid.uuid4().hex}" + (".fifo" if attributes.get("FifoQueue") else "")
    backend = sqs_backends[ACCOUNT][REGION]
    queue = backend.create_queue(name, None, **attributes)
    for number in range(messages):
        backend.send_message(name, f"{number}")
    vars(queue)["_messages"] = Watched(queue._messages)
    return queue


def test_sending_looks_at_none_of_those_that_wait() -> None:
    queue = _queue(50)
    sqs_backends[ACCOUNT][REGION].send_message(queue.name, "one more")
    assert queue._messages.looked_at == 0


def test_receiving_looks_at_as_many_as_are_wanted() -> None:
    queue = _queue(50)
    found = sqs_backends[ACCOUNT][REGION].receive_message(queue.name, 3, 0, 30)
    assert [one.body for one in found] == ["0", "1", "2"]
    assert queue._messages.looked_at == 3
    later = sqs_backends[ACCOUNT][REGION].receive_message(queue.name, 2, 0, 30)
    assert [one.body for one in later] == ["3", "4"]


def test_deleting_looks_at_no_other_message() -> None:
    queue, backend = _queue(50), sqs_backends[ACCOUNT][REGION]
    first, again = backend.receive_message(queue.name, 2, 0, 30)
    queue._messages.looked_at = 0
    backend.delete_message(queue.name, first.receipt_handle)
    backend.delete_message(queue.name, first.receipt_handle)  # once more is no fault
    assert queue._messages.looked_at == 0
    assert [one.body for one in queue._messages][:2] == ["1", "2"]
    assert again.id in {one.id for one in queue.pending_messages}
    with pytest.raises(ReceiptHandleIsInvalid):
        backend.delete_message(queue.name, "no such handle")


def test_an_older_receipt_handle_still_deletes() -> None:
    queue, backend = _queue(2), sqs_backends[ACCOUNT][REGION]
    (first,) = backend.receive_message(queue.name, 1, 0, 0)
    time.sleep(0.002)  # moto's visibility begins after, not at the given time
    (second,) = backend.receive_message(queue.name, 1, 0, 30)
    assert first.receipt_handle != second.receipt_handle
    backend.delete_message(queue.name, first.receipt_handle)
    assert [one.body for one in queue._messages] == ["1"]


def test_a_queue_of_an_old_snapshot_goes_on() -> None:
    queue, backend = _queue(3), sqs_backends[ACCOUNT][REGION]
    (received,) = backend.receive_message(queue.name, 1, 0, 30)
    vars(queue)["_messages"] = list(queue._messages)
    backend.delete_message(queue.name, received.receipt_handle)
    assert [one.body for one in queue._messages] == ["1", "2"]
    backend.purge_queue(queue.name)
    assert len(queue._messages) == 0


@pytest.mark.parametrize(
    "attributes", [{}, {"FifoQueue": "true", "ContentBasedDeduplication": "true"}]
)
def test_attributes_are_motos_own(attributes: dict[str, str]) -> None:
    queue: Queue = _queue(0, **attributes)
    whole = _moto_attributes(queue)
    assert dict(queue.attributes) == whole
    assert len(queue.attributes) == len(whole)
    for name in [*whole, "ContentBasedDeduplication", "NoSuchAttribute"]:
        assert queue.attributes.get(name) == whole.get(name), name


def test_counts_follow_what_is_received_and_delayed() -> None:
    queue = _queue(4)
    backend = sqs_backends[ACCOUNT][REGION]
    backend.receive_message(queue.name, 1, 0, 30)
    backend.send_message(queue.name, "later", delay_seconds=60)
    counted = backend.get_queue_attributes(queue.name, ["All"])
    assert counted["ApproximateNumberOfMessages"] == 3
    assert counted["ApproximateNumberOfMessagesNotVisible"] == 1
    assert counted["ApproximateNumberOfMessagesDelayed"] == 1
    assert bool(queue.messages)


def _fifo(**attributes: str) -> Any:
    return _queue(0, FifoQueue="true", **attributes)


def _send(queue: Any, group: str, deduplication_id: str, body: str = "body") -> None:
    sqs_backends[ACCOUNT][REGION].send_message(
        queue.name, body, group_id=group, deduplication_id=deduplication_id
    )


def test_a_fifo_queue_looks_at_none_of_those_that_wait() -> None:
    queue = _fifo()
    for number in range(50):
        _send(queue, "g", f"{number}")
    _send(queue, "g", "7")
    assert (len(queue._messages), queue._messages.looked_at) == (50, 0)


def test_a_repeated_id_is_not_delivered_for_five_minutes_and_then_again() -> None:
    queue = _fifo()
    with time_machine.travel(1_790_000_000, tick=False) as traveller:
        _send(queue, "g", "same")
        traveller.shift(299)
        _send(queue, "g", "same")
        assert len(queue._messages) == 1
        traveller.shift(1)
        _send(queue, "g", "same")
        assert len(queue._messages) == 2
        traveller.shift(300)
        _send(queue, "g", "other")
        assert len(queue.sent_lately) == 1


@pytest.mark.fidelity(
    "A FIFO queue remembers a deduplication id after its message is deleted",
    page="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html",
)
def test_a_repeated_id_is_not_delivered_after_its_message_was_deleted() -> None:
    queue, backend = _fifo(), sqs_backends[ACCOUNT][REGION]
    _send(queue, "g", "same")
    (message,) = backend.receive_message(queue.name, 1, 0, 30)
    queue.delete_message(message.receipt_handle)
    _send(queue, "g", "same")
    assert len(queue._messages) == 0


def test_the_scope_of_a_repeated_id_is_the_queue_or_the_group() -> None:
    whole, groups = _fifo(), _fifo(DeduplicationScope="messageGroup")
    for queue in (whole, groups):
        for group in ("a", "b", "a"):
            _send(queue, group, "same")
    assert (len(whole._messages), len(groups._messages)) == (1, 2)


def test_a_message_that_comes_back_to_its_queue_is_no_duplicate() -> None:
    queue, backend = _fifo(), sqs_backends[ACCOUNT][REGION]
    _send(queue, "g", "same")
    (message,) = queue._messages
    (received,) = backend.receive_message(queue.name, 1, 0, 30)
    queue.delete_message(received.receipt_handle)
    queue.add_message(message)
    assert len(queue._messages) == 1


def test_a_queue_of_an_older_cloud_knows_what_waits_in_it() -> None:
    queue = _fifo()
    _send(queue, "g", "same")
    del vars(queue)["sent_lately"]
    _send(queue, "g", "same")
    assert len(queue._messages) == 1
