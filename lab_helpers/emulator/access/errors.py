"""How AWS says no: one refusal, written in each protocol's own form.

The same fault has several names at AWS: query services say InvalidClientTokenId where JSON
services say UnrecognizedClientException and S3 says InvalidAccessKeyId.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from xml.sax.saxutils import escape as escape_markup

from lab_helpers.emulator.http import Headers, Response

QUERY_SERVICES = frozenset(
    {
        "autoscaling",
        "cloudformation",
        "cloudwatch",
        "ec2",
        "elasticloadbalancing",
        "email",
        "iam",
        "monitoring",
        "rds",
        "sns",
        "sts",
    }
)
REST_JSON_SERVICES = frozenset(
    {"apigateway", "lambda", "scheduler", "xray", "pipes", "schemas", "execute-api"}
)


class Protocol(StrEnum):
    S3 = "rest-xml"
    QUERY = "query"
    JSON = "json"
    REST_JSON = "rest-json"


def protocol_of(signing_name: str, content_type: str = "") -> Protocol:
    if signing_name == "s3":
        return Protocol.S3
    if signing_name in REST_JSON_SERVICES:
        return Protocol.REST_JSON
    if "json" in content_type or "cbor" in content_type:
        return Protocol.JSON
    if signing_name in QUERY_SERVICES or "x-www-form-urlencoded" in content_type:
        return Protocol.QUERY
    return Protocol.JSON


class AwsError(Exception):
    """A refusal or failure in AWS's words.

    Attributes:
        extra: (element, text) pairs that S3 adds to its error document.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        extra: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.extra = tuple(extra)


class Fault(StrEnum):
    """Faults of authentication that every service has, under different names."""

    UNKNOWN_KEY = "unknown key"
    BAD_SIGNATURE = "bad signature"
    MISSING_SIGNATURE = "missing signature"
    INVALID_TOKEN = "invalid token"
    EXPIRED_TOKEN = "expired token"
    SKEWED_CLOCK = "skewed clock"
    EXPIRED_REQUEST = "expired request"
    OTHER_DATE = "other date in the scope"
    NO_DATE = "no date"
    OTHER_CONTENT = "other content than signed"
    UNSIGNED_HEADERS = "unsigned headers"
    INCOMPLETE = "incomplete signature"


_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_S3_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "key and signing method."
)
_INVALID_TOKEN = "The security token included in the request is invalid."
_EXPIRED_TOKEN = "The security token included in the request is expired"

_S3_FAULTS = {
    Fault.UNKNOWN_KEY: (
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        403,
    ),
    Fault.BAD_SIGNATURE: ("SignatureDoesNotMatch", _S3_MISMATCH, 403),
    Fault.MISSING_SIGNATURE: ("AccessDenied", "Access Denied", 403),
    Fault.INVALID_TOKEN: (
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
        400,
    ),
    Fault.EXPIRED_TOKEN: ("ExpiredToken", "The provided token has expired.", 400),
    Fault.SKEWED_CLOCK: (
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        403,
    ),
    Fault.EXPIRED_REQUEST: ("AccessDenied", "Request has expired", 403),
    Fault.NO_DATE: (
        "AccessDenied",
        "AWS authentication requires a valid Date or x-amz-date header",
        403,
    ),
    Fault.OTHER_DATE: ("AuthorizationHeaderMalformed", "Invalid credential date.", 400),
    Fault.OTHER_CONTENT: (
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        400,
    ),
    Fault.UNSIGNED_HEADERS: (
        "AccessDenied",
        "There were headers present in the request which were not signed",
        403,
    ),
    Fault.INCOMPLETE: (
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed.",
        400,
    ),
}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_S3_TEXTS = frozenset(
    {Fault.SKEWED_CLOCK, Fault.EXPIRED_REQUEST, Fault.NO_DATE, Fault.OTHER_DATE}
    | {Fault.UNSIGNED_HEADERS}
)
_QUERY_FAULTS = {
    Fault.UNKNOWN_KEY: ("InvalidClientTokenId", _INVALID_TOKEN, 403),
    Fault.BAD_SIGNATURE: ("SignatureDoesNotMatch", _MISMATCH, 403),
    Fault.MISSING_SIGNATURE: (
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
        403,
    ),
    Fault.INVALID_TOKEN: ("InvalidClientTokenId", _INVALID_TOKEN, 403),
    Fault.EXPIRED_TOKEN: ("ExpiredToken", _EXPIRED_TOKEN, 403),
    Fault.SKEWED_CLOCK: ("SignatureDoesNotMatch", "Signature expired", 403),
    Fault.EXPIRED_REQUEST: ("SignatureDoesNotMatch", "Signature expired", 403),
    Fault.NO_DATE: ("IncompleteSignature", "Authorization header is incomplete.", 400),
    Fault.OTHER_DATE: ("SignatureDoesNotMatch", _MISMATCH, 403),
    Fault.OTHER_CONTENT: ("SignatureDoesNotMatch", _MISMATCH, 403),
    Fault.UNSIGNED_HEADERS: ("SignatureDoesNotMatch", _MISMATCH, 403),
    Fault.INCOMPLETE: ("IncompleteSignature", "Authorization header is incomplete.", 400),
}
_JSON_FAULTS = {
    Fault.UNKNOWN_KEY: ("UnrecognizedClientException", _INVALID_TOKEN, 400),
    Fault.BAD_SIGNATURE: ("InvalidSignatureException", _MISMATCH, 400),
    Fault.MISSING_SIGNATURE: (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
        400,
    ),
    Fault.INVALID_TOKEN: ("UnrecognizedClientException", _INVALID_TOKEN, 400),
    Fault.EXPIRED_TOKEN: ("ExpiredTokenException", _EXPIRED_TOKEN, 400),
    Fault.SKEWED_CLOCK: ("InvalidSignatureException", "Signature expired", 400),
    Fault.EXPIRED_REQUEST: ("InvalidSignatureException", "Signature expired", 400),
    Fault.NO_DATE: ("IncompleteSignatureException", "Authorization header is incomplete.", 400),
    Fault.OTHER_DATE: ("InvalidSignatureException", _MISMATCH, 400),
    Fault.OTHER_CONTENT: ("InvalidSignatureException", _MISMATCH, 400),
    Fault.UNSIGNED_HEADERS: ("InvalidSignatureException", _MISMATCH, 400),
    Fault.INCOMPLETE: (
        "IncompleteSignatureException",
        "Authorization header is incomplete.",
        400,
    ),
}


