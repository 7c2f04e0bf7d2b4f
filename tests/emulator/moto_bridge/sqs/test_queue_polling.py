"""SQS queues as mappings read them: no message is overlooked between two looks."""

from __future__ import annotations

import asyncio
import uuid

from moto.core.utils import unix_time_millis
from moto.sqs.models import sqs_backends

from lab_helpers.emulator.moto_bridge.sqs.queue_polling import Queues

ACCOUNT, REGION = "123456789012", "us-east-1"


def test_a_message_that_appeared_just_after_a_look_is_looked_for_at_once() -> None:
    async def scenario() -> None:
        backend, name = sqs_backends[ACCOUNT][REGION], f"q-{uuid.uuid4().hex}"
        queue = backend.create_queue(name, None)
        queues, arn = Queues(ACCOUNT, lambda _arn: None), str(queue.queue_arn)
        backend.send_message(name, "hello")
        (received,) = await queues.receive(arn, 10)
        assert await queues.receive(arn, 10) == []
        hidden_s = await queues.next_visible_in_s(arn)
        assert hidden_s is not None
        assert 29 < hidden_s <= 30.1
        await queues.hand_back(arn, [received.receipt_handle], 0.0)
        await asyncio.sleep(0.003)  # its time passes before anybody asks for it
        assert unix_time_millis() > next(iter(queue._messages)).visible_at
        assert await queues.next_visible_in_s(arn) == 0.001
        assert [one.body for one in await queues.receive(arn, 10)] == ["hello"]

    asyncio.run(scenario())
