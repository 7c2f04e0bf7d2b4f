"""The notification was gone when the file arrived."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "upload_and_read_log"
DIAGNOSIS = "not_invoked"


def apply(lab: SolutionContext) -> None:
    lab.client("s3").put_bucket_notification_configuration(
        Bucket=lab.name("uploads"), NotificationConfiguration={}
    )
    lab.client("s3").upload_file(
        Filename=str(lab.path("files", "test.png")), Bucket=lab.name("uploads"), Key="test.png"
    )
