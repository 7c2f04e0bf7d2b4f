"""What the caller gets when the function fails: AWS's payloads."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.platform_events import InitReport, RuntimeDone, Start
from lab_helpers.emulator.runtime.spec import Invocation, InvocationStatus


def test_an_exception_gives_message_type_request_id_and_stack_trace(bench: Any) -> None:
    source = """
        def inner():
            raise KeyError("x")

        def handler(event, context):
            inner()
    """
    (outcome,) = bench.invoke(source, {})
    document = json.loads(outcome.payload)
    assert list(document) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert document["errorMessage"] == "'x'"
    assert document["errorType"] == "KeyError"
    assert document["requestId"] == "request-1"
    path = "/var/task/app.py"
    assert document["stackTrace"] == [
        f'  File "{path}", line 6, in handler\n    inner()\n',
        f'  File "{path}", line 3, in inner\n    raise KeyError("x")\n',
    ]
    assert (outcome.status, outcome.function_error) == (InvocationStatus.ERROR, "Unhandled")
    assert outcome.error_type == "KeyError"
    assert outcome.environment_reusable


def test_the_environment_stays_warm_after_an_exception(bench: Any) -> None:
    source = """
        count = 0
        def handler(event, context):
            global count
            count += 1
            return 1 // event, count
    """
    failed, good = bench.invoke(source, 0, 1)
    assert failed.error_type == "ZeroDivisionError"
    assert json.loads(good.payload) == [1, 2]


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message"),
    [
        (
            "",
            "missing.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'missing': No module named 'missing'",
        ),
        (
            "import nothing_like_this",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing_like_this'",
        ),
        (
            "",
            "app.handler",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app'",
        ),
        (
            "",
            "app",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "",
            "sys.exit",
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module sys as a handler module",
        ),
        ("1 // 0", "app.handler", "ZeroDivisionError", "integer division or modulo by zero"),
    ],
)
def test_a_failing_init_is_told_by_the_invocation(
    bench: Any, source: str, handler: str, error_type: str, message: str
) -> None:
    (outcome,) = bench.invoke(source, {}, handler=handler)
    document = json.loads(outcome.payload)
    assert document["errorType"] == outcome.error_type == error_type
    assert document["errorMessage"] == message
    assert outcome.function_error == "Unhandled"
    kinds = [event for event in bench.events if isinstance(event, InitReport)]
    assert [(each.phase, each.error_type) for each in kinds] == [
        ("init", error_type),
        ("invoke", error_type),
    ]
    assert any("LAMBDA_WARNING: Unhandled exception." in line for line in bench.logs())
    assert any(line.startswith(f"[ERROR] {error_type}: {message}") for line in bench.logs())


def test_a_syntax_error_names_file_and_line(bench: Any) -> None:
    (outcome,) = bench.invoke("def handler(event, context)\n    return 1\n", {})
    document = json.loads(outcome.payload)
    assert document["errorType"] == "Runtime.UserCodeSyntaxError"
    assert document["errorMessage"].startswith("Syntax error in module 'app': ")
    assert document["errorMessage"].endswith("(app.py, line 1)")
    path = "/var/task/app.py"
    assert document["stackTrace"] == [f'  File "{path}" Line 1\n    def handler(event, context)\n']


def test_the_init_is_tried_again_within_the_invocation(bench: Any) -> None:
    """AWS: INIT_REPORT … Phase: invoke comes before START."""
    bench.write("""
        import pathlib, tempfile
        marker = pathlib.Path(tempfile.gettempdir(), "marker")
        if not marker.exists():
            marker.touch()
            raise RuntimeError("the first time fails")
        def handler(event, context):
            return "second time"
    """)

    async def scenario(host: RuntimeHost) -> Any:
        environment = host.new_environment(bench.spec(), bench.events.append)
        await environment.initialize()
        return await environment.invoke(Invocation("1", b"{}", "arn"))

    outcome = bench.run(scenario)
    assert json.loads(outcome.payload) == "second time"
    assert outcome.init_duration_ms is None
    assert outcome.duration_ms > 5  # the INIT is part of the duration


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit(7)", "Runtime exited with error: exit status 7"),
        ("sys.exit('sorry')", "Runtime exited with error: exit status 1"),
        ("exit()", "Runtime exited without providing a reason"),
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            "Runtime exited with error: signal: killed",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals"),
        ),
        pytest.param(
            "os.abort()",
            "Runtime exited with error: signal: aborted",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals"),
        ),
    ],
)
def test_a_process_that_ends_is_an_exit_error(bench: Any, code: str, reason: str) -> None:
    source = f"""
        import os, sys
        count = 0
        def handler(event, context):
            global count
            count += 1
            if event == "end":
                print("last words")
                {code}
            return count
    """
    warm, ended, again = bench.invoke(source, 1, "end", 1)
    assert json.loads(warm.payload) == 1
    assert json.loads(ended.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: request-2 Error: {reason}",
    }
    assert ended.environment_reusable
    assert json.loads(again.payload) == 1  # a new process: globals are lost
    assert again.init_duration_ms is None
    assert "last words" in bench.logs()


def test_exit_during_the_init_is_an_exit_error(bench: Any) -> None:
    (outcome,) = bench.invoke("import sys\nsys.exit(4)", {})
    assert json.loads(outcome.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: request-1 Error: Runtime exited with error: exit status 4",
    }


def test_a_result_that_is_no_json_is_a_marshal_error(bench: Any) -> None:
    source = "def handler(event, context): return {1, 2}"
    (outcome,) = bench.invoke(source, {})
    assert json.loads(outcome.payload) == {
        "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
        "errorType": "Runtime.MarshalError",
        "requestId": "request-1",
        "stackTrace": [],
    }


def test_an_event_that_is_no_json_is_an_unmarshal_error(bench: Any) -> None:
    (outcome,) = bench.invoke("def handler(event, context): return 1", b"{no json")
    document = json.loads(outcome.payload)
    assert document["errorType"] == "Runtime.UnmarshalError"
    assert document["errorMessage"].startswith("Unable to unmarshal input: Expecting property name")


def test_a_client_context_that_is_no_json_is_a_context_error(bench: Any) -> None:
    bench.write("def handler(event, context): return 1")

    async def scenario(host: RuntimeHost) -> Any:
        environment = host.new_environment(bench.spec(), bench.events.append)
        return await environment.invoke(Invocation("1", b"{}", "arn", client_context="{oops"))

    document = json.loads(bench.run(scenario).payload)
    assert document["errorType"] == "Runtime.LambdaContextUnmarshalError"
    assert document["errorMessage"].startswith("Unable to parse Client Context JSON: ")


@pytest.mark.fidelity(
    "A result of more than 6,291,556 bytes is refused, and ends the Python runtime",
    page="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
)
def test_a_result_above_six_megabytes_is_refused_and_ends_the_runtime(bench: Any) -> None:
    source = """
        count = 0
        def handler(event, context):
            global count
            count += 1
            return "x" * event if event else count
    """
    big, after = bench.invoke(source, 6_291_555, 0, memory_size_mb=512)
    assert json.loads(big.payload) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        "(6291556 bytes).",
    }
    assert json.loads(after.payload) == 1


def test_status_and_error_type_reach_the_report(bench: Any) -> None:
    bench.invoke("def handler(event, context): raise ValueError('no')", {})
    (report,) = bench.reports()
    (done,) = [event for event in bench.events if isinstance(event, RuntimeDone)]
    assert (report.status, report.error_type) == (InvocationStatus.ERROR, "ValueError")
    assert (done.status, done.error_type) == (InvocationStatus.ERROR, "ValueError")
    assert sum(isinstance(event, Start) for event in bench.events) == 1


def test_an_environment_variable_that_no_process_can_have_is_an_error_not_a_crash(
    bench: Any,
) -> None:
    (outcome,) = bench.invoke("", {}, environment={"BAD": "a\0b"})
    assert outcome.error_type == "Runtime.InvalidEntrypoint"
