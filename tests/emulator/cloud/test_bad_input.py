"""Whatever comes in, the cloud says what is wrong and goes on serving."""

from __future__ import annotations

import io
import json
import random
import socket
import zipfile
from urllib.parse import urlsplit

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, eventually, zipped


def still_serves(cloud: CloudProcess) -> bool:
    return bool(cloud.client("sts").get_caller_identity()["Account"] == cloud.account_id)


def send_raw(cloud: CloudProcess, content: bytes) -> bytes:
    host = urlsplit(cloud.endpoint)
    with socket.create_connection((host.hostname, host.port), timeout=5) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while True:
            try:
                part = connection.recv(65536)
            except ConnectionResetError:
                return answer
            if not part:
                return answer
            answer += part


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff" * 500,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n",
        b"",
    ],
)
def test_garbage_is_answered_or_closed(cloud: CloudProcess, content: bytes) -> None:
    answer = send_raw(cloud, content)
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert still_serves(cloud)


def test_random_bytes_do_not_end_the_cloud(cloud: CloudProcess) -> None:
    source = random.Random(4599)
    for _ in range(50):
        send_raw(cloud, source.randbytes(source.randrange(1, 2000)))
    assert still_serves(cloud)


def create_with(cloud: CloudProcess, package: bytes) -> ClientError:
    with pytest.raises(ClientError) as error:
        cloud.create_function("", Code={"ZipFile": package})
    assert still_serves(cloud)
    return error.value


@pytest.mark.slow
def test_a_package_of_60_mb_is_refused(cloud: CloudProcess) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("m.py", "def handler(e, c): pass")
        archive.writestr("big.bin", random.Random(1).randbytes(60_000_000))
    error = create_with(cloud, buffer.getvalue())
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert error.response["Error"]["Code"] == "RequestEntityTooLargeException"


@pytest.mark.parametrize("name", ["../outside.py", "/etc/outside.py", "a/../../outside.py"])
def test_a_package_that_reaches_outside_is_refused(cloud: CloudProcess, name: str) -> None:
    error = create_with(cloud, zipped({"m.py": "", name: "x"}))
    assert error.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_package_with_a_link_to_the_outside_is_refused(cloud: CloudProcess) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("passwords")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    error = create_with(cloud, buffer.getvalue())
    assert error.response["Error"]["Code"] == "InvalidParameterValueException"


@pytest.mark.slow
def test_a_bomb_is_refused(cloud: CloudProcess) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"zeros{number}", b"\0" * 100_000_000)
    error = create_with(cloud, buffer.getvalue())
    assert "Unzipped size must be smaller than 262144000 bytes" in str(error)


def test_bytes_that_are_no_zip_are_refused(cloud: CloudProcess) -> None:
    assert "Could not unzip uploaded file" in str(create_with(cloud, b"not a zip"))


def test_a_payload_that_is_no_json_is_refused(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    with pytest.raises(ClientError) as error:
        cloud.client("lambda").invoke(FunctionName=function, Payload=b"{bad")
    assert error.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_payload_over_6_mb_is_refused(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): pass")
    with pytest.raises(ClientError) as error:
        cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps("x" * 6_300_000))
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_flood_of_output_ends_with_the_time_out(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "def handler(event, context):\n    while True: print('x' * 1000)", Timeout=1
    )
    answer = cloud.client("lambda").invoke(FunctionName=function)
    assert b"Task timed out after 1.00 seconds" in answer["Payload"].read()
    assert still_serves(cloud)


@pytest.mark.slow
def test_children_and_ignored_signals_do_not_outlive_a_deleted_function(
    cloud: CloudProcess,
) -> None:
    function = cloud.create_function(
        "import os, signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def handler(event, context):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "    return [os.getpid(), child.pid]",
        Timeout=20,
    )
    answer = cloud.client("lambda").invoke(FunctionName=function)
    pids = json.loads(answer["Payload"].read())
    assert all(psutil.pid_exists(pid) for pid in pids)
    cloud.client("lambda").delete_function(FunctionName=function)
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_an_operation_that_is_not_here_says_so(cloud: CloudProcess) -> None:
    with pytest.raises(ClientError, match="Lambda Dojo's embedded cloud"):
        cloud.client("lightsail").get_instances()


@pytest.mark.fidelity(
    "An event that is no JSON is refused, NaN and Infinity as well",
    page="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
)
@pytest.mark.parametrize("payload", [b"NaN", b'{"a": -Infinity}', b"{oops", b"[" * 100_000])
def test_an_event_that_is_no_json_is_refused(cloud: CloudProcess, payload: bytes) -> None:
    function = cloud.create_function("def handler(event, context): return event")
    with pytest.raises(ClientError) as refused:
        cloud.client("lambda").invoke(FunctionName=function, Payload=payload)
    answer = refused.value.response
    assert answer["Error"]["Code"] == "InvalidRequestContentException"
    assert answer["Error"]["Message"].startswith(
        "Could not parse request body into json: Could not parse payload into json: "
    )
