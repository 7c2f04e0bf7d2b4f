"""What a run leaves in CloudWatch Logs."""

from __future__ import annotations

import re

import pytest

from tests.cloud_process import CloudProcess

REQUEST_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
REPORT = (
    rf"REPORT RequestId: {REQUEST_ID}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
    r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\t"
)


@pytest.mark.fidelity(
    "INIT_START, START, END and REPORT as AWS writes them; Init Duration on a cold start only",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
    difference="On Linux, Python functions are forked from a process that has imported the "
    "runtime, and boto3 for those that import it (`LAMBDA_DOJO_FORK=0`: they are not). Init "
    "Duration holds the function's own code but not these imports, so it is shorter than at "
    "AWS; environments forked from one process share Python's hash seed unless the code calls "
    "`hash()`",
)
def test_a_cold_and_a_warm_run_leave_aws_lines_in_one_stream(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): print('hello\\nworld')")
    for _ in range(2):
        cloud.client("lambda").invoke(FunctionName=function)
    cold, warm = cloud.log_lines(function)[:7], cloud.log_lines(function)[7:]
    assert re.fullmatch(
        r"INIT_START Runtime Version: python:\S+\tRuntime Version ARN: .*\n", cold[0]
    )
    assert re.fullmatch(rf"START RequestId: {REQUEST_ID} Version: \$LATEST\n", cold[1])
    assert cold[2:4] == ["hello\n", "world\n"]
    assert re.fullmatch(rf"END RequestId: {REQUEST_ID}\n", cold[4])
    assert re.fullmatch(REPORT + r"Init Duration: \d+\.\d\d ms\t\n", cold[5])
    assert cold[6].startswith("START RequestId: ")
    assert re.fullmatch(REPORT + r"\n", warm[-1])


@pytest.mark.fidelity(
    "One log stream per environment, named by day and version",
    page="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html",
)
def test_the_stream_is_named_by_day_version_and_32_hex_digits(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    cloud.client("lambda").invoke(FunctionName=function)
    group = f"/aws/lambda/{function}"
    (stream,) = cloud.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream["logStreamName"])


@pytest.mark.fidelity(
    "The INIT phase is billed",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
)
def test_init_is_billed_with_the_first_invocation(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import time\ntime.sleep(0.2)\ndef handler(event, context): pass"
    )
    cloud.client("lambda").invoke(FunctionName=function)
    report = next(line for line in cloud.log_lines(function) if line.startswith("REPORT"))
    billed = int(re.search(r"Billed Duration: (\d+)", report)[1])  # type: ignore[index]
    init = float(re.search(r"Init Duration: ([\d.]+)", report)[1])  # type: ignore[index]
    duration = float(re.search(r"\tDuration: ([\d.]+)", report)[1])  # type: ignore[index]
    assert init >= 200
    assert init + duration <= billed < init + duration + 2


def test_an_exception_is_one_record_with_its_traceback(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): raise ValueError('bad')")
    cloud.client("lambda").invoke(FunctionName=function)
    (record,) = [line for line in cloud.log_lines(function) if line.startswith("[ERROR]")]
    assert record.startswith("[ERROR] ValueError: bad\nTraceback (most recent call last):\n")
    assert "\xa0\xa0" in record


@pytest.mark.fidelity(
    "The default log level is WARNING",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
)
def test_the_logging_module_is_silent_below_warning(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.info('quiet')\n"
        "    logging.warning('loud')"
    )
    cloud.client("lambda").invoke(FunctionName=function)
    lines = cloud.log_lines(function)
    assert not [line for line in lines if "quiet" in line]
    (loud,) = [line for line in lines if "loud" in line]
    assert re.fullmatch(rf"\[WARNING\]\t\d{{4}}-\d\d-\d\dT[\d:.]+Z\t{REQUEST_ID}\tloud\n", loud)


def test_a_function_may_log_to_a_group_of_its_own_choice(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "def handler(event, context): print('here')", LoggingConfig={"LogGroup": "/my/group"}
    )
    cloud.client("lambda").invoke(FunctionName=function)
    events = cloud.client("logs").filter_log_events(logGroupName="/my/group")["events"]
    assert "here\n" in [event["message"] for event in events]
