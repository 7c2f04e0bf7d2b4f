"""Lambda's own errors: code, status and the JSON that goes over the wire, in one place.

https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from lab_helpers.emulator.http import Headers, Response

STATUS_OF_CODE = {
    "AccessDeniedException": 403,
    "CodeSigningConfigNotFoundException": 404,
    "CodeStorageExceededException": 400,
    "InvalidParameterValueException": 400,
    "NotImplemented": 501,
    "DiskFull": 507,
    "InvalidRequestContentException": 400,
    "PolicyLengthExceededException": 400,
    "PreconditionFailedException": 412,
    "ProvisionedConcurrencyConfigNotFoundException": 404,
    "RecursiveInvocationException": 400,
    "RequestEntityTooLargeException": 413,
    "ResourceConflictException": 409,
    "ResourceInUseException": 400,
    "ResourceNotFoundException": 404,
    "SerializationException": 400,
    "ServiceException": 500,
    "SnapStartNotReadyException": 409,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "ValidationException": 400,
}

_CAPITAL_MESSAGE = frozenset(
    {
        "AccessDeniedException",
        "CodeSigningConfigNotFoundException",
        "RecursiveInvocationException",
        "ResourceInUseException",
        "ResourceNotFoundException",
        "SerializationException",
        "ServiceException",
        "SnapStartNotReadyException",
    }
)
"""Codes whose text travels as ``Message``; all others spell it ``message``."""

_FRAMEWORK_CODES = frozenset(
    {"AccessDeniedException", "NotImplemented", "UnknownOperationException", "ValidationException"}
)
"""Answered before Lambda itself sees the request: their bodies carry no ``Type``."""


class LambdaError(Exception):
    """An error as AWS Lambda answers it.

    Args:
        code: such as ``ResourceNotFoundException``; goes into ``x-amzn-ErrorType``.
        message: AWS's text; None where AWS sends none.
        extra: more members of the body, such as ``Reason`` of a throttle.
    """

    def __init__(
        self, code: str, message: str | None, *, extra: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.extra = dict(extra or {})

    @property
    def status(self) -> int:
        return STATUS_OF_CODE[self.code]

    def body(self) -> dict[str, str | None]:
        content: dict[str, str | None] = {}
        if self.code not in _FRAMEWORK_CODES:
            content["Type"] = "User" if self.status < 500 else "Service"
        content.update(self.extra)
        content["Message" if self.code in _CAPITAL_MESSAGE else "message"] = self.message
        return content

    def response(self, request_id: str) -> Response:
        headers = Headers(
            [
                ("Content-Type", "application/json"),
                ("x-amzn-RequestId", request_id),
                ("x-amzn-ErrorType", self.code),
            ]
        )
        return Response(self.status, headers, json.dumps(self.body()).encode())


def invalid_parameter(message: str) -> LambdaError:
    return LambdaError("InvalidParameterValueException", message)


def not_found(message: str) -> LambdaError:
    return LambdaError("ResourceNotFoundException", message)


def conflict(message: str) -> LambdaError:
    return LambdaError("ResourceConflictException", message)


def validation_error(*failures: str) -> LambdaError:
    """AWS's framework error for requests that break the API model's constraints."""
    return LambdaError("ValidationException", joined_failures(failures))


def joined_failures(failures: tuple[str, ...] | list[str]) -> str:
    """``2 validation errors detected: …; …``"""
    noun = "error" if len(failures) == 1 else "errors"
    return f"{len(failures)} validation {noun} detected: {'; '.join(failures)}"


def stale_revision(read_with: str) -> LambdaError:
    """412; ``read_with`` names the API that gives the latest id: ``GetFunction/GetAlias`` …"""
    return LambdaError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. "
        f"Call the {read_with} API to retrieve the latest Revision Id",
    )


def disk_full(folder: Path, cause: OSError) -> LambdaError:
    """Not AWS's: there is no room on this machine for a deployment package."""
    return LambdaError(
        "DiskFull",
        f"The embedded cloud cannot write to {folder}: {cause.strerror}. Nothing that was answered "
        "with success before is lost. Free some disk space, then repeat the call.",
    )
