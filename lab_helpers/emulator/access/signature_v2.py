"""Presigned S3 URLs in the old form, Signature Version 2.

boto3's ``generate_presigned_url`` still makes them for S3 unless told otherwise, so learners'
URLs are of this form. botocore has the parts that make the signature; put together they are
here, since its own ``get_signature`` takes the expiry from the clock and not from the URL.
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lab_helpers.emulator.http import Request


@dataclass(frozen=True)
class SignatureV2:
    """What the URL says. Attributes: expires: seconds since the epoch."""

    access_key_id: str
    value: str
    expires: int
    session_token: str | None


def read_signature_v2(request: Request) -> SignatureV2 | None:
    """None where the URL is not presigned in the old form."""
    query = request.query
    if not {"AWSAccessKeyId", "Signature", "Expires"} <= query.keys():
        return None
    if not query["Expires"].isdecimal():
        return None
    return SignatureV2(
        query["AWSAccessKeyId"],
        query["Signature"],
        int(query["Expires"]),
        query.get("x-amz-security-token"),
    )


def is_authentic_v2(request: Request, signature: SignatureV2, secret_access_key: str) -> bool:
    """Whether ``secret_access_key`` signed this method, path and expiry."""
    # at the first such URL: they cost 0.1 s of each start
    from botocore.auth import HmacV1QueryAuth
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    signer = HmacV1QueryAuth(Credentials(signature.access_key_id, secret_access_key))
    signed_headers = [request.headers.get(name) for name in ("content-md5", "content-type")]
    amazon_headers: Any = HTTPHeaders()
    if signature.session_token:
        amazon_headers["x-amz-security-token"] = signature.session_token
    split = urlsplit(f"http://host{request.raw_path}?{request.raw_query}")
    lines = [request.method, *signed_headers, str(signature.expires)]
    lines += filter(None, [signer.canonical_custom_headers(amazon_headers)])
    expected = signer.sign_string("\n".join([*lines, signer.canonical_resource(split)]))
    return hmac.compare_digest(str(expected).encode(), signature.value.encode())
