"""The errors a learner can meet.

Every error says what happened, why, and what to do now.
"""

from __future__ import annotations


class DojoError(Exception):
    """Base of all errors that Lambda Dojo raises on purpose.

    Args:
        what: what happened, one sentence.
        why: the cause, one sentence; empty where ``what`` says it all.
        now: what the reader can do now: a command or an action.
    """

    def __init__(self, what: str, *, why: str = "", now: str = "") -> None:
        self.what = what
        self.why = why
        self.now = now
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(f"  Why: {self.why}")
        if self.now:
            lines.append(f"  Now: {self.now}")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what to do, without the frames that led here.

        https://ipython.readthedocs.io/en/stable/config/integrating.html#custom-exceptions-tracebacks
        """
        return [f"{type(self).__name__}: {self}"]
