"""Checks of the lab ``async_dlq``: what the cloud must show for each step.

The lab's ``[names]``: ``role``, ``function`` (``dojo-settle-payment``), ``refund_function``, the
tables ``charges``, ``receipts`` and ``memory``, the queues ``dead_letters``, ``inbox``,
``failures`` and ``successes``, and ``topic``. ``prepare`` of the lab's ``solution/steps.py`` makes
role, tables and both functions. The steps, in order, and what is looked at:

================= ==========================================================================
dead_letter_queue the function's dead-letter queue; its role may send there and nowhere else
dead_letter       ``pay-201`` failed asynchronously and became a dead letter
topic             ``dojo-refund-payment`` has the topic for dead letters, the inbox listens, and
                  ``ref-1`` has arrived there
retries_and_age   no retries, and events of an hour at most
destinations      both destinations, the settings above kept; a record of ``pay-202`` and
                  ``pay-203`` in its queue
fix               a copy of the function settles unseen amounts of any length, and charges once
redrive           no dead letter waits, every charged payment has its receipt, none was charged
                  twice
================= ==========================================================================
"""

from __future__ import annotations

from lab_helpers.checks.async_dlq import letters, replay, settings
from lab_helpers.checks.async_dlq.resources import LAB

STEPS = (
    "dead_letter_queue",
    "dead_letter",
    "topic",
    "retries_and_age",
    "destinations",
    "fix",
    "redrive",
)

__all__ = ["LAB", "STEPS", "letters", "replay", "settings"]
