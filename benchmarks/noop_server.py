"""The floor under every call: a server that answers fixed bytes as soon as it has the request.

    python noop_server.py PORT

Standard library only. Its answers are the smallest that boto3 can read.
"""

from __future__ import annotations

import asyncio
import sys

WHO_I_AM = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    b"<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:root</Arn>"
    b"<UserId>123456789012</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
    b"<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)
SENT = b'{"MessageId":"0","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}'


def answer(head: bytes) -> bytes:
    """The whole response to a request with this head."""
    if b"AmazonSQS.SendMessage" in head:
        return _response(SENT, b"application/x-amz-json-1.0")
    if head.startswith(b"GET /2015-03-31/functions"):
        return _response(b'{"Functions":[]}', b"application/json")
    if head.startswith(b"POST /2015-03-31/functions"):
        return _response(b"1", b"application/json")
    if head.startswith(b"PUT "):
        return _response(b"", b"application/xml", b'ETag: "0"\r\n')
    return _response(WHO_I_AM, b"text/xml")


def _response(body: bytes, kind: bytes, more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n"
    return head % (kind, more, len(body)) + body


class NoopProtocol(asyncio.Protocol):
    """Reads requests of one connection, one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._told_to_continue = False

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            if not self._told_to_continue and b"100-continue" in head.lower():
                self._told_to_continue = True
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            size = end + 4 + _content_length(head)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            self._told_to_continue = False
            self._transport.write(answer(head))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


async def serve(port: int) -> None:
    """Until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(NoopProtocol, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
