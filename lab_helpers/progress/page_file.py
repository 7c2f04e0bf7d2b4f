"""``PROGRESS.html`` in the workspace: the progress page, kept up with the record."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from lab_helpers.catalog import load_labs
from lab_helpers.clock import Clock, SystemClock
from lab_helpers.errors import DojoError
from lab_helpers.progress.page import progress_page
from lab_helpers.progress.record import STATE_FOLDER, ProgressLog
from lab_helpers.progress.standing import course_standing

PAGE_NAME = "PROGRESS.html"


def refresh_page(
    log: ProgressLog, language: str, labs_root: Path | None = None, clock: Clock | None = None
) -> Path | None:
    """Write the page beside the labs; None where the record is in no workspace.

    What a learner does must not fail because a page about it cannot be written: then the old
    page stays.
    """
    if log.path.parent.name != STATE_FOLDER:
        return None
    page = log.path.parent.parent / PAGE_NAME
    try:
        standing = course_standing(load_labs(labs_root), log)
        text = progress_page(standing, language, (clock or SystemClock()).now())
        _replace(page, text)
    except (OSError, DojoError):
        return None
    return page


def _replace(path: Path, text: str) -> None:
    """A reader sees the old page or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
