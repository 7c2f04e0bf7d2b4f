"""An endpoint that other machines reach: only where it was asked for, by ``--bind``.

The cloud's own endpoint stays on loopback. What listens here knows who calls by their signature
alone, as everywhere; the owner's routes (journal, reset, stop) do not exist here.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator import owner_routes
from lab_helpers.emulator.endpoint.host_names import is_loopback_name
from lab_helpers.emulator.endpoint.server import HttpServer, bind
from lab_helpers.emulator.http import Answer, Headers, Request, Response
from lab_helpers.errors import DojoError


@dataclass(frozen=True)
class Outside:
    """Where to listen, and with which certificate.

    Attributes:
        certificate: files of the certificate and of its key; None: requests and answers can be
            read on the network.
    """

    host: str
    port: int
    certificate: tuple[Path, Path] | None = None

    @classmethod
    def parse(cls, text: str, certificate: Path | None, key: Path | None) -> Outside:
        """``ADDRESS:PORT`` as on the command line. Raises DojoError."""
        host, _, port = text.rpartition(":")
        host = host.strip("[]")
        try:
            ipaddress.ip_address(host)
            number = int(port)
        except ValueError as error:
            raise DojoError(
                f"{text!r} is not an address to listen at.",
                why="--bind wants an address of this machine and a port.",
                now="For example: --bind 0.0.0.0:4600",
            ) from error
        if (certificate is None) != (key is None):
            raise DojoError(
                "A certificate and its key belong together.",
                now="Give both --tls-certificate and --tls-key, or neither.",
            )
        pair = None if certificate is None or key is None else (certificate, key)
        return cls(host, number, pair)

    @property
    def warning(self) -> str:
        """What who starts it must know; empty where nothing."""
        if self.certificate is not None or ipaddress.ip_address(self.host).is_loopback:
            return ""
        return (
            f"Warning: {self.host}:{self.port} answers other machines without TLS. Who sees the "
            "network reads what is sent and may send it again for 15 minutes. Requests are "
            "signed: nobody learns the secret key. See docs/security.md."
        )


class OutsideEndpoint:
    """Answers between ``start`` and ``stop``. Raises DojoError where it cannot listen."""

    def __init__(self, outside: Outside, answer: Answer) -> None:
        self._answer = answer
        listener = bind(outside.port, outside.host)
        self.port: int = listener.getsockname()[1]
        try:
            self._http = HttpServer(
                self._answer_outside, listener, outside.certificate, is_name_of_this_machine
            )
        except BaseException:
            listener.close()
            raise

    async def start(self) -> None:
        try:
            await self._http.start()
        except OSError as error:  # ssl.SSLError is one
            raise DojoError("The certificate cannot be used.", why=str(error)) from error

    async def stop(self) -> None:
        await self._http.stop()

    async def _answer_outside(self, request: Request) -> Response:
        is_health = request.raw_path == f"{owner_routes.PREFIX}health"
        if request.raw_path.startswith(owner_routes.PREFIX) and not is_health:
            text = b"Only on the machine that the cloud runs on."
            return Response(403, Headers([("Content-Type", "text/plain")]), text)
        return await self._answer(request)


def is_name_of_this_machine(name: str) -> bool:
    """An address, or the machine's own name: no other site's that was led here by DNS."""
    own = socket.gethostname().lower()
    if is_loopback_name(name) or name in (own, f"{own}.local", own.partition(".")[0]):
        return True
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name.strip("[]"))
        return True
    return False
