"""Functions really run: through boto3, over HTTP, in processes of their own."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest

from tests.cloud_process import CloudProcess, own_runtime, zipped


def invoke(cloud: CloudProcess, function: str, event: object = None, **more: Any) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event), **more)
    return answer | {"Result": json.loads(answer["Payload"].read() or "null")}


def test_the_handler_gets_the_event_and_its_result_comes_back(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): return {'got': event}")
    answer = invoke(cloud, function, {"name": "花子"})
    assert answer["Result"] == {"got": {"name": "花子"}}
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer


def test_an_invocation_without_a_payload_gets_an_empty_object(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): return event")
    answer = cloud.client("lambda").invoke(FunctionName=function)
    assert json.loads(answer["Payload"].read()) == {}


@pytest.mark.fidelity(
    "INIT runs once per environment; globals stay until the code changes",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
)
def test_init_runs_once_and_globals_stay_warm_until_an_update(cloud: CloudProcess) -> None:
    source = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n"
    function = cloud.create_function(source)
    assert [invoke(cloud, function)["Result"] for _ in range(3)] == [1, 2, 3]
    changed = {"m.py": source + " + 100"}
    cloud.change_function(function, ZipFile=zipped(changed))
    assert invoke(cloud, function)["Result"] == 101


@pytest.mark.fidelity(
    "A changed configuration starts new environments",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
)
def test_a_changed_configuration_makes_the_next_invocation_cold(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os\ndef handler(event, context): return os.environ.get('GREETING')"
    )
    assert invoke(cloud, function)["Result"] is None
    cloud.change_function(function, Environment={"Variables": {"GREETING": "こんにちは"}})
    assert invoke(cloud, function)["Result"] == "こんにちは"


def test_a_handler_in_a_package_runs(cloud: CloudProcess) -> None:
    files = {
        "app/__init__.py": "",
        "app/names.py": "NAME = 'packaged'",
        "app/main.py": "from .names import NAME\ndef handler(event, context): return NAME",
    }
    function = cloud.create_function(
        "", Handler="app.main.handler", Code={"ZipFile": zipped(files)}
    )
    assert invoke(cloud, function)["Result"] == "packaged"


@pytest.mark.fidelity(
    "Code comes as a zip file or from S3",
    page="https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html",
)
def test_code_from_s3_runs(cloud: CloudProcess) -> None:
    cloud.client("s3").create_bucket(Bucket="code-bucket")
    cloud.client("s3").put_object(
        Bucket="code-bucket", Key="f.zip", Body=zipped({"m.py": "def handler(e, c): return 's3'"})
    )
    function = cloud.create_function("", Code={"S3Bucket": "code-bucket", "S3Key": "f.zip"})
    assert invoke(cloud, function)["Result"] == "s3"


@pytest.mark.fidelity(
    "Layers are on the path, after the function's own code",
    page="https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html",
    difference="Without Linux's namespaces they lie in folders of the cloud, not under `/opt`",
)
def test_layers_are_on_the_path_and_shadowed_by_the_function(cloud: CloudProcess) -> None:
    layer = {"python/shared.py": "WHO = 'layer'", "python/m.py": "raise SystemExit"}
    version = cloud.client("lambda").publish_layer_version(
        LayerName="shared", Content={"ZipFile": zipped(layer)}
    )
    function = cloud.create_function(
        "import shared\ndef handler(event, context): return shared.WHO",
        Layers=[version["LayerVersionArn"]],
    )
    assert invoke(cloud, function)["Result"] == "layer"


@pytest.mark.fidelity(
    "`/tmp` stays while the environment is warm",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    difference="Without Linux's namespaces `tempfile` and `TMPDIR` lead to a folder of the "
    "environment, and the literal path `/tmp` is the machine's",
)
def test_tmp_can_be_written_and_stays_while_warm(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os, tempfile\n"
        "def handler(event, context):\n"
        "    path = os.path.join(tempfile.gettempdir(), 'seen')\n"
        "    known = os.path.exists(path)\n"
        "    open(path, 'w').close()\n"
        "    return known"
    )
    assert [invoke(cloud, function)["Result"] for _ in range(2)] == [False, True]


@pytest.mark.fidelity(
    "The context object carries the request, the function, its log stream and the time left",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-context.html",
)
def test_the_context_is_complete(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "def handler(event, c):\n"
        "    return [c.function_name, c.function_version, c.invoked_function_arn,\n"
        "            c.memory_limit_in_mb, c.aws_request_id, c.log_group_name,\n"
        "            c.log_stream_name, 0 < c.get_remaining_time_in_millis() <= 7000,\n"
        "            c.client_context.custom if c.client_context else None]",
        MemorySize=256,
        Timeout=7,
    )
    context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    answer = invoke(cloud, function, ClientContext=context)
    arn = f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:{function}"
    request_id = answer["ResponseMetadata"]["RequestId"]
    *rest, stream, in_time, custom = answer["Result"]
    assert rest == [function, "$LATEST", arn, "256", request_id, f"/aws/lambda/{function}"]
    assert "/[$LATEST]" in stream
    assert in_time
    assert custom == {"k": "v"}


@pytest.mark.fidelity(
    "Code in a function acts as its execution role",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
def test_boto3_inside_reaches_the_same_cloud_as_the_execution_role(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    boto3.client('s3').put_object(Bucket='from-inside', Key='k', Body=b'v')\n"
        "    return boto3.client('sts').get_caller_identity()['Arn']",
        Timeout=30,
        MemorySize=512,
    )
    cloud.client("s3").create_bucket(Bucket="from-inside")
    arn = f"arn:aws:sts::{cloud.account_id}:assumed-role/exec/{function}"
    assert invoke(cloud, function)["Result"] == arn
    found = cloud.client("s3").get_object(Bucket="from-inside", Key="k")
    assert found["Body"].read() == b"v"


@pytest.mark.fidelity(
    "A function sees its own code, its layers and the bundled boto3",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html",
    difference="Without Linux's namespaces code runs as the user who started the cloud, and "
    "only variables and packages are kept apart",
)
def test_the_learners_own_packages_and_variables_are_not_there(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os, importlib.util\n"
        "def handler(event, context):\n"
        "    return [importlib.util.find_spec('PIL') is None, 'LAMBDA_DOJO_HOME' in os.environ,\n"
        "            os.environ['AWS_LAMBDA_FUNCTION_NAME'], os.environ['TZ']]"
    )
    assert invoke(cloud, function)["Result"] == [True, False, function, ":UTC"]


@pytest.mark.fidelity(
    "Each concurrent invocation has an environment of its own",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
    difference="At most 64 environments run at once on one machine; more wait their turn, and the "
    "journal says so. AWS's scaling rate, 1,000 more environments of a function in 10 seconds, is "
    "therefore never reached",
)
def test_concurrent_invocations_run_in_parallel_environments(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import time\n"
        "def handler(event, context):\n"
        "    time.sleep(0.3)\n"
        "    return context.log_stream_name",
        Timeout=20,
    )
    streams: list[str] = []
    threads = [
        threading.Thread(target=lambda: streams.append(invoke(cloud, function)["Result"]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(streams)) == 4


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("def handler(e, c): raise KeyError('x')", "KeyError", "'x'"),
        ("import nothing_here", "Runtime.ImportModuleError", "No module named 'nothing_here'"),
        ("x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'm'"),
        ("def handler(", "Runtime.UserCodeSyntaxError", "Syntax error in module 'm'"),
        ("def handler(e, c): return {1}", "Runtime.MarshalError", "Unable to marshal response"),
        (
            "import sys\ndef handler(e, c): sys.exit(0)",
            "Runtime.ExitError",
            "Error: Runtime exited without providing a reason",
        ),
        (
            "import os\ndef handler(e, c): os._exit(3)",
            "Runtime.ExitError",
            "Error: Runtime exited with error: exit status 3",
        ),
        (
            "def handler(e, c): return 'x' * 7_000_000",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ),
        (
            "import time\ndef handler(e, c): time.sleep(30)",
            "Sandbox.Timedout",
            "Error: Task timed out after 1.00 seconds",
        ),
        (
            "def handler(e, c):\n    x = bytearray(300_000_000)\n    return len(x)",
            "Runtime.OutOfMemory",
            "Error: Runtime exited with error: signal: killed",
        ),
    ],
)
@pytest.mark.fidelity(
    "Each way to fail has AWS's error type and text, with HTTP 200",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
    difference="Memory is looked at every few milliseconds, so a short peak may pass",
)
def test_each_failure_has_aws_error_payload(
    cloud: CloudProcess, source: str, error_type: str, message: str
) -> None:
    function = cloud.create_function(source, Timeout=1 if "sleep" in source else 10)
    answer = invoke(cloud, function)
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Result"]["errorType"] == error_type
    assert message in answer["Result"]["errorMessage"]


@pytest.mark.fidelity(
    "LogType=Tail returns the last 4 KB of the log",
    page="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
)
def test_log_type_tail_returns_the_report(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): print('seen')")
    answer = invoke(cloud, function, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert tail.startswith("START RequestId: ")
    assert "\nseen\n" in tail
    assert "\tMax Memory Used: " in tail.splitlines()[-1]


@pytest.mark.fidelity(
    "DryRun answers 204 and runs nothing",
    page="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
)
def test_dry_run_runs_nothing(cloud: CloudProcess) -> None:
    function = cloud.create_function("def handler(event, context): print('ran')")
    answer = cloud.client("lambda").invoke(FunctionName=function, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")
    assert groups["logGroups"] == []


@pytest.mark.fidelity(
    "The function's runtime decides its Python version",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    difference="A Python that the machine does not have is replaced by the one that runs the "
    "cloud; INIT_START says so",
)
def test_another_python_than_the_machine_has_runs_on_the_hosts_and_says_so(
    cloud: CloudProcess,
) -> None:
    function = cloud.create_function(
        "import sys\ndef handler(event, context): return list(sys.version_info[:2])",
        Runtime="python3.15",
    )
    version = invoke(cloud, function)["Result"]
    first = cloud.log_lines(function)[0]
    assert first.startswith("INIT_START Runtime Version: python:3.")
    if version != [3, 15]:
        assert "python3.15" in first


def test_the_requested_python_runs_where_the_machine_has_it(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import sys\ndef handler(event, context): return sys.version_info[1]"
    )
    assert f"python3.{invoke(cloud, function)['Result']}" == own_runtime()
