"""One invocation at each size: all of them cold."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "measure"
DIAGNOSIS = "only_cold_runs"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    for function in ("dojo-cpu-bound", "dojo-io-bound"):
        for size_mb in (256, 1024, 1769):
            lambda_client.update_function_configuration(FunctionName=function, MemorySize=size_mb)
            lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
            lambda_client.invoke(FunctionName=function)