def authentication_error(fault: Fault, protocol: Protocol, detail: str = "") -> AwsError:
    """The protocol's own name, text and status for ``fault``.

    ``detail`` replaces the text but for the faults that S3 words in a way of its own.
    """
    tables = {Protocol.S3: _S3_FAULTS, Protocol.QUERY: _QUERY_FAULTS}
    code, message, status = tables.get(protocol, _JSON_FAULTS)[fault]
    if protocol is Protocol.S3 and fault in _S3_TEXTS:
        skew = [("MaxAllowedSkewMilliseconds", "900000")]
        return AwsError(code, message, status, skew if fault is Fault.SKEWED_CLOCK else ())
    if protocol is Protocol.REST_JSON:
        status = 403  # the gateways of REST services answer 403 where JSON 1.x answers 400
    return AwsError(code, detail or message, status)


def error_response(error: AwsError, protocol: Protocol, request_id: str) -> Response:
    if protocol is Protocol.S3:
        return _s3_response(error, request_id)
    if protocol is Protocol.QUERY:
        return _query_response(error, request_id)
    return _json_response(error, protocol, request_id)


def _xml(text: str) -> str:
    """Without the characters that no XML may hold."""
    return escape_markup(_NOT_XML.sub("?", text))


def _s3_response(error: AwsError, request_id: str) -> Response:
    extra = "".join(f"<{name}>{_xml(value)}</{name}>" for name, value in error.extra)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{_xml(error.message)}</Message>{extra}"
        f"<RequestId>{request_id}</RequestId><HostId>embedded</HostId></Error>"
    )
    headers = Headers([("Content-Type", "application/xml"), ("x-amz-request-id", request_id)])
    return Response(error.status, headers, body.encode())


def _query_response(error: AwsError, request_id: str) -> Response:
    kind = "Sender" if error.status < 500 else "Receiver"
    body = (
        f"<ErrorResponse><Error><Type>{kind}</Type><Code>{error.code}</Code>"
        f"<Message>{_xml(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    headers = Headers([("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)])
    return Response(error.status, headers, body.encode())


def _json_response(error: AwsError, protocol: Protocol, request_id: str) -> Response:
    headers = Headers([("x-amzn-RequestId", request_id), ("x-amzn-ErrorType", error.code)])
    if protocol is Protocol.REST_JSON:
        headers.set("Content-Type", "application/json")
        body = {"message": error.message}
    else:
        headers.set("Content-Type", "application/x-amz-json-1.1")
        body = {"__type": error.code, "message": error.message}
    return Response(error.status, headers, json.dumps(body).encode())
