"""Checks of the lab ``s3_event_notification``: what the cloud must show for each step.

The lab's ``[names]``: ``role`` (``dojo-s3-python-lambda-role``), ``function``
(``dojo-s3-python-lambda``),
``uploads`` (``dojo-uploads-{account_id}``), ``thumbnails`` (``dojo-thumbnails-{account_id}``).
The function of lab 1 is expected to stand when the lab begins (``prepare`` of the lab's
``solution/steps.py`` makes it). The steps, in order, and what is looked at:

===================== ======================================================================
create_buckets        both buckets exist, in the function's Region
grant_s3_permission   the resource-based policy lets ``s3.amazonaws.com`` invoke the function,
                      with ``SourceArn`` (the uploads bucket) and ``SourceAccount``
configure_notification ``s3:ObjectCreated:*`` of the uploads bucket notifies the function
see_trigger           seen from the function: each bucket that the policy admits notifies this
                      function, and the notification is admitted by the policy
upload_and_read_log   ``test.png`` is in the uploads bucket, its key is in the function's log
thumbnail             an unseen PNG gets a PNG of at most 128 × 128 pixels, same proportions,
                      in the thumbnails bucket, under a key that contains the upload's name
                      without its extension
odd_keys              the same for keys with a space, a plus sign and Japanese characters
no_loop               the notification has the suffix filter ``.png``; nothing is written to
                      the uploads bucket
===================== ======================================================================
"""

from __future__ import annotations

from lab_helpers.checks.s3_event_notification import trigger, uploads
from lab_helpers.checks.s3_event_notification.resources import LAB

STEPS = (
    "create_buckets",
    "grant_s3_permission",
    "configure_notification",
    "see_trigger",
    "upload_and_read_log",
    "thumbnail",
    "odd_keys",
    "no_loop",
)

__all__ = ["LAB", "STEPS", "trigger", "uploads"]
