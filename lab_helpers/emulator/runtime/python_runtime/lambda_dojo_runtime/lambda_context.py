"""The ``context`` that a handler gets.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

from __future__ import annotations

import os
import time

from . import invocation_state

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from typing import Any

W3C_FIELDS = ("traceparent", "tracestate", "baggage")


class _Record:
    """A fixed set of attributes, each None where the caller sent nothing."""

    __slots__: tuple[str, ...] = ()

    def __init__(self, values: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, values.get(name))

    def __repr__(self) -> str:
        return _describe(self, self.__slots__)


class CognitoIdentity(_Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    __slots__ = (  # noqa: RUF023 # the order in which AWS shows them
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    )


class ClientContext(_Record):
    __slots__ = ("custom", "env", "client")  # noqa: RUF023 # the order in which AWS shows them

    def __init__(self, values: Any) -> None:
        super().__init__(values)
        self.client: Client | None
        if self.client is not None:
            self.client = Client(self.client)


class LambdaContext:
    """What is known of the invocation, of the function and of where it logs."""

    def __init__(
        self,
        aws_request_id: str,
        client_context: dict[str, Any] | None,
        cognito_identity: dict[str, Any] | None,
        deadline_ms: int,
        invoked_function_arn: str | None,
        tenant_id: str | None,
    ) -> None:
        environ = os.environ
        self.aws_request_id = aws_request_id
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invoked_function_arn
        self.tenant_id = tenant_id
        self._w3c = _take_w3c(client_context)
        self.client_context = None if client_context is None else ClientContext(client_context)
        identity = cognito_identity or {}
        self.identity = CognitoIdentity(
            {
                "cognito_identity_id": identity.get("cognitoIdentityId"),
                "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
            }
        )
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out; 0 once it should have."""
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def w3c(self) -> dict[str, str]:
        """The W3C trace context that came with the invocation."""
        return dict(self._w3c)

    def log(self, message: object) -> None:
        """Write one record to the log stream, without a level."""
        if invocation_state.sink is not None:
            invocation_state.sink.write(str(message))

    def __repr__(self) -> str:
        shown = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        return _describe(self, shown)


def _describe(thing: object, names: tuple[str, ...]) -> str:
    inner = ",".join(f"{name}={getattr(thing, name)}" for name in names)
    return f"{type(thing).__name__}([{inner}])"


def _take_w3c(client_context: Any) -> dict[str, str]:
    """Remove ``w3c`` from the client context; its known fields that are text."""
    found = client_context.pop("w3c", None) if isinstance(client_context, dict) else None
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in W3C_FIELDS if isinstance(found.get(name), str)}
