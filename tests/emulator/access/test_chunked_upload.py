"""Uploads in chunks: AWS's documented example, botocore's coding, and whatever is not right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import zlib

import pytest
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.access.chunked_upload import (
    SIGNED,
    SIGNED_WITH_TRAILER,
    UNSIGNED_WITH_TRAILER,
    unchunked,
)
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.signature import Signature, signing_key
from lab_helpers.emulator.http import Headers, Request

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SCOPE = "20130524/us-east-1/s3/aws4_request"
HEAD = Signature(
    "AKIAIOSFODNN7EXAMPLE",
    "20130524",
    "us-east-1",
    "s3",
    ("host",),
    SEED,
    "20130524T000000Z",
    None,
    presigned=False,
)
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: 66,560 times the letter a
DOCUMENTED = (
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
)


def upload(form: str, body: bytes, length: int | str, **headers: str) -> Request:
    fields = {
        "x-amz-content-sha256": form,
        "x-amz-decoded-content-length": str(length),
        "Content-Encoding": "aws-chunked",
        "Content-Length": str(len(body)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("PUT", "/bucket/key", "", Headers(fields.items()), body)


def chunk(content: bytes, signature: str) -> bytes:
    return b"%x;chunk-signature=%s\r\n%s\r\n" % (len(content), signature.encode(), content)


def signed_body(parts: list[bytes], trailer: str = "") -> bytes:
    """As a client signs it, written from AWS's page and apart from the code under test."""
    key = signing_key(SECRET, "20130524", "us-east-1", "s3")
    previous, body = SEED, b""
    empty = hashlib.sha256(b"").hexdigest()

    def sign(algorithm: str, rest: str) -> str:
        text = "\n".join([algorithm, "20130524T000000Z", SCOPE, previous, rest])
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    for part in [*parts, b""]:
        hashes = f"{empty}\n{hashlib.sha256(part).hexdigest()}"
        previous = sign("AWS4-HMAC-SHA256-PAYLOAD", hashes)
        body += chunk(part, previous)
    if trailer:
        last = sign("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(f"{trailer}\n".encode()).hexdigest())
        body = body[:-2] + f"{trailer}\r\nx-amz-trailer-signature:{last}\r\n\r\n".encode()
    return body


def refused(request: Request) -> str:
    with pytest.raises(AwsError) as error:
        unchunked(request, HEAD, SECRET)
    return error.value.code


def test_the_documented_example_is_read() -> None:
    contents = (b"a" * 65536, b"a" * 1024, b"")
    body = b"".join(chunk(*pair) for pair in zip(contents, DOCUMENTED, strict=True))
    plain = unchunked(upload(SIGNED, body, 66560), HEAD, SECRET)
    assert plain.body == b"a" * 66560
    assert plain.headers.get("content-length") == "66560"
    assert "content-encoding" not in plain.headers


def test_another_coding_of_the_content_stays() -> None:
    request = upload(SIGNED, signed_body([b"x"]), 1, Content_Encoding="aws-chunked,gzip")
    assert unchunked(request, HEAD, SECRET).headers.get("content-encoding") == "gzip"


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_any_content_in_signed_chunks_is_put_together(parts: list[bytes]) -> None:
    content = b"".join(parts)
    plain = unchunked(upload(SIGNED, signed_body(parts), len(content)), HEAD, SECRET)
    assert plain.body == content


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4), st.data())
def test_no_changed_byte_goes_through(parts: list[bytes], data: st.DataObject) -> None:
    body = bytearray(signed_body(parts))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    content = b"".join(parts)
    try:
        plain = unchunked(upload(SIGNED, bytes(body), len(content)), HEAD, SECRET)
    except AwsError as error:
        assert error.status < 500
    else:
        assert plain.body == content  # a letter's case in a size, a space at the end


@pytest.mark.fidelity(
    "S3 checks the signature of each chunk of an upload, and of its trailer",
    page="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html",
)
@pytest.mark.parametrize("cut", ["a chunk left out", "chunks swapped", "another key"])
def test_chunks_hang_on_each_other(cut: str) -> None:
    body = signed_body([b"a", b"b"])
    size = len(chunk(b"a", "0" * 64))
    first, second, rest = body[:size], body[size : 2 * size], body[2 * size :]
    if cut == "a chunk left out":
        request = upload(SIGNED, second + rest, 1)
    elif cut == "chunks swapped":
        request = upload(SIGNED, second + first + rest, 2)
    else:
        with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
            unchunked(upload(SIGNED, body, 2), HEAD, "another")
        return
    assert refused(request) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("end", [0, 1, 10, 90, -3, -88])
def test_a_body_that_ends_early_is_incomplete(end: int) -> None:
    body = signed_body([b"a" * 20])
    assert refused(upload(SIGNED, body[:end], 20)) in ("IncompleteBody", "SignatureDoesNotMatch")


@pytest.mark.parametrize("length", [19, 21])
def test_the_announced_length_holds(length: int) -> None:
    assert refused(upload(SIGNED, signed_body([b"a" * 20]), length)) == "IncompleteBody"


def test_a_length_must_be_announced() -> None:
    assert refused(upload(SIGNED, signed_body([]), "")) == "MissingContentLength"


def test_an_unknown_form_is_refused() -> None:
    assert refused(upload("STREAMING-SOMETHING", b"", 0)) == "InvalidRequest"


def test_a_trailer_as_botocore_writes_it_becomes_a_header() -> None:
    coded = AwsChunkedWrapper(
        io.BytesIO(b"content"), checksum_cls=Crc32Checksum, checksum_name="x-amz-checksum-crc32"
    ).read()
    request = upload(UNSIGNED_WITH_TRAILER, coded, 7, x_amz_trailer="x-amz-checksum-crc32")
    plain = unchunked(request, HEAD, SECRET)
    checksum = base64.b64encode(zlib.crc32(b"content").to_bytes(4, "big")).decode()
    assert plain.body == b"content"
    assert plain.headers.get("x-amz-checksum-crc32") == checksum
    assert plain.headers.get("x-amz-sdk-checksum-algorithm") == "CRC32"


def test_a_signed_trailer_is_read_and_a_changed_one_refused() -> None:
    body = signed_body([b"content"], "x-amz-checksum-crc32:abcd")
    named = {"x_amz_trailer": "x-amz-checksum-crc32"}
    plain = unchunked(upload(SIGNED_WITH_TRAILER, body, 7, **named), HEAD, SECRET)
    assert plain.headers.get("x-amz-checksum-crc32") == "abcd"
    changed = body.replace(b"abcd", b"abce")
    assert refused(upload(SIGNED_WITH_TRAILER, changed, 7, **named)) == "SignatureDoesNotMatch"


def test_a_trailer_that_was_not_named_is_refused() -> None:
    body = b"1\r\nx\r\n0\r\nx-amz-meta-owner:me\r\n\r\n"
    request = upload(UNSIGNED_WITH_TRAILER, body, 1, x_amz_trailer="x-amz-checksum-crc32")
    assert refused(request) == "MalformedTrailerError"


@given(st.binary(max_size=200), st.sampled_from([SIGNED, UNSIGNED_WITH_TRAILER]))
def test_no_body_breaks_the_reader(body: bytes, form: str) -> None:
    try:
        unchunked(upload(form, body, 0), HEAD, SECRET)
    except AwsError as error:
        assert error.status < 500
