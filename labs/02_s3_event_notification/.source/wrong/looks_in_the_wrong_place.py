"""The key is looked for where it is not."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy
from lab_helpers.grading.solution import SolutionContext

STEP = "upload_and_read_log"
DIAGNOSIS = "run_failed"

CODE = """\
def lambda_handler(event, context):
    print(event["Records"][0]["s3"]["key"])
"""


def apply(lab: SolutionContext) -> None:
    deploy(lab, CODE)
    lab.client("s3").upload_file(
        Filename=str(lab.path("files", "test.png")), Bucket=lab.name("uploads"), Key="test.png"
    )
