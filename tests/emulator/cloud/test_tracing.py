"""X-Ray's header through a function, and what active tracing shows."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from tests.cloud_process import CloudProcess

PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
SOURCE = "import os\ndef handler(event, context): return os.environ['_X_AMZN_TRACE_ID']"
HEADER = "Root=1-67890abc-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled={}"


def invoke(cloud: CloudProcess, function: str, header: str = "") -> tuple[dict[str, str], str]:
    """(the header that the function sees, in parts; the tail of its log)"""
    client = cloud.client("lambda")

    def add_header(request: Any, **_: Any) -> None:
        if header:
            request.headers["X-Amzn-Trace-Id"] = header

    client.meta.events.register("before-sign.lambda.Invoke", add_header)
    answer = client.invoke(FunctionName=function, LogType="Tail")
    seen = json.loads(answer["Payload"].read())
    tail = base64.b64decode(answer["LogResult"]).decode()
    return dict(part.partition("=")[::2] for part in seen.split(";")), tail


@pytest.mark.fidelity(
    "A function passes X-Ray's header on: the caller's trace and its sampling, a parent of its own",
    page=PAGE,
    difference="Only the header: no segments are sent, and X-Ray has no traces of functions",
)
def test_the_callers_trace_goes_through_the_function(cloud: CloudProcess) -> None:
    function = cloud.create_function(SOURCE)
    for sampled in "01":
        seen, tail = invoke(cloud, function, HEADER.format(sampled))
        assert seen["Root"] == "1-67890abc-0123456789abcdef01234567"
        assert re.fullmatch("[0-9a-f]{16}", seen["Parent"])
        assert seen["Parent"] != "0123456789abcdef"
        assert seen["Sampled"] == sampled
        assert ("XRAY TraceId" in tail) is (sampled == "1")


@pytest.mark.fidelity(
    "With active tracing REPORT has a second line with trace and segment; without, requests that "
    "nobody samples are not traced",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
    difference="All requests are sampled, not one a second and five percent of the others",
)
def test_active_tracing_samples_and_shows_it(cloud: CloudProcess) -> None:
    seen, tail = invoke(cloud, cloud.create_function(SOURCE))
    assert seen["Sampled"] == "0"
    assert "XRAY" not in tail
    active = cloud.create_function(SOURCE, TracingConfig={"Mode": "Active"})
    seen, tail = invoke(cloud, active)
    assert seen["Sampled"] == "1"
    expected = f"XRAY TraceId: {seen['Root']}\tSegmentId: {seen['Parent']}\tSampled: true\t\n"
    assert tail.endswith(expected)
    report = next(line for line in cloud.log_lines(active) if line.startswith("REPORT"))
    assert report.endswith("\t\n" + expected)


def test_json_logs_carry_the_trace_in_the_report(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        SOURCE, TracingConfig={"Mode": "Active"}, LoggingConfig={"LogFormat": "JSON"}
    )
    seen, _ = invoke(cloud, function)
    lines = [json.loads(line) for line in cloud.log_lines(function)]
    (report,) = (line for line in lines if line["type"] == "platform.report")
    tracing = report["record"]["tracing"]
    assert tracing["type"] == "X-Amzn-Trace-Id"
    assert seen["Root"] in tracing["value"]
