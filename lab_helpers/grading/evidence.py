"""What a check may look at: the cloud, through public AWS APIs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.grading.invoking import Invoked, invoke
from lab_helpers.grading.journal_reader import JournalReader

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client

Found = TypeVar("Found")

ABSENT = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchKey",
        "NotFound",
        "ResourceNotFoundException",
    }
)
"""Error codes with which AWS says that something does not exist."""

LOGS_COME_WITHIN_S = 10.0
"""On a cloud that does not say otherwise; at AWS it is a few seconds."""

LOOK_CONFIG = Config(
    connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3}
)
# A function may take 15 minutes; a retried invocation would run the learner's code twice.
INVOKE_CONFIG = Config(connect_timeout=5, read_timeout=910, retries={"total_max_attempts": 1})


class Evidence:
    """A pair of eyes on the cloud. Keeps its clients and remembers nothing that it saw.

    Args:
        backend: the cloud to look at.
        names: key → name of the lab's resource, placeholders filled; also known to messages.
        pause: waits for so many seconds; tests pass one that does not.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        backend: Backend,
        names: Mapping[str, str],
        *,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.backend = backend
        self.names = names
        self.pause = pause
        self._monotonic = monotonic
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        return self.backend.region

    @property
    def account_id(self) -> str:
        return self.backend.account_id

    def name(self, key: str) -> str:
        """The name of one of the lab's resources, as its text has it."""
        return self.names[key]

    @cached_property
    def _session(self) -> Any:
        return self.backend.session()

    @cached_property
    def lambda_client(self) -> LambdaClient:
        client: LambdaClient = self._session.client("lambda", config=INVOKE_CONFIG)
        return client

    @cached_property
    def iam_client(self) -> IAMClient:
        client: IAMClient = self._session.client("iam", config=LOOK_CONFIG)
        return client

    @cached_property
    def s3_client(self) -> S3Client:
        client: S3Client = self._session.client("s3", config=LOOK_CONFIG)
        return client

    @cached_property
    def logs_client(self) -> CloudWatchLogsClient:
        client: CloudWatchLogsClient = self._session.client("logs", config=LOOK_CONFIG)
        return client

    def client(self, service: str) -> Any:
        """A client of any other service, such as ``sqs``; made once."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service, config=LOOK_CONFIG)
        return self._clients[service]

    @cached_property
    def journal(self) -> JournalReader | None:
        """What happened, where the backend tells it."""
        credentials = self.backend.credentials
        endpoint = self.backend.endpoint_url
        if Capability.JOURNAL not in self.backend.capabilities or not (credentials and endpoint):
            return None
        return JournalReader(endpoint, credentials.secret_access_key)

    def token(self) -> str:
        """A word that no learner's code can know beforehand: 10 letters and digits."""
        return uuid.uuid4().hex[:10]

    def function(self, key: str) -> Mapping[str, Any] | None:
        """``Configuration`` and ``Code`` of the function, or None where there is none."""
        name = self.name(key)
        return absent_as_none(lambda: dict(self.lambda_client.get_function(FunctionName=name)))

    def invoke(self, function_name: str, event: Any, *, known_as: str = "") -> Invoked:
        """Run the function with ``event`` and wait for what comes of it.

        Args:
            known_as: the name that the learner knows it by, where ``function_name`` is a copy.
        """
        return invoke(self.lambda_client, function_name, event, known_as=known_as)

    def wait_for(
        self, look: Callable[[], Found | None], *, patience_s: float | None = None
    ) -> Found | None:
        """What ``look`` returns as soon as it is not None, or None when patience ends.

        Args:
            patience_s: seconds; default: the backend's own.
        """
        patience = self.backend.patience_s if patience_s is None else patience_s
        deadline = self._monotonic() + patience
        wait_s = 0.05
        while True:
            found = look()
            if found is not None or self._monotonic() >= deadline:
                return found
            self.pause(wait_s)
            wait_s = min(wait_s * 1.5, 1.0)

    def wait_for_log(self, look: Callable[[], Found | None]) -> Found | None:
        """As ``wait_for``, for what has been done already and only a log can tell.

        The embedded cloud writes its logs at once; elsewhere they come some seconds late.
        """
        return self.wait_for(look, patience_s=0.0 if self.journal else LOGS_COME_WITHIN_S)


def absent_as_none(call: Callable[[], Found]) -> Found | None:
    """What ``call`` returns, or None where AWS says that the thing does not exist."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) in ABSENT:
            return None
        raise


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
