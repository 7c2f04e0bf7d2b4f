"""``provided.al2023`` runs any ``bootstrap``; ``nodejs`` runs where Node.js is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.platform_events import InitStart
from lab_helpers.emulator.runtime.spec import InvocationStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs for POSIX")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js here")
needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler here")

SHELL = r"""#!/bin/sh
set -e
API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
echo "handler is $_HANDLER in $PWD"
while true; do
    EVENT=$(curl -sS -D "$TMP/headers" "$API/invocation/next")
    ID=$(grep -i lambda-runtime-aws-request-id "$TMP/headers" | tr -d '[:space:]' | cut -d: -f2)
    echo "got $EVENT"
    curl -sS -o /dev/null -d "{\"echo\":$EVENT,\"root\":\"$LAMBDA_TASK_ROOT\"}" \
        "$API/invocation/$ID/response"
done
"""
C_PROGRAM = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
static char buffer[65536];
static void call(const char *text) {
    char host[64]; char *colon; struct sockaddr_in to = {0}; size_t got = 0; ssize_t n;
    strcpy(host, getenv("AWS_LAMBDA_RUNTIME_API"));
    colon = strchr(host, ':'); *colon = 0;
    to.sin_family = AF_INET; to.sin_port = htons(atoi(colon + 1));
    inet_pton(AF_INET, host, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) exit(7);
    if (write(fd, text, strlen(text)) < 0) exit(8);
    while ((n = read(fd, buffer + got, sizeof buffer - 1 - got)) > 0) got += n;
    buffer[got] = 0;
    close(fd);
}
int main(void) {
    static char id[64], request[70000], *found;
    for (;;) {
        call("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
             "Host: l\r\nConnection: close\r\n\r\n");
        found = strcasestr(buffer, "lambda-runtime-aws-request-id: ");
        sscanf(found + 31, "%63[^\r]", id);
        found = strstr(buffer, "\r\n\r\n") + 4;
        snprintf(request, sizeof request,
            "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: l\r\n"
            "Connection: close\r\nContent-Length: %zu\r\n\r\n%s", id, strlen(found), found);
        call(request);
    }
}
"""


@pytest.fixture(params=["namespaces", "none"])
def either(bench: Any, request: pytest.FixtureRequest) -> Any:
    """In a file system of the function's own where this machine has that, and without."""
    if request.param == "none":
        bench.without_namespaces()
    return bench


def write_bootstrap(bench: Any, text: str, folder: str = "code", mode: int = 0o755) -> Path:
    path = Path(bench.root, folder, "bootstrap")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def run(bench: Any, *events: object, runtime: str = "provided.al2023", **changes: Any) -> Any:
    settings = {"runtime": runtime, "memory_size_mb": 512} | changes
    return bench.invoke("", *events, **settings)


@needs_curl
@pytest.mark.parametrize("runtime", ["provided.al2023", "provided.al2"])
def test_a_shell_script_is_a_runtime(either: Any, runtime: str) -> None:
    write_bootstrap(either, SHELL.replace("$TMP", "${TMPDIR:-/tmp}"))
    first, second = run(either, {"n": 1}, {"n": 2}, runtime=runtime, handler="hello.world")
    assert json.loads(first.payload)["echo"] == {"n": 1}
    assert json.loads(second.payload)["echo"] == {"n": 2}
    assert either.logs()[0].startswith("handler is hello.world in ")
    assert either.logs()[1:] == ['got {"n": 1}', 'got {"n": 2}']
    (start,) = [event for event in either.events if isinstance(event, InitStart)]
    assert start.runtime_version.startswith("provided:al2")


@needs_cc
def test_a_compiled_program_is_a_runtime(either: Any) -> None:
    either.write(C_PROGRAM.replace("#include <arpa", "#define _GNU_SOURCE\n#include <arpa"), "b.c")
    code = either.root / "code"
    subprocess.run(["cc", "-o", code / "bootstrap", code / "b.c"], check=True, capture_output=True)
    first, second = run(either, [1], "two")
    assert (first.payload, second.payload) == (b"[1]", b'"two"')
    assert second.init_duration_ms is None


@needs_curl
def test_the_bootstrap_may_come_from_a_layer(either: Any) -> None:
    path = write_bootstrap(either, SHELL.replace("$TMP", "${TMPDIR:-/tmp}"), "layer")
    (outcome,) = run(either, 1, layer_dirs=(path.parent,))
    assert json.loads(outcome.payload)["echo"] == 1


def test_without_a_bootstrap_the_caller_reads_aws_s_words(either: Any) -> None:
    (outcome,) = run(either, 1)
    assert outcome.error_type == "Runtime.InvalidEntrypoint"
    assert json.loads(outcome.payload)["errorMessage"] == (
        "RequestId: request-1 Error: Couldn't find valid bootstrap(s): "
        "[/var/task/bootstrap /opt/bootstrap]"
    )


