"""Our Python runtime against AWS's own, on the same handlers."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.isolation import Isolation
from lab_helpers.emulator.runtime.launcher import Command, EnvironmentPlaces, PythonLauncher
from lab_helpers.emulator.runtime.platform_events import FunctionLog
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, InvocationOutcome

pytest.importorskip("awslambdaric", reason="AWS's runtime client exists for Linux alone")


@dataclasses.dataclass
class AwsRuntimeLauncher(PythonLauncher):
    """``python -m awslambdaric``, in the tests' own interpreter."""

    async def command(
        self, spec: EnvironmentSpec, runtime_api_address: str, places: EnvironmentPlaces
    ) -> Command:
        ours = await super().command(spec, runtime_api_address, places)
        environ = ours.environ | {"_LAMBDA_TELEMETRY_LOG_FD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        environ.pop("PYTHONPATH")
        return Command([sys.executable, "-m", "awslambdaric", spec.handler], environ, spec.code_dir)


HANDLERS: dict[str, str] = {
    "values": """
        import decimal
        def handler(event, context):
            return {"e": event, "t": (1, 2.5), "d": decimal.Decimal("1.10"), "u": "こんにちは"}
    """,
    "context": """
        def handler(event, context):
            return [repr(context), context.client_context.custom, context.memory_limit_in_mb,
                    context.identity.cognito_identity_id, context.w3c(),
                    context.client_context.client.app_title, str(context.client_context)]
    """,
    "exception": """
        class Mine(Exception): pass
        def inner(): raise Mine("é\\nsecond line")
        def handler(event, context): inner()
    """,
    "chained": """
        def handler(event, context):
            try: {}["k"]
            except KeyError as error: raise ValueError("outer") from error
    """,
    "unserialisable": "def handler(event, context): return object()",
    "bad key": "def handler(event, context): return {(1, 2): 3}",
    "bytes": "def handler(event, context): return b'\\x00\\x01'",
    "no result": "def handler(event, context): pass",
    "import error": "import does_not_exist\ndef handler(event, context): pass",
    "import from error": "from os import nothing\ndef handler(event, context): pass",
    "error at import": "raise RuntimeError('at import')",
    "syntax error": "def handler(event, context):\n    return (\n",
    "no handler": "other = 1",
    "logging": """
        import logging
        logging.getLogger().setLevel(logging.DEBUG)
        def handler(event, context):
            print("printed")
            logging.debug("d %s", 1)
            logging.getLogger("x").error("two\\nlines")
            try: 1 // 0
            except ZeroDivisionError: logging.exception("caught")
            context.log("with context\\n")
    """,
    "exit": "import sys\ndef handler(event, context): sys.exit(3)",
    "system exit text": "import sys\ndef handler(event, context): sys.exit('bye')",
    "not callable": "handler = 5",
    "wrong signature": "def handler(): pass",
    "generator": "def handler(event, context): yield 1",
    "deep": "def handler(event, context): return [[[[[[]]]]]]",
    "trace": "import os\ndef handler(event, context): return os.environ.get('_X_AMZN_TRACE_ID')",
    "bad event": "def handler(event, context): return event",
}
CLIENT_CONTEXT = '{"custom": {"k": "v"}, "client": {"app_title": "t"}, "w3c": {"tracestate": "s"}}'


def run(
    bench: Any, launcher: PythonLauncher, **changes: Any
) -> tuple[InvocationOutcome, list[str]]:
    logs: list[str] = []

    def sink(event: object) -> None:
        if isinstance(event, FunctionLog):
            logs.append(event.message)

    async def scenario(host: RuntimeHost) -> InvocationOutcome:
        environment = host.new_environment(bench.spec(memory_size_mb=512, **changes), sink)
        body = b"{oops" if bench.bad_event else '{"k": "é", "n": [1, 2.0, null]}'.encode()
        return await environment.invoke(
            Invocation(
                "id-1",
                body,
                "arn:fn",
                client_context=CLIENT_CONTEXT,
                cognito_identity='{"cognitoIdentityId":"c","cognitoIdentityPoolId":"p"}',
                trace_id="Root=1-2",
            )
        )

    bench.launchers = [launcher]
    return bench.run(scenario), logs


def loosely(text: str) -> str:
    """Without what may differ: times, addresses, the machine's paths, internal line numbers."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"0x[0-9a-f]+", "ADDRESS", text)
    text = re.sub(r'File (\\?)"[^"]*/lib/python3', r'File \1"/var/lang/lib/python3', text)
    text = re.sub(r'"location": "[^"]*/code/', '"location": "/var/task/', text)
    text = re.sub(r'File (\\?)"[^"]*/code/', r'File \1"/var/task/', text)
    text = re.sub(r'File \\?"[^"]*/(invocation_loop|bootstrap)\.py\\?", line \d+', "RUNTIME", text)
    text = text.replace("double quotes or '}'", "double quotes")  # simplejson's own words
    return re.sub(r"<frozen importlib[^>]*>\\?\", line \d+", "<frozen>", text)


@pytest.mark.parametrize(
    ("runtime", "log_format"),
    [("python3.11", "Text"), ("python3.13", "Text"), ("python3.13", "JSON")],
)
@pytest.mark.parametrize("case", HANDLERS)
def test_answers_errors_and_logs_are_those_of_aws_s_runtime(
    bench: Any, case: str, runtime: str, log_format: str
) -> None:
    bench.write(HANDLERS[case])
    bench.bad_event = case == "bad event"
    bench.isolation = Isolation("none", "AWS's runtime knows nothing of our namespaces")
    changes = {"runtime": runtime, "log_format": log_format}
    ours, our_logs = run(bench, _on_the_test_s_interpreter(PythonLauncher()), **changes)
    theirs, their_logs = run(bench, _on_the_test_s_interpreter(AwsRuntimeLauncher()), **changes)
    assert loosely(ours.payload.decode("utf-8", "replace")) == loosely(
        theirs.payload.decode("utf-8", "replace")
    )
    assert (ours.status, ours.function_error) == (theirs.status, theirs.function_error)
    assert ours.error_type == theirs.error_type
    assert [_comparable(line) for line in our_logs] == [_comparable(line) for line in their_logs]


def _comparable(line: str) -> Any:
    try:
        document = json.loads(line)
    except ValueError:
        return loosely(line)
    return json.loads(loosely(json.dumps(document))) if isinstance(document, dict) else line


def _on_the_test_s_interpreter(launcher: PythonLauncher) -> PythonLauncher:
    """Whatever the runtime's name: both sides run on one interpreter."""
    host = launcher.finder.find(f"python3.{sys.version_info[1]}")
    launcher.finder.known = lambda runtime: host  # type: ignore[method-assign]
    return launcher


def test_the_context_has_every_public_name_that_aws_s_has() -> None:
    from awslambdaric.lambda_context import LambdaContext as Theirs

    from lab_helpers.emulator.runtime.python_runtime.lambda_dojo_runtime.lambda_context import (
        LambdaContext as Ours,
    )

    arguments = ("id", None, None, 0, "arn", None)
    ours, theirs = Ours(*arguments), Theirs(*arguments)
    assert {name for name in dir(theirs) if not name.startswith("_")} <= set(dir(ours))
