"""AWS Signature Version 4, checked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from lab_helpers.emulator.access.errors import Fault
from lab_helpers.emulator.http import Request

ALGORITHM = "AWS4-HMAC-SHA256"
CLOCK_SKEW_S = 15 * 60
PRESIGNED_LIMIT_S = 7 * 24 * 3600
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SPACES = re.compile(r" +")


class SignatureFaultError(Exception):
    """Attributes: fault; detail, where AWS says more than the fault's standard text."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(detail or fault.value)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True)
class Signature:
    """What a request says of its signature, from its header or its query string."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str
    timestamp: str
    session_token: str | None
    presigned: bool
    expires_s: int = 0


def read_signature(request: Request) -> Signature | None:
    """None where the request is not signed; SignatureFaultError where it is badly written."""
    authorization = request.headers.get("authorization")
    if authorization:
        return _from_header(request, authorization)
    query = request.query
    if query.get("X-Amz-Algorithm"):
        return _from_query(query)
    return None


def _from_header(request: Request, authorization: str) -> Signature:
    if not authorization.startswith(ALGORITHM):
        raise SignatureFaultError(
            Fault.INCOMPLETE, "The authorization mechanism you have provided is not supported."
        )
    parts = dict(
        item.strip().split("=", 1)
        for item in authorization[len(ALGORITHM) :].split(",")
        if "=" in item
    )
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if not parts.get(name)]
    if missing:
        listed = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise SignatureFaultError(Fault.INCOMPLETE, listed)
    timestamp = request.headers.get("x-amz-date") or request.headers.get("date")
    key, date, region, service = read_scope(parts["Credential"])
    return Signature(
        key,
        date,
        region,
        service,
        tuple(parts["SignedHeaders"].split(";")),
        parts["Signature"],
        timestamp,
        request.headers.get("x-amz-security-token") or None,
        presigned=False,
    )


def _from_query(query: dict[str, str]) -> Signature:
    key, date, region, service = read_scope(query.get("X-Amz-Credential", ""))
    try:
        expires_s = int(query.get("X-Amz-Expires", ""))
    except ValueError as error:
        raise SignatureFaultError(Fault.INCOMPLETE, "X-Amz-Expires should be a number") from error
    if not 0 < expires_s <= PRESIGNED_LIMIT_S:
        raise SignatureFaultError(
            Fault.INCOMPLETE, "X-Amz-Expires must be less than a week (in seconds)"
        )
    return Signature(
        key,
        date,
        region,
        service,
        tuple(query.get("X-Amz-SignedHeaders", "").split(";")),
        query.get("X-Amz-Signature", ""),
        query.get("X-Amz-Date", ""),
        query.get("X-Amz-Security-Token"),
        presigned=True,
        expires_s=expires_s,
    )


def read_scope(credential: str) -> tuple[str, str, str, str]:
    """Access key, date, Region and service of a credential; raises SignatureFaultError."""
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or parts[4] != "aws4_request" or not all(parts):
        raise SignatureFaultError(
            Fault.INCOMPLETE,
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term",
        )
    return parts[0], parts[1], parts[2], parts[3]


def refuse_bad_time(signature: Signature, now: float) -> None:
    """Requests live fifteen minutes either way, presigned ones as long as they say."""
    try:
        signed_at = _moment(signature.timestamp)
    except ValueError as error:
        raise SignatureFaultError(
            Fault.NO_DATE, "Date must be in ISO-8601 'basic format'."
        ) from error
    if signature.date != signature.timestamp[:8]:
        raise SignatureFaultError(
            Fault.OTHER_DATE,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{signature.date}' != '{signature.timestamp[:8]}', from "
            f"'{signature.timestamp}'.",
        )
    age_s = now - signed_at
    lasts_s = signature.expires_s if signature.presigned else CLOCK_SKEW_S
    if age_s > lasts_s:
        fault = Fault.EXPIRED_REQUEST if signature.presigned else Fault.SKEWED_CLOCK
        limit = (now - lasts_s, f"{_text_of(now)} - {lasts_s // 60} min.")
        raise _bad_time(fault, signature, "Signature expired", "earlier", limit)
    if age_s < -CLOCK_SKEW_S:
        limit = (now + CLOCK_SKEW_S, f"{_text_of(now)} + {CLOCK_SKEW_S // 60} min.")
        raise _bad_time(
            Fault.SKEWED_CLOCK, signature, "Signature not yet current", "still later", limit
        )


@lru_cache(maxsize=64)  # many requests are signed in the same second
def _moment(timestamp: str) -> float:
    """Seconds since the epoch. Raises ValueError."""
    return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _bad_time(
    fault: Fault, signature: Signature, what: str, relation: str, limit: tuple[float, str]
) -> SignatureFaultError:
    """As the services say it: ``limit`` as a time and how it was reckoned."""
    return SignatureFaultError(
        fault,
        f"{what}: {signature.timestamp} is {'now ' if relation == 'earlier' else ''}{relation} "
        f"than {_text_of(limit[0])} ({limit[1]})",
    )


def _text_of(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def refuse_unsigned_headers(request: Request, signature: Signature) -> None:
    """What decides who is asked for what must be signed: ``host`` and every ``x-amz-`` header.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    signed = {name.strip().lower() for name in signature.signed_headers}
    if "host" not in signed:
        raise SignatureFaultError(
            Fault.UNSIGNED_HEADERS,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        )
    present = {name.lower() for name, _ in request.headers if name.lower().startswith("x-amz-")}
    # A presigned URL says nothing of its payload; browsers' libraries add the header themselves.
    unsigned = present - signed - ({"x-amz-content-sha256"} if signature.presigned else set())
    if unsigned:
        raise SignatureFaultError(
            Fault.UNSIGNED_HEADERS,
            "There were headers present in the request which were not signed: "
            + ", ".join(sorted(unsigned)),
        )


