"""What a function sees of the machine: Lambda's variables and packages, nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

REPORT = """
    import os, sys
    def handler(event, context):
        return {"environ": dict(os.environ), "path": sys.path, "cwd": os.getcwd(),
                "argv": sys.argv, "home": os.path.expanduser("~")}
"""
LAMBDA_VARIABLES = {
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "LANG",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PATH",
    "PWD",
    "PYTHONPATH",
    "SHLVL",
    "TZ",
}


def seen(bench: Any, **changes: Any) -> Any:
    (outcome,) = bench.invoke(REPORT, {}, **changes)
    return json.loads(outcome.payload)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows needs variables of its own")
def test_the_variables_are_lambda_s_and_two_that_stand_for_folders(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "learner")
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")
    bench.without_namespaces()
    found = seen(bench)
    assert set(found["environ"]) == LAMBDA_VARIABLES | {"HOME", "TMPDIR"}


def test_the_values_describe_the_function(bench: Any) -> None:
    bench.without_namespaces()
    found = seen(bench, runtime="python3.13", memory_size_mb=256, version="7")
    environ = found["environ"]
    code_dir = str(bench.root / "code")
    assert environ["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environ["AWS_LAMBDA_FUNCTION_VERSION"] == "7"
    assert environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environ["LAMBDA_TASK_ROOT"] == found["cwd"] == environ["PWD"] == code_dir
    assert environ["AWS_LAMBDA_RUNTIME_API"].startswith("127.0.0.1:")
    assert environ["AWS_SESSION_TOKEN"] == "token"
    assert found["path"][0] == code_dir
    assert len(found["argv"]) == 1


def test_home_is_not_the_learner_s(bench: Any) -> None:
    bench.without_namespaces()
    found = seen(bench)
    assert found["home"] == found["environ"]["HOME"]
    assert found["home"] != str(Path.home())


def test_the_function_s_variables_win_except_over_reserved_ones(bench: Any) -> None:
    own = {"STAGE": "dev", "TZ": "Asia/Tokyo", "LANG": "C", "AWS_REGION": "eu-west-1"}
    environ = seen(bench, environment=own)["environ"]
    assert (environ["STAGE"], environ["TZ"], environ["LANG"]) == ("dev", "Asia/Tokyo", "C")
    assert environ["AWS_REGION"] == "us-east-1"


def test_json_logging_sets_its_variables(bench: Any) -> None:
    environ = seen(bench, log_format="JSON", application_log_level="WARN")["environ"]
    assert environ["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    assert environ["AWS_LAMBDA_LOG_LEVEL"] == "WARN"


def test_layers_come_after_the_function_and_the_last_layer_first(bench: Any) -> None:
    first = bench.write("NAME = 'first'", "python/shared.py", folder="layer1")
    bench.write("NAME = 'only in the first'", "python/only_first.py", folder="layer1")
    second = bench.write("NAME = 'second'", "python/shared.py", folder="layer2")
    version = f"python3.{sys.version_info[1]}"
    bench.write("NAME = 's'", f"python/lib/{version}/site-packages/deep.py", folder="layer2")
    bench.write("NAME = 'layer'", "python/overridden.py", folder="layer2")
    bench.write("NAME = 'function'", "overridden.py")
    source = """
        import shared, only_first, deep, overridden
        def handler(event, context):
            return [shared.NAME, only_first.NAME, deep.NAME, overridden.NAME]
    """
    (outcome,) = bench.invoke(source, {}, layer_dirs=(first, second))
    assert json.loads(outcome.payload) == ["second", "only in the first", "s", "function"]


def test_the_runtime_brings_boto3_and_nothing_of_the_learner_s_packages(bench: Any) -> None:
    source = """
        import importlib
        def handler(event, context):
            found = {}
            for name in event:
                try:
                    importlib.import_module(name)
                    found[name] = True
                except ImportError:
                    found[name] = False
            return found
    """
    present = ["boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six"]
    absent = ["PIL", "pytest", "psutil", "moto", "lab_helpers", "pip", "requests", "certifi"]
    (outcome,) = bench.invoke(source, present + absent, memory_size_mb=512)
    assert json.loads(outcome.payload) == dict.fromkeys(present, True) | dict.fromkeys(
        absent, False
    )


def test_boto3_in_the_function_talks_to_the_cloud_as_the_role(bench: Any) -> None:
    source = """
        import boto3
        def handler(event, context):
            client = boto3.client("s3")
            keys = client._request_signer._credentials
            return [client.meta.endpoint_url, client.meta.region_name, keys.access_key, keys.token]
    """
    (outcome,) = bench.invoke(source, {}, memory_size_mb=512, endpoint_url="http://127.0.0.1:9")
    assert json.loads(outcome.payload) == [
        "http://127.0.0.1:9",
        "us-east-1",
        "ASIAEXAMPLE",
        "token",
    ]


def test_a_boto3_of_the_function_s_own_wins_over_the_runtime_s(bench: Any) -> None:
    bench.write("__version__ = 'mine'", "boto3/__init__.py")
    (outcome,) = bench.invoke(
        "import boto3\ndef handler(event, context): return boto3.__version__", {}
    )
    assert json.loads(outcome.payload) == "mine"


def test_a_cold_start_imports_none_of_the_slow_modules(bench: Any) -> None:
    source = "import sys\ndef handler(event, context): return sorted(sys.modules)"
    bench.without_namespaces()
    bench.forks = False
    (outcome,) = bench.invoke(source, {})
    loaded = set(json.loads(outcome.payload))
    slow = {"logging", "socket", "http.client", "traceback", "typing", "site", "email", "pathlib"}
    assert loaded & slow == set()
    assert len(loaded) < 75
