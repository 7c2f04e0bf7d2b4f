"""Our Python runtime against AWS's own, on the same handlers."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.isolation import Isolation
from lab_helpers.emulator.runtime.launcher import Command, EnvironmentPlaces
from lab_helpers.emulator.runtime.platform_events import FunctionLog
from lab_helpers.emulator.runtime.python_launcher import PythonLauncher
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, InvocationOutcome

pytest.importorskip("awslambdaric", reason="AWS's runtime client exists for Linux alone")
pytestmark = pytest.mark.slow  # two processes for each of a hundred cases


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
    "numbers that JSON has not": """
        def handler(event, context):
            return [float("nan"), float("inf"), -float("inf"), 10**30, 1e300, -0.0]
    """,
    "keys that are no text": "def handler(event, context): return {1: 2, None: 3, True: 4, 1.5: 5}",
    "a set": "def handler(event, context): return {1, 2}",
    "a date": "import datetime\ndef handler(event, context): return datetime.date(2026, 1, 2)",
    "an enum": """
        import enum
        class Colour(enum.IntEnum): RED = 1
        class Word(str, enum.Enum): A = "a"
        def handler(event, context): return [Colour.RED, Word.A, {Word.A: Colour.RED}]
    """,
    "a named tuple": """
        import collections
        Point = collections.namedtuple("Point", "x y")
        def handler(event, context): return [Point(1, 2), {"p": Point(3, 4)}]
    """,
    "a circle": "def handler(event, context):\n    a = []\n    a.append(a)\n    return a",
    "half a surrogate": "def handler(event, context): return '\\ud800 and \\udc00'",
    "endless recursion": "def handler(event, context): return handler(event, context)",
    "no message": "def handler(event, context): raise ValueError",
    "many arguments": "def handler(event, context): raise OSError(2, 'No such file', 'a.txt')",
    "a number as message": "def handler(event, context): raise Exception(5, {'a': 1})",
    "during another": """
        def handler(event, context):
            try: int("x")
            except ValueError: raise KeyError("second")
    """,
    "from none": """
        def handler(event, context):
            try: int("x")
            except ValueError: raise KeyError("second") from None
    """,
    "unprintable": """
        class Mute(Exception):
            def __str__(self): raise RuntimeError("no words")
        def handler(event, context): raise Mute()
    """,
    "interrupt": "def handler(event, context): raise KeyboardInterrupt",
    "a nested class": """
        class Outer:
            class Inner(Exception): pass
        def handler(event, context): raise Outer.Inner("x")
    """,
    # without the warning, which comes whenever the interpreter collects the coroutine
    "a coroutine": """
        import warnings
        warnings.simplefilter("ignore")
        async def handler(event, context): return 1
    """,
    "an object that is called": """
        class Handler:
            def __call__(self, event, context): return [type(event).__name__, event["n"]]
        handler = Handler()
    """,
    "three arguments": "def handler(event, context, more=3, *rest, **other): return more",
    "printing": """
        import sys
        def handler(event, context):
            print("a", "b", sep="\\t")
            print("no end", end="")
            print("é", file=sys.stderr)
            sys.stdout.write("one\\ntwo\\n")
            print()
    """,
    "logging objects": """
        import logging
        log = logging.getLogger("mine")
        log.setLevel("INFO")
        def handler(event, context):
            log.info({"a": 1})
            log.warning("%s and %d", "text", 3, extra={"order": 7})
            log.critical("", stack_info=False)
            try: {}["k"]
            except KeyError: log.error("failed", exc_info=True)
    """,
    "a result of the largest size": "def handler(event, context): return 'x' * (6_291_556 - 2)",
    "a result that is too large": "def handler(event, context): return 'x' * 6_291_556",
    "a long error": "def handler(event, context): raise ValueError('x' * 300_000)",
    "exit without a code": "import sys\ndef handler(event, context): sys.exit()",
    "the process ends": "import os\ndef handler(event, context): os._exit(0)",
    "exit at import": "import sys\nsys.exit(2)",
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
    text = re.sub(r"repeated \d+ more times", "repeated", text)
    text = re.sub(r"\[ERROR\] \[\d+\]", "[ERROR] [TIME]", text)
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
    assert _comparable_lines(our_logs) == _comparable_lines(their_logs)


def _comparable_lines(lines: list[str]) -> list[Any]:
    """A runtime that dies shows a traceback of its own: of that, the error alone counts."""
    if TRACEBACK in lines:
        dies = lines.index(TRACEBACK)
        lines = [*lines[:dies], *(line for line in lines[dies:] if _ERROR_LINE.match(line))]
    return [_comparable(line) for line in lines]


TRACEBACK = "Traceback (most recent call last):"
_ERROR_LINE = re.compile(r"[A-Z]\w*(Error|Interrupt)\b")


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


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)  # Lambda lets no other number in
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
AS_SEEN = "def handler(event, context): return {'event': event, 'seen': repr(event)}"


@settings(
    max_examples=5,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # shrinking starts processes by the hundred
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=st.lists(st.tuples(JSON, st.booleans()), min_size=10, max_size=30))
@pytest.mark.parametrize("runtime", ["python3.11", "python3.13"])
def test_any_event_is_read_and_written_as_by_aws_s_runtime(
    bench: Any, runtime: str, events: list[tuple[Any, bool]]
) -> None:
    bodies = [
        json.dumps(event, ensure_ascii=escaped).encode("utf-8", "replace")
        for event, escaped in events
    ]
    bench.write(AS_SEEN)
    bench.isolation = Isolation("none", "AWS's runtime knows nothing of our namespaces")

    async def scenario(host: RuntimeHost) -> list[bytes]:
        environment = host.new_environment(
            bench.spec(memory_size_mb=512, runtime=runtime), lambda _event: None
        )
        return [
            (await environment.invoke(Invocation(f"id-{number}", body, "arn:fn"))).payload
            for number, body in enumerate(bodies)
        ]

    answers = []
    for launcher in (PythonLauncher(), AwsRuntimeLauncher()):
        bench.launchers = [_on_the_test_s_interpreter(launcher)]
        answers.append(bench.run(scenario))
    ours, theirs = answers
    assert ours == theirs
