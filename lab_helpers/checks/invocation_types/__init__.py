"""Checks of the lab ``invocation_types``: what the cloud must show for each step.

The lab's ``[names]``: ``role``, ``function`` (``dojo-charge-card``), ``charges`` (the charge book:
one item per charge), ``findings``, ``queue``, ``dead_letters``, ``idempotency``. ``prepare`` of the
lab's ``solution/steps.py`` makes the role and the tables ``charges`` and ``findings``. The steps,
in order, and what is looked at:

================== =========================================================================
sync_call          the function exists and knows its table; ``pay-1`` is charged
sync_error         ``pay-sync`` was charged by a synchronous invocation that failed: once
async_retries      ``pay-async`` was charged three times under one request id
queue              the queue hides messages for six time-outs at least, and hands them to its
                   dead-letter queue after five receives or more
mapping_retries    ``pay-queue`` came through an enabled mapping and was charged once for each
                   receive that the queue allows, each time under another request id
who_retries        the findings say how often each way ran, and who asked for it
idempotency_table  the table has the key ``id`` and a time to live on ``expiration``; the role
                   may use this table, and no other one
idempotent         a copy of the function charges an unseen payment once, however it comes back
================== =========================================================================
"""

from __future__ import annotations

from lab_helpers.checks.invocation_types import direct, memory, queueing
from lab_helpers.checks.invocation_types.charge_book import LAB

STEPS = (
    "sync_call",
    "sync_error",
    "async_retries",
    "queue",
    "mapping_retries",
    "who_retries",
    "idempotency_table",
    "idempotent",
)

__all__ = ["LAB", "STEPS", "direct", "memory", "queueing"]
