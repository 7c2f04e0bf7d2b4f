"""What a timeline asks of the cloud's public APIs: log lines, reserved concurrency, weights."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.grading.log_reading import log_group_of
from lab_helpers.notebook.timeline.history import History, Run
from lab_helpers.notebook.timeline.lanes import FunctionSettings, is_alias

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

MOST_LINES = 500


def read_settings(lambda_client: LambdaClient, history: History) -> FunctionSettings:
    """Reserved concurrency and alias weights as they are now; what cannot be read is left out."""
    arns = {run.function_arn for run in history.runs}
    arns |= {throttle.function_arn for throttle in history.throttles}
    reserved: dict[str, int] = {}
    for name in history.functions:
        try:
            told = lambda_client.get_function_concurrency(FunctionName=name)
        except (ClientError, BotoCoreError):
            continue
        if "ReservedConcurrentExecutions" in told:
            reserved[name] = told["ReservedConcurrentExecutions"]
    return FunctionSettings(reserved, _weights(lambda_client, history.runs))


def _weights(
    lambda_client: LambdaClient, runs: Iterable[Run]
) -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for function, alias in {(run.function, run.qualifier) for run in runs}:
        if not is_alias(alias):
            continue
        try:
            told = lambda_client.get_alias(FunctionName=function, Name=alias)
        except (ClientError, BotoCoreError):
            continue
        others = dict((told.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {})
        rest = max(0.0, 1.0 - sum(others.values()))
        found[function, alias] = {told["FunctionVersion"]: rest, **others}
    return found


def log_lines(
    lambda_client: LambdaClient, logs_client: CloudWatchLogsClient, run: Run
) -> list[str]:
    """The lines of one invocation, from INIT_START or START to REPORT; at most ``MOST_LINES``.

    Raises:
        ClientError: the log cannot be read.
    """
    group = f"/aws/lambda/{run.function}"
    try:
        configuration = lambda_client.get_function_configuration(FunctionName=run.function)
        group = log_group_of({"Configuration": configuration}, run.function)
    except ClientError:  # the function is gone; its log is not
        pass
    end_s = time.time() if run.ended_s is None else run.ended_s
    told = logs_client.get_log_events(
        logGroupName=group,
        logStreamName=run.log_stream,
        startFromHead=True,
        startTime=int(run.began_s * 1000) - 1,
        endTime=int(end_s * 1000) + 50,
        limit=MOST_LINES,
    )
    lines = [event["message"].rstrip("\n") for event in told["events"]]
    return _of_one(lines, run.request_id)


def _of_one(lines: list[str], request_id: str) -> list[str]:
    """A stream has one invocation after the other: the next may begin in the same moment."""
    mine: list[str] = []
    for line in lines:
        mine.append(line)
        if line.startswith("REPORT RequestId:") or '"platform.report"' in line:
            if request_id in line:
                break
            mine.clear()
    return mine
