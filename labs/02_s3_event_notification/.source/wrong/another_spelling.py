"""The key has capitals: another key for S3."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "upload_and_read_log"
DIAGNOSIS = "object_key_differs"


def apply(lab: SolutionContext) -> None:
    lab.client("s3").upload_file(
        Filename=str(lab.path("files", "test.png")), Bucket=lab.name("uploads"), Key="Test.PNG"
    )
