"""Where a learner left off: what JupyterLab opens when there is progress on record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab_helpers.catalog import load_labs
from lab_helpers.errors import DojoError
from lab_helpers.launcher.workspace import STATE_FOLDER
from lab_helpers.progress import FILE_NAME, ProgressLog, course_standing
from lab_helpers.progress.page_file import refresh_page
from lab_helpers.progress.table import notebook_of, where_to_go_on


@dataclass(frozen=True)
class LeftOff:
    """The lab that a learner was in.

    Attributes:
        notebook: relative to the workspace, with ``/``.
        sentence: lab, step and notebook, in the learner's language.
    """

    notebook: str
    sentence: str


def left_off(workspace: Path, shipped: Path, language: str) -> LeftOff | None:
    """Where to go on, None for who has not begun; writes the progress page on the way.

    Progress is a convenience here: a record that cannot be read keeps nobody from starting.
    """
    log = ProgressLog(workspace / STATE_FOLDER / FILE_NAME)
    refresh_page(log, language, shipped)
    try:
        current = course_standing(load_labs(shipped), log)
    except (OSError, DojoError):
        return None
    if current.current is None or all(own.latest is None for own in current.labs):
        return None
    notebook = notebook_of(current.current, language)
    if not (workspace / notebook).is_file():
        return None
    return LeftOff(notebook, where_to_go_on(current, language))
