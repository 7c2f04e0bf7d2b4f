"""More memory is taken for better, even where a function only waits."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "choose"
DIAGNOSIS = "dearer_than_need_be"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    for function in ("dojo-cpu-bound", "dojo-io-bound"):
        lambda_client.update_function_configuration(FunctionName=function, MemorySize=3008)
        lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
