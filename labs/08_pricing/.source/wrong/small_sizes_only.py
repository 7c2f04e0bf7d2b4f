"""Measured where everything is slow; the bend of the curve is never seen."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "measure"
DIAGNOSIS = "sizes_missing"


def apply(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")
    for function in ("dojo-cpu-bound", "dojo-io-bound"):
        for size_mb in (256, 512, 1024):
            lambda_client.update_function_configuration(FunctionName=function, MemorySize=size_mb)
            lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
            for _ in range(2):
                lambda_client.invoke(FunctionName=function)
