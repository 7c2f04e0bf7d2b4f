"""S3 uploads in ``aws-chunked`` coding: signatures of chunks checked, the content put together.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.signature import Signature, signing_key
from lab_helpers.emulator.http import Headers, Request

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_WITH_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
FORMS = frozenset({SIGNED, SIGNED_WITH_TRAILER, UNSIGNED_WITH_TRAILER})
MAX_LINE_BYTES = 8192
_EMPTY = hashlib.sha256(b"").hexdigest()


def is_chunked(request: Request) -> bool:
    return request.headers.get("x-amz-content-sha256").startswith("STREAMING-")


def unchunked(request: Request, signature: Signature, secret_access_key: str) -> Request:
    """The same upload as a plain one: its content as body, its trailer among the headers.

    Args:
        signature: of the request's head, already found authentic; the chunks' hang on it.

    Raises:
        AwsError: the body ends early, is longer or shorter than announced, or is not signed by
            ``secret_access_key`` although it says so.
    """
    form = request.headers.get("x-amz-content-sha256")
    if form not in FORMS:
        text = "The provided 'x-amz-content-sha256' header is not one that can be read here."
        raise AwsError("InvalidRequest", f"{text} ({form})", 400)
    announced = request.headers.get("x-amz-decoded-content-length")
    if not announced.isdecimal():
        raise AwsError(
            "MissingContentLength", "You must provide the Content-Length HTTP header.", 411
        )
    chain = None
    if form != UNSIGNED_WITH_TRAILER:
        key = signing_key(secret_access_key, signature.date, signature.region, signature.service)
        scope = f"{signature.date}/{signature.region}/{signature.service}/aws4_request"
        chain = SignatureChain(key, signature.timestamp, scope, signature.value)
    reader = _Reader(request.body)
    content = _chunks(reader, chain)
    if len(content) != int(announced):
        raise _incomplete()
    trailer = _trailer(reader, chain) if form != SIGNED else []
    named = request.headers.get("x-amz-trailer").lower()
    if trailer and {name for name, _ in trailer} != {each.strip() for each in named.split(",")}:
        raise _malformed_trailer()
    return Request(
        request.method,
        request.raw_path,
        request.raw_query,
        _plain_headers(request.headers, trailer, len(content)),
        content,
    )


@dataclass
class SignatureChain:
    """Each chunk's signature covers the one before it: none can be left out or moved."""

    key: bytes = field(repr=False)
    timestamp: str
    scope: str
    previous: str

    def verify_chunk(self, content: bytes, signature: str) -> None:
        hashes = f"{_EMPTY}\n{hashlib.sha256(content).hexdigest()}"
        self._verify("AWS4-HMAC-SHA256-PAYLOAD", hashes, signature)

    def verify_trailer(self, lines: bytes, signature: str) -> None:
        self._verify("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(lines).hexdigest(), signature)

    def _verify(self, algorithm: str, hashes: str, signature: str) -> None:
        text = f"{algorithm}\n{self.timestamp}\n{self.scope}\n{self.previous}\n{hashes}"
        expected = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise _mismatch()
        self.previous = expected


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def line(self) -> bytes:
        end = self._body.find(b"\r\n", self._at, self._at + MAX_LINE_BYTES)
        if end < 0:
            raise _incomplete()
        found = self._body[self._at : end]
        self._at = end + 2
        return found

    def take(self, size: int) -> bytes:
        found = self._body[self._at : self._at + size]
        if len(found) != size:
            raise _incomplete()
        self._at += size
        return found

    def rest(self) -> bytes:
        return self._body[self._at : self._at + MAX_LINE_BYTES]


def _chunks(reader: _Reader, chain: SignatureChain | None) -> bytes:
    """All content, up to and with the chunk of size 0."""
    parts: list[bytes] = []
    while True:
        size, _, extension = reader.line().partition(b";")
        try:
            length = int(size.strip(), 16) if size.strip().isalnum() else -1
        except ValueError:
            length = -1
        if length < 0:
            raise _incomplete()
        part = reader.take(length)
        if chain is not None:
            name, _, value = extension.partition(b"=")
            if name.strip() != b"chunk-signature":
                raise _mismatch()
            chain.verify_chunk(part, value.strip().decode("latin-1"))
        if length == 0:
            return b"".join(parts)
        if reader.take(2) != b"\r\n":
            raise _incomplete()
        parts.append(part)


def _trailer(reader: _Reader, chain: SignatureChain | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    signature = ""
    for line in reader.rest().replace(b"\r\n", b"\n").split(b"\n"):
        if not line:
            continue
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise _malformed_trailer()
        if name.strip().lower() == "x-amz-trailer-signature":
            signature = value.strip()
        else:
            found.append((name.strip().lower(), value.strip()))
    if chain is not None:
        lines = "".join(f"{name}:{value}\n" for name, value in found)
        chain.verify_trailer(lines.encode("latin-1"), signature)
    return found


def _plain_headers(headers: Headers, trailer: list[tuple[str, str]], length: int) -> Headers:
    left_out = {"x-amz-trailer", "x-amz-decoded-content-length", "transfer-encoding"}
    plain = Headers((name, value) for name, value in headers if name.lower() not in left_out)
    codings = [each.strip() for each in headers.get("content-encoding").split(",")]
    kept = ",".join(each for each in codings if each and each.lower() != "aws-chunked")
    if kept:
        plain.set("content-encoding", kept)
    else:
        plain.remove("content-encoding")
    plain.set("content-length", str(length))
    plain.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    for name, value in trailer:
        plain.set(name, value)
        if name.startswith("x-amz-checksum-"):
            plain.set("x-amz-sdk-checksum-algorithm", name.rpartition("-")[2].upper())
    return plain


def _incomplete() -> AwsError:
    return AwsError("IncompleteBody", "The request body terminated unexpectedly", 400)


def _malformed_trailer() -> AwsError:
    return AwsError(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our "
        "published schema.",
        400,
    )


def _mismatch() -> AwsError:
    return AwsError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check "
        "your key and signing method.",
        403,
    )