def test_a_bootstrap_that_may_not_be_executed_is_refused(either: Any) -> None:
    write_bootstrap(either, SHELL, mode=0o644)
    (outcome,) = run(either, 1)
    assert outcome.error_type == "Runtime.InvalidEntrypoint"
    text = json.loads(outcome.payload)["errorMessage"]
    assert text == "RequestId: request-1 Error: fork/exec /var/task/bootstrap: permission denied"


def test_a_bootstrap_that_ends_is_a_runtime_that_exited(either: Any) -> None:
    write_bootstrap(either, "#!/bin/sh\necho bye\nexit 4\n")
    (outcome,) = run(either, 1)
    assert outcome.error_type == "Runtime.ExitError"
    assert "exit status 4" in json.loads(outcome.payload)["errorMessage"]
    assert either.logs() == ["bye", "bye"]  # in the INIT phase, and again within the invocation


def node(bench: Any, source: str, event: object, name: str = "index.js", **changes: Any) -> Any:
    bench.write(source, name)
    settings = {"runtime": "nodejs20.x", "memory_size_mb": 512, "handler": "index.handler"}
    (outcome,) = bench.invoke("", event, **(settings | changes))
    return outcome


@needs_node
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("index.js", "exports.handler = async (event, context) => ({got: event})"),
        (
            "index.cjs",
            "exports.handler = (event, context, callback) => callback(null, {got: event})",
        ),
        ("index.mjs", "export const handler = async (event) => ({got: event})"),
    ],
)
def test_node_handlers_of_every_kind_answer(either: Any, name: str, source: str) -> None:
    outcome = node(either, source, {"名": "花子"}, name)
    assert json.loads(outcome.payload) == {"got": {"名": "花子"}}
    assert outcome.status is InvocationStatus.SUCCESS


@needs_node
def test_node_s_context_describes_the_invocation(either: Any) -> None:
    source = """
        exports.handler = async (event, c) => [c.functionName, c.functionVersion, c.awsRequestId,
            c.memoryLimitInMB, c.getRemainingTimeInMillis() > 1000, c.invokedFunctionArn]
    """
    outcome = node(either, source, {})
    assert json.loads(outcome.payload) == [
        "demo",
        "$LATEST",
        "request-1",
        "512",
        True,
        "arn:aws:lambda:us-east-1:123456789012:function:demo",
    ]


@needs_node
def test_an_error_of_node_has_type_message_and_trace(either: Any) -> None:
    source = """
        function inner() { throw new TypeError("no good") }
        exports.handler = async () => inner()
    """
    outcome = node(either, source, {})
    document = json.loads(outcome.payload)
    assert (document["errorType"], document["errorMessage"]) == ("TypeError", "no good")
    assert document["trace"][0] == "TypeError: no good"
    assert document["trace"][1].startswith("    at inner (/var/task/index.js:2:")
    assert outcome.function_error == "Unhandled"
    (record,) = either.logs()
    assert re.match(r"\d{4}-.*Z\trequest-1\tERROR\tInvoke Error \t\{\"errorType\":\"TypeE", record)


@needs_node
def test_console_lines_carry_time_request_id_and_level(either: Any) -> None:
    source = """
        console.info("at init")
        exports.handler = async () => { console.log("one\\ntwo %d", 2); console.warn({a: 1}) }
    """
    node(either, source, {})
    lines = [re.sub(r"^\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", line) for line in either.logs()]
    assert lines == [
        "TIME\tundefined\tINFO\tat init",
        "TIME\trequest-1\tINFO\tone\ntwo 2",
        "TIME\trequest-1\tWARN\t{ a: 1 }",
    ]


@needs_node
@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message"),
    [
        ("exports.other = 1", "index.handler", "Runtime.HandlerNotFound", "index.handler is undef"),
        ("", "missing.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'missing'"),
        ("require('nope')", "index.handler", "Runtime.ImportModuleError", "Error: Cannot find mod"),
        ("exports.handler = (", "index.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("", "nodot", "Runtime.MalformedHandlerName", "Bad handler"),
    ],
)
def test_node_tells_what_is_wrong_with_the_handler(
    bench: Any, source: str, handler: str, error_type: str, message: str
) -> None:
    outcome = node(bench, source, {}, handler=handler)
    document = json.loads(outcome.payload)
    assert document["errorType"] == outcome.error_type == error_type
    assert document["errorMessage"].startswith(message)


@needs_node
def test_an_unhandled_rejection_ends_node(bench: Any) -> None:
    source = "exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')) })"
    outcome = node(bench, source, {})
    assert outcome.error_type == "Runtime.ExitError"
    assert "exit status 128" in json.loads(outcome.payload)["errorMessage"]


@needs_node
def test_modules_of_a_layer_are_found(either: Any) -> None:
    module = either.write("module.exports = 42", "nodejs/node_modules/answer/index.js", "layer")
    source = "exports.handler = async () => require('answer')"
    assert node(either, source, {}, layer_dirs=(module,)).payload == b"42"


def test_what_cannot_run_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    host = RuntimeHost()
    assert host.runs("python3.13")
    assert host.why_not("python3.13") == ""
    assert host.why_not("nodejs22.x").startswith("This machine has no Node.js.")
    assert host.why_not("java21").startswith("The embedded cloud runs Python")
