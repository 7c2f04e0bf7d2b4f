"""prod stands on a version that says nothing of the files it is told of."""

from __future__ import annotations

from lab_helpers.authoring.wrong_answers import deploy, do_as_solution
from lab_helpers.grading.solution import SolutionContext

STEP = "s3_alias"
DIAGNOSIS = "upload_not_handled"

CODE = """\
def lambda_handler(event, context):
    if "Records" in event:
        return {}
    return {"total": event["price"] * 1.08}
"""


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    do_as_solution(lab, "s3_alias")
    deploy(lab, CODE, "dojo-price-quote")
    version = lambda_client.publish_version(FunctionName="dojo-price-quote")
    lambda_client.update_alias(
        FunctionName="dojo-price-quote", Name="prod", FunctionVersion=version["Version"]
    )
