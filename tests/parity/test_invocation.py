"""What a synchronous invocation answers, and what the function sees."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cloud_process import own_runtime
from tests.parity.clouds import ParityCloud, new_name, refused
from tests.parity.pages import parity

ERRORS = "python-exceptions"


@parity("An invocation answers 200 and tells which version ran", "API_Invoke")
def test_an_answer_has_status_200_and_the_version(cloud: ParityCloud) -> None:
    answer = cloud.invoke(cloud.create_function(), {"a": [1, None, "é"]})
    assert (answer["StatusCode"], answer.get("ExecutedVersion")) == (200, "$LATEST")
    assert answer["Payload"] == {"a": [1, None, "é"]}
    assert "FunctionError" not in answer


@parity("A dry run answers 204 with nothing", "API_Invoke")
def test_a_dry_run_runs_nothing(cloud: ParityCloud) -> None:
    answer = cloud.invoke(cloud.create_function(), InvocationType="DryRun")
    assert (answer["StatusCode"], answer["Payload"]) == (204, None)


@parity("An asynchronous invocation answers 202 with nothing", "API_Invoke")
def test_an_event_is_accepted(cloud: ParityCloud) -> None:
    answer = cloud.invoke(cloud.create_function(), InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"]) == (202, None)


@parity("An exception is HTTP 200 with FunctionError, type, message, request id, trace", ERRORS)
def test_an_exception_is_told(cloud: ParityCloud) -> None:
    source = "class Broken(Exception): pass\ndef handler(e, c):\n    raise Broken('on purpose')\n"
    answer = cloud.invoke(cloud.create_function(source))
    assert (answer["StatusCode"], answer.get("FunctionError")) == (200, "Unhandled")
    payload = answer["Payload"]
    assert payload.get("errorType") == "Broken", f"errorType {payload.get('errorType')}"
    assert payload.get("errorMessage") == "on purpose"
    assert payload.get("requestId") == answer["ResponseMetadata"]["RequestId"], "requestId"
    assert any("m.py" in line for line in payload["stackTrace"]), "stackTrace without the file"


@parity("A timeout is told with type, request id and seconds", "configuration-timeout")
def test_a_timeout_is_told(cloud: ParityCloud) -> None:
    source = "import time\ndef handler(e, c):\n    time.sleep(5)\n"
    answer = cloud.invoke(cloud.create_function(source, Timeout=1))
    assert answer.get("FunctionError") == "Unhandled"
    text = answer["Payload"]["errorMessage"]
    request_id = answer["ResponseMetadata"]["RequestId"]
    wanted = f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"
    assert text == wanted, f"says: {text}"
    assert answer["Payload"]["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "text"),
    [
        pytest.param(
            "import not_there\n",
            "m.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'm': No module named 'not_there'",
            marks=parity("A module that cannot be imported is told", ERRORS),
            id="import",
        ),
        pytest.param(
            "x = 1\n",
            "m.handler",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'm'",
            marks=parity("A handler that is missing is told", ERRORS),
            id="handler",
        ),
        pytest.param(
            "def handler(:\n",
            "m.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'm'…",
            marks=parity("A syntax error is told", ERRORS),
            id="syntax",
        ),
        pytest.param(
            "x = 1\n",
            "m",
            "Runtime.MalformedHandlerName",
            "Bad handler 'm': not enough values to unpack (expected 2, got 1)",
            marks=parity("A handler's name has a module and a function", ERRORS),
            id="name",
        ),
        pytest.param(
            "def handler(e, c):\n    return {1, 2}\n",
            "m.handler",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
            marks=parity("A result that is no JSON is told", ERRORS),
            id="result",
        ),
        pytest.param(
            "import sys\ndef handler(e, c):\n    sys.exit(3)\n",
            "m.handler",
            "Runtime.ExitError",
            "RequestId: {id} Error: Runtime exited…",
            marks=parity("A function that ends its process is told", ERRORS),
            id="exit",
        ),
        pytest.param(
            "def handler(e, c):\n    return 'x' * 6_300_000\n",
            "m.handler",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
            marks=parity("A response has 6 MB at most", "gettingstarted-limits"),
            id="large",
        ),
    ],
)
def test_a_failure_has_awss_type_and_text(
    cloud: ParityCloud, source: str, handler: str, error_type: str, text: str
) -> None:
    answer = cloud.invoke(cloud.create_function(source, Handler=handler))
    assert answer.get("FunctionError") == "Unhandled", "no FunctionError"
    payload = answer["Payload"]
    assert payload["errorType"] == error_type, f"errorType {payload['errorType']}"
    wanted = text.replace("{id}", answer["ResponseMetadata"]["RequestId"])
    seen = payload["errorMessage"]
    same = seen.startswith(wanted[:-1]) if wanted.endswith("…") else seen == wanted
    assert same, f"says: {seen[:200]}"


@parity("A payload that is no JSON is refused before anything runs", "API_Invoke")
def test_a_payload_is_json(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    client = cloud.client("lambda")
    code, text, status = refused(lambda: client.invoke(FunctionName=name, Payload=b"{not json"))
    assert (status, code) == (400, "InvalidRequestContentException"), f"{status} {code}"
    assert text.startswith("Could not parse request body into json"), f"says: {text}"


@parity("The variables of the runtime are AWS's", "configuration-envvars")
def test_the_functions_variables(cloud: ParityCloud) -> None:
    source = "import os\ndef handler(e, c):\n    return dict(os.environ)\n"
    name = cloud.create_function(source, MemorySize=256, Environment={"Variables": {"MINE": "1"}})
    seen = cloud.invoke(name)["Payload"]
    wanted = {
        "MINE": "1",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_REGION": cloud.region,
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{own_runtime()}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "_HANDLER": "m.handler",
        "TZ": ":UTC",
    }
    different = [key for key, value in wanted.items() if seen.get(key) != value]
    assert not different, f"differ: {', '.join(different)}"


@parity("The context tells request, function, memory as text, and the time left", "python-context")
def test_the_context(cloud: ParityCloud) -> None:
    source = (
        "def handler(e, c):\n"
        "    return [c.aws_request_id, c.function_name, c.function_version,\n"
        "            c.invoked_function_arn, c.memory_limit_in_mb, c.log_group_name,\n"
        "            c.get_remaining_time_in_millis()]\n"
    )
    name = cloud.create_function(source, Timeout=20)
    answer = cloud.invoke(name)
    *seen, left_ms = answer["Payload"]
    request_id = answer["ResponseMetadata"]["RequestId"]
    arn = cloud.function_arn(name)
    wanted = [request_id, name, "$LATEST", arn, "128", f"/aws/lambda/{name}"]
    assert seen == wanted, f"is {seen}"
    assert 10_000 < left_ms <= 20_000


@parity(
    "An execution environment is used again and keeps what is global", "lambda-runtime-environment"
)
def test_a_warm_environment_remembers(cloud: ParityCloud) -> None:
    name = cloud.create_function(
        "n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n"
    )
    assert [cloud.invoke(name)["Payload"] for _ in range(3)] == [1, 2, 3]


@parity("A change of the configuration begins with new environments", "lambda-runtime-environment")
def test_a_change_ends_the_environments(cloud: ParityCloud) -> None:
    name = cloud.create_function(
        "n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n"
    )
    assert cloud.invoke(name)["Payload"] == 1
    cloud.configure(name, Environment={"Variables": {"CHANGED": "yes"}})
    assert cloud.invoke(name)["Payload"] == 1


@parity("After a timeout globals are lost and /tmp is kept", "lambda-runtime-environment")
def test_a_timeout_resets_the_environment(cloud: ParityCloud) -> None:
    source = (
        "import os, time\nn = 0\n"
        "def handler(e, c):\n"
        "    global n\n    n += 1\n"
        "    kept = os.path.exists('/tmp/parity')\n"
        "    open('/tmp/parity', 'w').close()\n"
        "    time.sleep(e['s'])\n"
        "    return [n, kept]\n"
    )
    name = cloud.create_function(source, Timeout=1)
    assert cloud.invoke(name, {"s": 4}).get("FunctionError") == "Unhandled"
    assert cloud.invoke(name, {"s": 0})["Payload"] == [1, True]


@parity("Two invocations at once have an environment each", "lambda-concurrency")
def test_concurrent_invocations_do_not_share(cloud: ParityCloud) -> None:
    source = (
        "import time, uuid\nme = uuid.uuid4().hex\n"
        "def handler(e, c):\n    time.sleep(1)\n    return me\n"
    )
    name = cloud.create_function(source, Timeout=10)
    cloud.client("lambda")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: cloud.invoke(name)["Payload"], range(2)))
    assert len(set(answers)) == 2, "one environment ran both"


@parity("Reserved concurrency 0 throttles: 429 with its reason", "configuration-concurrency")
def test_reserved_zero_throttles(cloud: ParityCloud) -> None:
    name = cloud.create_function()
    client = cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        cloud.invoke(name)
    answer: Any = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer.get("Reason") == "ReservedFunctionConcurrentInvocationLimitExceeded", "Reason"
    assert answer["Error"]["Message"] == "Rate Exceeded.", f"says: {answer['Error']['Message']}"


@parity("A client context reaches the function's context", "API_Invoke")
def test_the_client_context(cloud: ParityCloud) -> None:
    source = "def handler(e, c):\n    return c.client_context.custom\n"
    context = base64.b64encode(b'{"custom": {"a": "b"}}').decode()
    answer = cloud.invoke(cloud.create_function(source), ClientContext=context)
    assert answer["Payload"] == {"a": "b"}, f"is {answer['Payload']}"


@parity(
    "A function is Pending, then Active; its defaults are 128 MB, 3 s, 512 MB, x86_64",
    "functions-states",
)
def test_the_defaults_of_a_function(cloud: ParityCloud) -> None:
    client = cloud.client("lambda")
    name = cloud.create_function(FunctionName=new_name())
    seen = client.get_function_configuration(FunctionName=name)
    wanted = {
        "MemorySize": 128,
        "Timeout": 3,
        "EphemeralStorage": {"Size": 512},
        "Architectures": ["x86_64"],
        "PackageType": "Zip",
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "TracingConfig": {"Mode": "PassThrough"},
    }
    different = [key for key, value in wanted.items() if seen.get(key) != value]
    assert not different, f"differ: {', '.join(different)}"
