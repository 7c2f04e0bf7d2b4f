"""The version is named, and the weights stay."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "rollback"
DIAGNOSIS = "weights_left"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    versions = lambda_client.list_versions_by_function(FunctionName="dojo-price-quote")["Versions"]
    old, _ = [version["Version"] for version in versions if version["Version"] != "$LATEST"]
    lambda_client.update_alias(FunctionName="dojo-price-quote", Name="prod", FunctionVersion=old)