def is_authentic(request: Request, signature: Signature, secret_access_key: str) -> bool:
    """Whether ``secret_access_key`` made this signature over this very request's head.

    The head names its body's hash, which ``has_claimed_content`` compares.

    S3 encodes a path once, every other service twice; HTTP libraries differ in what they send,
    so both readings of a path are tried.
    """
    payload_hash = _payload_hash(request, signature)
    key = signing_key(secret_access_key, signature.date, signature.region, signature.service)
    scope = f"{signature.date}/{signature.region}/{signature.service}/aws4_request"
    for path in _canonical_paths(request.raw_path, signature.service):
        canonical = "\n".join(
            [
                request.method,
                path,
                _canonical_query(request.raw_query, signature.presigned),
                _canonical_headers(request, signature.signed_headers),
                ";".join(signature.signed_headers),
                payload_hash,
            ]
        )
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"{ALGORITHM}\n{signature.timestamp}\n{scope}\n{hashed}"
        expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected.encode(), signature.value.encode()):
            return True
    return False


def has_claimed_content(request: Request, signature: Signature) -> bool:
    """Whether the body is the one that the signed head speaks of. Chunks speak for themselves."""
    claimed = _payload_hash(request, signature)
    if claimed == _UNSIGNED or claimed.startswith("STREAMING-"):
        return True
    return hmac.compare_digest(claimed.encode(), hashlib.sha256(request.body).hexdigest().encode())


def _payload_hash(request: Request, signature: Signature) -> str:
    claimed = request.headers.get("x-amz-content-sha256")
    if signature.presigned and signature.service == "s3":
        return claimed or _UNSIGNED
    return claimed or hashlib.sha256(request.body).hexdigest()


def _canonical_paths(raw_path: str, service: str) -> Iterable[str]:
    once = quote(raw_path, safe="/%~-._")
    if service == "s3":
        return (once,)
    return (quote(raw_path, safe="/~-._"), once)


def _canonical_query(raw_query: str, presigned: bool) -> str:
    pairs = [
        (quote(name, safe="~-._"), quote(value, safe="~-._"))
        for name, value in parse_qsl(raw_query, keep_blank_values=True)
        if not (presigned and name == "X-Amz-Signature")
    ]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _canonical_headers(request: Request, signed: Iterable[str]) -> str:
    lines = []
    for name in signed:
        values = request.headers.get_all(name)
        joined = ",".join(_SPACES.sub(" ", value.strip()) for value in values)
        lines.append(f"{name}:{joined}\n")
    return "".join(lines)


@lru_cache(maxsize=256)
def signing_key(secret_access_key: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret_access_key}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
