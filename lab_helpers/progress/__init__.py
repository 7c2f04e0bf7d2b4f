"""What a learner has done, on record, and where that leaves them."""

from __future__ import annotations

from lab_helpers.progress.record import FILE_NAME, STATE_FOLDER, ProgressEvent, ProgressLog
from lab_helpers.progress.standing import CourseStanding, LabStanding, course_standing
from lab_helpers.progress.state import LabState, StepState, lab_state

__all__ = [
    "FILE_NAME",
    "STATE_FOLDER",
    "CourseStanding",
    "LabStanding",
    "LabState",
    "ProgressEvent",
    "ProgressLog",
    "StepState",
    "course_standing",
    "lab_state",
]
