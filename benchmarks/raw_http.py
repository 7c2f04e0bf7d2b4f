"""HTTP without boto3: a request that is signed once and sent many times."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-east-1"
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Key:
    """An access key, as any local cloud takes it."""

    access_key_id: str = "AKIABENCHMARK0000000"
    secret_access_key: str = "a-secret-that-opens-nothing-0000000000000"


@dataclass(frozen=True)
class SignedRequest:
    """Ready to be sent; AWS, and what imitates it, takes it for some minutes."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def sign(
    endpoint: str,
    key: Key,
    service: str,
    path: str,
    body: bytes,
    content_type: str,
    method: str = "POST",
) -> SignedRequest:
    """With AWS's signature, version 4; S3's own form of it for S3."""
    headers = {"Content-Type": content_type} if content_type else {}
    request = AWSRequest(method, endpoint + path, headers, body)
    credentials = Credentials(key.access_key_id, key.secret_access_key)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(credentials, service, REGION).add_auth(request)
    return SignedRequest(method, path, dict(request.headers.items()), body)


class RawConnection:
    """One kept-alive connection to loopback."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def send(self, request: SignedRequest) -> int:
        """The answer's status, once its body has been read. Raises OSError, HTTPException."""
        self._connection.request(request.method, request.path, request.body, dict(request.headers))
        response = self._connection.getresponse()
        response.read()
        return response.status

    def close(self) -> None:
        self._connection.close()


def ask_who_i_am(endpoint: str, key: Key) -> SignedRequest:
    """sts GetCallerIdentity: the smallest call that every contender knows."""
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    form = "application/x-www-form-urlencoded; charset=utf-8"
    return sign(endpoint, key, "sts", "/", body, form)
