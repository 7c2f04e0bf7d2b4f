"""Runtimes besides Python, created and invoked through boto3."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess, zipped
from tests.emulator.cloud.compiled_bootstraps import GO, RUST

BOOTSTRAP = r"""#!/bin/sh
API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
HEADERS="${TMPDIR:-/tmp}/headers"
while true; do
    EVENT=$(curl -sS -D "$HEADERS" "$API/invocation/next")
    ID=$(grep -i lambda-runtime-aws-request-id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
    echo "event: $EVENT"
    curl -sS -o /dev/null -d "{\"echo\":$EVENT}" "$API/invocation/$ID/response"
done
"""


def package_of(name: str, content: str | bytes) -> bytes:
    """A zip file whose one member is executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = 0o755 << 16
        archive.writestr(member, content)
    return buffer.getvalue()


def invoke(cloud: CloudProcess, function: str, event: object) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


@pytest.mark.skipif(sys.platform == "win32", reason="a program for POSIX")
@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.fidelity(
    "An OS-only runtime runs any executable named bootstrap that speaks the Runtime API",
    page="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html",
    difference="The machine's own programs and libraries stand for Amazon Linux; not on Windows",
)
def test_a_shell_script_named_bootstrap_is_a_function(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "",
        Runtime="provided.al2023",
        Handler="hello",
        MemorySize=512,
        Timeout=10,
        Code={"ZipFile": package_of("bootstrap", BOOTSTRAP)},
    )
    assert invoke(cloud, function, {"n": 1}) == {"echo": {"n": 1}}
    assert invoke(cloud, function, {"n": 2}) == {"echo": {"n": 2}}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a program for POSIX")
@pytest.mark.parametrize("compiler", ["rustc", "go"])
@pytest.mark.fidelity(
    "A compiled bootstrap, of Rust or Go, is a function",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-golang.html",
    difference="It runs on the machine's own system and processor, not on Amazon Linux",
)
def test_a_compiled_bootstrap_is_a_function(
    cloud: CloudProcess, compiler: str, tmp_path: Path
) -> None:
    if not compiles(compiler):
        pytest.skip(f"there is no {compiler} here")
    program = compiled(compiler, tmp_path)
    function = cloud.create_function(
        "",
        Runtime="provided.al2023",
        Handler="hello",
        MemorySize=512,
        Timeout=10,
        Code={"ZipFile": package_of("bootstrap", program)},
    )
    assert invoke(cloud, function, {"n": 1}) == {"echo": {"n": 1}, "count": 1}
    assert invoke(cloud, function, {"n": 2}) == {"echo": {"n": 2}, "count": 2}
    assert "compiled, invocation 2\n" in cloud.log_lines(function)


def compiles(compiler: str) -> bool:
    """Whether there is one, and not only a launcher (rustup's) that has none to start."""
    if shutil.which(compiler) is None:
        return False
    asked = [compiler, "--version" if compiler == "rustc" else "version"]
    return subprocess.run(asked, capture_output=True, timeout=60).returncode == 0


def compiled(compiler: str, folder: Path) -> bytes:
    """The program ``bootstrap``, as bytes."""
    made = folder / "bootstrap"
    if compiler == "rustc":
        source = folder / "main.rs"
        source.write_text(RUST, encoding="utf-8")
        command = [compiler, "-C", "opt-level=1", "-C", "strip=symbols", "-o", made, source]
    else:
        source = folder / "main.go"
        source.write_text(GO, encoding="utf-8")
        command = [compiler, "build", "-ldflags", "-s -w", "-o", made, source]
    quiet = {"GOCACHE": str(folder / "cache"), "GOTELEMETRY": "off", "GO111MODULE": "off"}
    subprocess.run(command, check=True, cwd=folder, env=os.environ | quiet, timeout=300)
    return made.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses the runtime at once")
@pytest.mark.fidelity(
    "A package without a bootstrap fails with `Runtime.InvalidEntrypoint`",
    page="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html",
)
def test_a_package_without_bootstrap_fails_in_aws_s_words(cloud: CloudProcess) -> None:
    code = {"ZipFile": zipped({"other": "x"})}
    function = cloud.create_function("", Runtime="provided.al2023", Code=code)
    error = invoke(cloud, function, {})
    assert error["errorType"] == "Runtime.InvalidEntrypoint"
    assert error["errorMessage"].endswith(
        "Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    )


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js here")
@pytest.mark.fidelity(
    "Node.js handlers, CommonJS and ES modules, answer, log and fail as at AWS",
    page="https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html",
    difference="On the machine's Node.js, and INIT_START says which; an answer does not wait for "
    "an empty event loop; without Node.js the function is refused at creation",
)
def test_a_node_function_answers_logs_and_fails(cloud: CloudProcess) -> None:
    source = (
        "export const handler = async (event) => {\n"
        "  console.log('hello');\n"
        "  if (event.fail) throw new RangeError('too much');\n"
        "  return {got: event};\n"
        "}"
    )
    function = cloud.create_function(
        "",
        Runtime="nodejs22.x",
        Handler="index.handler",
        MemorySize=512,
        Code={"ZipFile": zipped({"index.mjs": source})},
    )
    assert invoke(cloud, function, {"a": 1}) == {"got": {"a": 1}}
    error = invoke(cloud, function, {"fail": True})
    assert (error["errorType"], error["errorMessage"]) == ("RangeError", "too much")
    assert error["trace"][1].startswith("    at ")
    assert any("\tINFO\thello" in line for line in cloud.log_lines(function))


def test_a_runtime_that_cannot_run_here_is_refused_with_the_reason(cloud: CloudProcess) -> None:
    with pytest.raises(ClientError) as caught:
        cloud.create_function("", Runtime="java21")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"].startswith("The runtime java21 cannot run here. The embedded cloud")
