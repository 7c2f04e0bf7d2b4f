"""Checks of the lab ``create_function``: what the cloud must show for each step.

The lab's ``[names]``: ``role`` (``s3-python-lambda-role``), ``function`` (``s3-python-lambda``),
``failing_function`` (``failing-function``). The steps, in order, and what is looked at:

==================== =======================================================================
create_role          the role exists, Lambda may assume it, it may write logs
create_function      the function exists, any ``python3.x`` runtime, has the role; the module
                     and the function that ``Handler`` names are in the package
invoke               the log group shows one invocation at least that ended without an error
environment_variable ``GREETING`` is set; a copy of the function with an unseen value answers
                     with that value (anywhere in its result)
update_code          the result holds the unseen ``event["name"]``, Japanese ones too, and still
                     the value of ``GREETING``
cold_and_warm        the result is a dict with a whole number ``count``: one more in the next
                     invocation of the same environment
failing_function     ``failing-function`` raises for every event, with an error type of its own
                     (no built-in exception) and a message
==================== =======================================================================
"""

from __future__ import annotations

LAB = "create_function"
STEPS = (
    "create_role",
    "create_function",
    "invoke",
    "environment_variable",
    "update_code",
    "cold_and_warm",
    "failing_function",
)
