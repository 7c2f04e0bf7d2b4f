"""prod goes to $LATEST, which is no version at all."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "rollback"
DIAGNOSIS = "prod_can_be_edited"


def apply(lab: SolutionContext) -> None:
    lab.client("lambda").update_alias(
        FunctionName="dojo-price-quote",
        Name="prod",
        FunctionVersion="$LATEST",
        RoutingConfig={"AdditionalVersionWeights": {}},
    )
