"""Checks of the lab ``iam_permissions``: what the cloud must show for each step.

The lab's names are in its ``lab.toml``; ``lab.prepare`` makes the shop. The steps, in order, and
what is looked at:

=============== ==========================================================================
first_denial    ``dojo-daily-report`` gets past reading the sales; its role reads no salaries
least_privilege ``dojo-daily-report`` writes a report; nothing more is allowed than that
let_hana_invoke ``dojo-tea-developer`` may invoke it by the function's own policy; others may not
pass_role       Hana's function is there; she may pass its role, no other, to Lambda alone
confused_deputy S3 may invoke for the sales bucket of this account only; an upload is reported
boundary        ``dojo-aws-helper`` makes no users and reads no salaries, and still does its work
delegate        Hana's role is there; she makes none without the boundary, nor takes it away
=============== ==========================================================================
"""

from lab_helpers.checks.iam_permissions import boundaries, callers, execution_role, pass_role

LAB = "iam_permissions"
STEPS = (
    "first_denial",
    "least_privilege",
    "let_hana_invoke",
    "pass_role",
    "confused_deputy",
    "boundary",
    "delegate",
)

__all__ = ["LAB", "STEPS", "boundaries", "callers", "execution_role", "pass_role"]
