"""What an S3 upload says of its content is true, or the upload is refused.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib
from collections.abc import Callable
from functools import cache

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Request

CHECKSUM = "x-amz-checksum-"
LONGEST_SLOW_CHECKSUM = 512 * 1024
"""Bytes. Python computes CRC32C and CRC64NVME at some 10 MB/s; longer uploads go unchecked."""


def refuse_untrue_content(request: Request) -> None:
    """Look at ``Content-MD5`` and ``x-amz-checksum-…`` of an upload.

    Raises:
        AwsError: BadDigest or InvalidDigest, as S3 says it.
    """
    if not _carries_content(request):
        return
    claimed = request.headers.get("content-md5")
    if claimed:
        _refuse_wrong_md5(claimed, request.body)
    for name, value in request.headers:
        algorithm = name.lower().removeprefix(CHECKSUM)
        if name.lower().startswith(CHECKSUM) and algorithm in _ALGORITHMS:
            _refuse_wrong_checksum(algorithm, value, request.body)


def _carries_content(request: Request) -> bool:
    """CompleteMultipartUpload's checksum is the object's, a copy has no content at all."""
    if request.method == "POST":
        return "delete" in request.query
    return request.method == "PUT" and "x-amz-copy-source" not in request.headers


def _refuse_wrong_md5(claimed: str, body: bytes) -> None:
    try:
        digest = base64.b64decode(claimed, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != 16:
        raise AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400)
    actual = hashlib.md5(body, usedforsecurity=False).digest()
    if not hmac.compare_digest(actual, digest):
        raise AwsError(
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            400,
            [("ExpectedDigest", claimed), ("CalculatedDigest", base64.b64encode(actual).decode())],
        )


def _refuse_wrong_checksum(algorithm: str, claimed: str, body: bytes) -> None:
    compute, is_slow = _ALGORITHMS[algorithm]
    if is_slow and len(body) > LONGEST_SLOW_CHECKSUM:
        return
    actual = base64.b64encode(compute(body)).decode()
    if not hmac.compare_digest(actual.encode(), claimed.strip().encode("utf-8", "replace")):
        text = f"The {algorithm.upper()} you specified did not match the calculated checksum."
        raise AwsError("BadDigest", text, 400)


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    found = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        found.append(value)
    return tuple(found)


def _reflected_crc(body: bytes, polynomial: int, bits: int) -> bytes:
    """A CRC whose register starts with ones and is inverted at the end, as all of S3's do."""
    table = _table(polynomial)
    ones = (1 << bits) - 1
    value = ones
    for byte in body:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ ones).to_bytes(bits // 8, "big")


_ALGORITHMS: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "crc32": (lambda body: zlib.crc32(body).to_bytes(4, "big"), False),
    "sha1": (lambda body: hashlib.sha1(body, usedforsecurity=False).digest(), False),
    "sha256": (lambda body: hashlib.sha256(body).digest(), False),
    "crc32c": (lambda body: _reflected_crc(body, 0x82F63B78, 32), True),
    "crc64nvme": (lambda body: _reflected_crc(body, 0x9A6C9329AC4BC9B5, 64), True),
}
"""Name → (how, whether Python is slow at it)."""
