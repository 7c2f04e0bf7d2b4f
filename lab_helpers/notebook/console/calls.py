"""Calls to the cloud that are made and kept, so that the console can show what it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from lab_helpers.notebook.console.boto3_text import MadeCall

if TYPE_CHECKING:
    import boto3

LONGEST_INVOCATION_S = 900
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class Calls:
    """Makes calls to boto3 and remembers them until they are taken.

    Args:
        session: of the backend; its keys never leave the kernel.
    """

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._clients: dict[str, Any] = {}
        self._made: list[MadeCall] = []
        self._unanswered: list[str] = []

    def client(self, service: str) -> Any:
        """The console's own client: it waits for the longest invocation and never invokes twice."""
        if service not in self._clients:
            patience = Config(
                read_timeout=LONGEST_INVOCATION_S + 30, retries={"total_max_attempts": 1}
            )
            self._clients[service] = self._session.client(  # type: ignore[call-overload]
                service, config=patience
            )
        return self._clients[service]

    def do(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        shown: Mapping[str, Any] | None = None,
        before: str = "",
    ) -> Any:
        """Make the call and return boto3's answer.

        Args:
            parameters: the operation's own, in AWS's names.
            shown: those that the text shows otherwise (a zip as the name of a variable).
            before: lines of Python that the text needs first.

        Raises:
            ClientError: in AWS's own words; the call is remembered with its error code.
        """
        given = dict(parameters or {})
        call = getattr(self.client(service), operation)
        failed = ""
        try:
            return call(**given)
        except ClientError as error:
            failed = str(error.response.get("Error", {}).get("Code", "Error"))
            raise
        except BotoCoreError as error:  # refused before it was sent, or no answer
            failed = type(error).__name__
            raise
        finally:
            told = {**given, **(shown or {})}
            self._made.append(MadeCall(service, operation, told, before=before, failed=failed))

    def look(
        self, service: str, operation: str, parameters: Mapping[str, Any], *, absent: Any
    ) -> Any:
        """A call that answers ``absent`` where the thing asked for does not exist.

        So it does where the backend does not have the operation; that is remembered.
        """
        try:
            return self.do(service, operation, parameters)
        except ClientError as error:
            if not_implemented(error):
                self._unanswered.append(f"{service}:{operation}")
            elif error_code(error) not in MISSING:
                raise
            return absent

    def every(
        self, service: str, operation: str, key: str, parameters: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """All pages of a list, remembered as one call; none where there is no such operation."""
        given = dict(parameters or {})
        client = self.client(service)
        self._made.append(MadeCall(service, operation, given))
        try:
            if not client.can_paginate(operation):
                return list(getattr(client, operation)(**given).get(key, []))
            pages = client.get_paginator(operation).paginate(**given)
            return [one for page in pages for one in page.get(key, [])]
        except ClientError as error:
            if not not_implemented(error):
                raise
            self._unanswered.append(f"{service}:{operation}")
            return []

    def wait(self, service: str, waiter: str, parameters: Mapping[str, Any]) -> None:
        """Until the waiter's condition holds. Raises WaiterError."""
        try:
            self.client(service).get_waiter(waiter).wait(
                **parameters, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )
        finally:
            self._made.append(MadeCall(service, waiter, dict(parameters), waiter=True))

    def take(self) -> list[MadeCall]:
        """What was made since the last time, in order."""
        made, self._made = self._made, []
        return made

    def take_unanswered(self) -> list[str]:
        """What this backend turned out not to have since the last time: ``service:operation``."""
        found, self._unanswered = list(dict.fromkeys(self._unanswered)), []
        return found


MISSING = (
    "ResourceNotFoundException",
    "NoSuchEntity",
    "NotFoundException",
    "ProvisionedConcurrencyConfigNotFoundException",
    "404",
)


def not_implemented(error: ClientError) -> bool:
    """Whether the backend lacks the operation: other clouds than AWS say so in their own ways."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    return status == 501 or "not implemented" in message or "not yet implemented" in message


def broke_down(error: ClientError) -> bool:
    """Whether the cloud failed by itself; AWS's own 5xx errors are named so (ServiceException)."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return int(status) == 500 and not not_implemented(error)


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def error_text(error: Exception) -> str:
    """AWS's own words: ``ResourceNotFoundException (404): Function not found: …``."""
    if isinstance(error, WaiterError):
        last: dict[str, Any] = dict(error.last_response)
        return str(last.get("Configuration", last).get("LastUpdateStatusReason") or error)
    if not isinstance(error, ClientError):
        return f"{type(error).__name__}: {error}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    message = error.response.get("Error", {}).get("Message", "")
    return f"{error_code(error)} ({status}): {message}"
