"""What a function's log holds, and where it lies."""

from __future__ import annotations

import base64
import re
import time
from typing import Any

from tests.parity.clouds import ParityCloud
from tests.parity.pages import parity


@parity("LogType Tail gives START, the function's lines, END and REPORT", "python-logging")
def test_the_tail_of_the_log(cloud: ParityCloud) -> None:
    name = cloud.create_function("def handler(e, c):\n    print('hello')\n")
    answer = cloud.invoke(name, LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    patterns = (
        rf"START RequestId: {request_id} Version: \$LATEST\n",
        "hello\n",
        f"END RequestId: {request_id}\n",
        rf"REPORT RequestId: {request_id}\tDuration: \d+(\.\d+)? ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+(\.\d+)? ms\t\n",
    )
    missing = [pattern.split(":")[0].strip() for pattern in patterns if not re.search(pattern, log)]
    assert not missing, f"not as AWS's: {', '.join(missing)}"


@parity("The billed duration holds the INIT phase", "python-logging")
def test_init_is_billed(cloud: ParityCloud) -> None:
    name = cloud.create_function("import time\ntime.sleep(0.3)\ndef handler(e, c): pass\n")
    log = base64.b64decode(cloud.invoke(name, LogType="Tail")["LogResult"]).decode()
    billed = re.search(r"Billed Duration: (\d+) ms", log)
    assert billed is not None
    assert int(billed[1]) >= 300, f"billed {billed[1]} ms"


@parity(
    "logging writes level, time and request id; INFO is not shown unless asked", "python-logging"
)
def test_the_log_records_of_a_function(cloud: ParityCloud) -> None:
    source = (
        "import logging\n"
        "def handler(e, c):\n    logging.info('unseen')\n    logging.warning('seen')\n"
    )
    answer = cloud.invoke(cloud.create_function(source), LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    record = rf"\[WARNING\]\t\d{{4}}-\d\d-\d\dT[\d:.]+Z\t{request_id}\tseen\n"
    assert re.search(record, log), f"no such record in {log[:200]!r}"
    assert "unseen" not in log, "INFO is shown"


@parity(
    "The log lies in /aws/lambda/NAME, in a stream of day, version and environment",
    "monitoring-cloudwatchlogs",
)
def test_the_log_group_and_stream(cloud: ParityCloud) -> None:
    name = cloud.create_function("def handler(e, c):\n    print('line')\n")
    cloud.invoke(name)
    logs, deadline = cloud.client("logs"), time.monotonic() + cloud.patience_s
    streams: list[Any] = []
    while not streams and time.monotonic() < deadline:
        try:
            found = logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")
            streams = found["logStreams"]
        except logs.exceptions.ResourceNotFoundException:
            time.sleep(0.1)
    assert streams, f"there is no log group /aws/lambda/{name}"
    stream = streams[0]["logStreamName"]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream), f"is {stream}"
