"""The endpoint from its first moment: who knocks while the cloud is still being built waits inside.

moto takes half a second to import. Until everything is there, requests are held, and only the one
that needs nothing of it is answered: an empty account's learner who asks who they are.
"""

from __future__ import annotations

import asyncio
import uuid

from lab_helpers.clock import Clock
from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.access.caller_identity import caller_identity
from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.plain_request import form_fields, plain_request
from lab_helpers.emulator.access.principals import KeyOwner
from lab_helpers.emulator.access.root_key import RootKey
from lab_helpers.emulator.endpoint.server import HOST, HttpServer, bind
from lab_helpers.emulator.http import Answer, Request, Response
from lab_helpers.emulator.journal import Journal
from lab_helpers.settings import Settings


class Front:
    """Listens from its making on, answers from ``start`` on.

    Args:
        port: 0 for any that is free.
        key: the learner's.
        is_new_account: nothing was ever made in it, so that the learner is who they always are.

    Raises:
        DojoError: the port is taken.
    """

    def __init__(
        self, settings: Settings, clock: Clock, port: int, key: RootKey, is_new_account: bool
    ) -> None:
        self.journal = Journal(clock)
        self.key = key
        self._listener = bind(port)
        self.port: int = self._listener.getsockname()[1]
        self.endpoint_url = f"http://{HOST}:{self.port}"
        self._is_new_account = is_new_account
        self._learner = key.owner(settings.account_id, settings.region)
        self._authentication = Authentication(clock, self._owner_of, settings.region)
        self._rooms: Answer | None = None
        self._open = asyncio.Event()
        self.http = HttpServer(self.answer, self._listener)
        self._started = False

    async def start(self) -> None:
        """Does nothing the second time."""
        if not self._started:
            self._started = True
            await self.http.start()

    def open(self, rooms: Answer) -> None:
        """From now on ``rooms`` answer, those that wait first."""
        self._rooms = rooms
        self._open.set()

    async def stop(self) -> None:
        await self.http.stop()

    async def answer(self, request: Request) -> Response:
        """One request, now or when the cloud is built."""
        if self._rooms is None:
            early = self._at_once(request) if self._is_new_account else None
            if early is not None:
                return early
            await self._open.wait()
        assert self._rooms is not None
        return await self._rooms(request)

    def _at_once(self, request: Request) -> Response | None:
        """None where the rooms must answer, refusals among it."""
        try:
            caller, admitted = self._authentication.admit(request)
            asked = form_fields(plain_request(caller.service, admitted)).get("Action")
        except AwsError:
            return None
        if (caller.service, asked) != ("sts", "GetCallerIdentity"):
            return None
        request_id = str(uuid.uuid4())
        response = caller_identity(caller, request_id)
        self.journal.append(
            "api.call",
            request_id,
            service=caller.service,
            operation=asked,
            region=caller.region,
            caller=caller.arn,
            status=response.status,
            resource="",
        )
        return response

    def _owner_of(self, access_key_id: str) -> KeyOwner | None:
        return self._learner if access_key_id == self.key.access_key_id else None
