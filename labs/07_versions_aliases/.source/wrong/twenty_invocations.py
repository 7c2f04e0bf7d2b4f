"""Twenty invocations say next to nothing."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "canary"
DIAGNOSIS = "too_few_invocations"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    versions = lambda_client.list_versions_by_function(FunctionName="dojo-price-quote")["Versions"]
    _, new = [version["Version"] for version in versions if version["Version"] != "$LATEST"]
    lambda_client.update_alias(
        FunctionName="dojo-price-quote",
        Name="prod",
        RoutingConfig={"AdditionalVersionWeights": {new: 0.4}},
    )
    for _ in range(20):
        lambda_client.invoke(FunctionName="dojo-price-quote", Qualifier="prod", Payload='{"price": 9}')
