"""A message in a dead-letter queue tells where it came from: DeadLetterQueueSourceArn.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import SQSBackend
from moto.sqs.responses import SQSResponse

ATTRIBUTE = "DeadLetterQueueSourceArn"

_receive = SQSBackend.receive_message
_answer = SQSResponse.receive_message


def note_queue(queue: Any, message: Any) -> None:
    """``message`` comes into ``queue``: from another queue where that one's policy moved it."""
    lay_in = getattr(message, "lies_in", None)
    if lay_in not in (None, queue.queue_arn):
        message.dead_letter_source_arn = lay_in
    message.lies_in = queue.queue_arn


def _received(backend: Any, *arguments: Any, **named: Any) -> Any:
    found = _receive(backend, *arguments, **named)
    sources = ((one.receipt_handle, getattr(one, "dead_letter_source_arn", None)) for one in found)
    backend.dead_letter_sources = {handle: arn for handle, arn in sources if arn is not None}
    return found


def _answered(response: Any) -> Any:
    answer = _answer(response)
    sources = response.sqs_backend.dead_letter_sources
    asked = {
        name
        for parameter in ("AttributeNames", "MessageSystemAttributeNames")
        for name in response._get_param(parameter, [])
    }
    if sources and asked & {"All", ATTRIBUTE}:
        for message in answer.result.get("Messages", ()):
            if arn := sources.get(message["ReceiptHandle"]):
                message.setdefault("Attributes", {})[ATTRIBUTE] = arn
    return answer


def install() -> None:
    """From now on those who receive a message are told; ``note_queue`` is its queues' part."""
    SQSBackend.receive_message = _received
    SQSResponse.receive_message = _answered
