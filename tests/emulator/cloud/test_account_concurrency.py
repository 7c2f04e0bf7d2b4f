"""An account with little concurrency: what a new account is like."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess
from tests.emulator.cloud.async_targets import metric_sum

pytestmark = pytest.mark.slow


@pytest.fixture
def narrow_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    running = CloudProcess.start(
        tmp_path_factory.mktemp("narrow"), "--port", "0", environ={"LAMBDA_DOJO_CONCURRENCY": "2"}
    )
    yield running
    running.stop()


@pytest.mark.fidelity(
    "Functions without a reservation share the account's concurrency; beyond it they are "
    "throttled with ConcurrentInvocationLimitExceeded.",
    page="https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
)
def test_the_accounts_concurrency_is_shared(narrow_cloud: CloudProcess) -> None:
    limits = narrow_cloud.client("lambda").get_account_settings()["AccountLimit"]
    assert limits["ConcurrentExecutions"] == 2
    function = narrow_cloud.create_function(
        "import time\ndef handler(event, context): time.sleep(1.5)"
    )

    def invoke(_number: int) -> str:
        try:
            narrow_cloud.client("lambda").invoke(FunctionName=function)
        except ClientError as error:
            return str(error.response["Reason"])  # type: ignore[typeddict-item]
        return "ran"

    with ThreadPoolExecutor(5) as together:
        answers = sorted(together.map(invoke, range(5)))
    assert answers == ["ConcurrentInvocationLimitExceeded"] * 3 + ["ran"] * 2
    assert metric_sum(narrow_cloud, "Throttles", FunctionName=function) == 3
    assert metric_sum(narrow_cloud, "Invocations", FunctionName=function) == 2
