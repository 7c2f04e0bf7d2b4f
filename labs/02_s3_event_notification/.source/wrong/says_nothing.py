"""The function runs and prints nothing."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "upload_and_read_log"
DIAGNOSIS = "key_not_logged"

CODE = """\
def lambda_handler(event, context):
    return len(event["Records"])
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
    lab.client("s3").upload_file(
        Filename=str(lab.path("files", "test.png")), Bucket=lab.name("uploads"), Key="test.png"
    )
