"""An upload whose content is not what its headers say is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest

from lab_helpers.emulator.access.content_checks import (
    LONGEST_SLOW_CHECKSUM,
    refuse_untrue_content,
)
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Headers, Request

BODY = b"123456789"
# The check values of these CRCs for the digits 1 to 9, as their catalogues give them.
TRUE = {
    "crc32": "cbf43926",
    "crc32c": "e3069283",
    "crc64nvme": "ae8b14860a799888",
    "sha1": hashlib.sha1(BODY).hexdigest(),
    "sha256": hashlib.sha256(BODY).hexdigest(),
}


def text(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()


def put(body: bytes = BODY, method: str = "PUT", query: str = "", **headers: str) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(method, "/bucket/key", query, Headers(named), body)


@pytest.mark.parametrize("algorithm", TRUE)
@pytest.mark.fidelity(
    "S3 refuses an upload whose checksum is not that of its content",
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html",
    difference="CRC32C and CRC64NVME of uploads beyond 512 KB are believed",
)
def test_a_true_checksum_is_taken_and_a_wrong_one_refused(algorithm: str) -> None:
    header = {f"x_amz_checksum_{algorithm}": text(TRUE[algorithm])}
    refuse_untrue_content(put(**header))
    with pytest.raises(AwsError) as error:
        refuse_untrue_content(put(b"other", **header))
    assert error.value.code == "BadDigest"
    assert error.value.message == (
        f"The {algorithm.upper()} you specified did not match the calculated checksum."
    )


def test_content_md5_is_compared() -> None:
    digest = text(hashlib.md5(BODY).hexdigest())
    refuse_untrue_content(put(Content_MD5=digest))
    with pytest.raises(AwsError, match="BadDigest"):
        refuse_untrue_content(put(b"other", Content_MD5=digest))


@pytest.mark.parametrize("digest", ["x", "AAAA", "é", "****"])
def test_a_content_md5_that_is_none_is_invalid(digest: str) -> None:
    with pytest.raises(AwsError, match="InvalidDigest"):
        refuse_untrue_content(put(Content_MD5=digest))


def test_a_checksum_of_the_whole_object_is_not_compared_with_the_list_of_its_parts() -> None:
    completing = put(b"<xml/>", "POST", "uploadId=1", x_amz_checksum_crc32="AAAAAA==")
    refuse_untrue_content(completing)


def test_a_list_of_keys_to_delete_is_content() -> None:
    with pytest.raises(AwsError, match="BadDigest"):
        refuse_untrue_content(put(b"<xml/>", "POST", "delete", x_amz_checksum_crc32="AAAAAA=="))


def test_what_python_is_slow_at_has_a_limit() -> None:
    long = bytes(LONGEST_SLOW_CHECKSUM + 1)
    refuse_untrue_content(put(long, x_amz_checksum_crc32c="AAAAAA=="))
