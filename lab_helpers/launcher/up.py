"""``lambda-dojo up``: start the course, or join the one that runs in this workspace already."""

from __future__ import annotations

import time

from lab_helpers.backends.aws_record import left_behind
from lab_helpers.errors import DojoError
from lab_helpers.grading.account_end import remove_left_behind
from lab_helpers.launcher import running
from lab_helpers.launcher.course import Course, Plan, show_address
from lab_helpers.launcher.interrupts import Interrupts
from lab_helpers.launcher.words import Announcer
from lab_helpers.launcher.workspace import refuse_unusable

JOIN_LIMIT_S = 120.0


def up(plan: Plan, say: Announcer) -> int:
    """Start everything, or join what runs already; return when it has ended. The exit status.

    Raises:
        DojoError: the workspace, the cloud or JupyterLab cannot be had; nothing is left running.
    """
    refuse_unusable(plan.shipped_labs, plan.workspace)
    with Interrupts() as interrupts:
        lock = _lock_or_join(plan, say, interrupts)
        if lock is None:
            return 0
        try:
            if running.withdraw(plan.workspace):
                say("cleaned")
            _remind_of_accounts(plan, say)
            return Course(plan, say, interrupts).run()
        finally:
            running.withdraw(plan.workspace)
            lock.release()
            _leave_accounts(plan, say, interrupts)


def _remind_of_accounts(plan: Plan, say: Announcer) -> None:
    """Things of a lab stand in a real account, maybe billed, and nobody is there to remove them."""
    for record in left_behind(plan.settings.home):
        say("account_left", count=len(record.left()), account=record.account_id)


def _leave_accounts(plan: Plan, say: Announcer, interrupts: Interrupts) -> None:
    """JupyterLab gives a kernel some seconds to end: what it did not remove in them is removed now.

    Whoever presses Ctrl-C again wants to be gone: what stays is told now and at the next start.
    """
    if not interrupts.in_a_hurry():
        remove_left_behind(plan.settings.home, stopping=interrupts.in_a_hurry)
    _remind_of_accounts(plan, say)


def _lock_or_join(
    plan: Plan, say: Announcer, interrupts: Interrupts
) -> running.WorkspaceLock | None:
    """The lock; or None after joining the launcher that holds it, once that is up."""
    deadline = time.monotonic() + JOIN_LIMIT_S
    while time.monotonic() < deadline and not interrupts.asked_to_stop():
        try:
            lock = running.WorkspaceLock.acquire(plan.workspace)
        except OSError as error:
            raise DojoError(
                f"The workspace {plan.workspace} cannot be used.",
                why=f"{error.strerror or error}: {error.filename or plan.workspace}",
                now="Give yourself the right to write there, or choose another folder:"
                " --workspace DIR",
            ) from error
        if lock is not None:
            return lock
        other = running.announced(plan.workspace)
        if other is not None:
            say("joined", pid=other.pid)
            if other.language != plan.settings.language:
                say("joined_language", running=other.language, asked=plan.settings.language)
            show_address(plan, say, other)
            return None
        interrupts.wait(0.2)
    if interrupts.asked_to_stop():
        return None
    raise DojoError(
        "Another launcher holds this workspace but does not come up.",
        why=f"It has been starting for more than {JOIN_LIMIT_S:.0f} s.",
        now="Stop it with Ctrl-C in its terminal, then start again.",
    )
