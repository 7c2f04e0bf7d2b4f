"""The whole embedded cloud: it starts, answers, forgets and stops."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from lab_helpers.clock import Clock, SystemClock
from lab_helpers.emulator import owner_routes
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.durability.account_key import keep_key
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.endpoint.front import Front
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.kept_account import KeptAccount
from lab_helpers.emulator.moto_bridge.services import (
    forget_everything,
)
from lab_helpers.emulator.rooms import Rooms
from lab_helpers.settings import Settings

CODE_PREFIX = "/_lambda/code/"


class Cloud(Rooms):
    """One account of AWS on this machine.

    Args:
        front: what answers at the endpoint.
        data_dir: a folder of this process's own; removed at the end.
        account: where what the learner makes is kept; None: it is forgotten at the end.
        on_stop: called when a client asks the cloud to stop.
    """

    def __init__(
        self,
        settings: Settings,
        front: Front,
        data_dir: Path,
        *,
        clock: Clock | None = None,
        account: AccountStore | None = None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(settings, front, data_dir, clock or SystemClock(), account)
        self._owner_routes = owner_routes.OwnerRoutes(
            self.key.secret_access_key, self.journal, self._denials, self.reset, on_stop
        )

    async def start(self) -> None:
        """Answer requests from now on, with all that the account held when it was last open."""
        if self._account is not None:
            self._account.restore()
        self._loop = asyncio.get_running_loop()
        self._let_the_learner_in()
        await self._runtime.start()
        if self._account is not None:
            self._take_up(self._account)
        self._front.open(self.answer)
        await self._front.start()

    async def stop(self) -> None:
        """End every function process, the queue and the server; remove the data folder."""
        await self._end_all_work()
        await self._runtime.close()
        await self._front.stop()
        self._path.close()
        if self._account is not None:
            self._account.close()
        forget_everything()
        shutil.rmtree(self._data_dir, ignore_errors=True)

    async def reset(self) -> None:
        """An empty account with the same credentials."""
        await self._end_all_work()
        forget_everything()
        self._metrics.clear()
        if self._account is not None:
            self._account.clear()
        self._denials.forget()
        self._identities.forget_sessions()
        self._let_the_learner_in()
        with self._control_plane.state.lock:
            self._control_plane.state.regions.clear()
            self._data_plane.reservations_changed()
            self._control_plane.state.code_store.prune(())

    async def _end_all_work(self) -> None:
        await self._sources.close()
        await self._push_services.close()
        await self._data_plane.queue.close()
        await self._data_plane.provisioner.close()
        await self._pool.close()

    def _let_the_learner_in(self) -> None:
        self._identities.add_learner(self.key.access_key_id, self.key.secret_access_key)
        if self._account is not None:
            keep_key(self._account.store, self.key.access_key_id, self.key.secret_access_key)

    def _take_up(self, account: KeptAccount) -> None:
        """Go on where the last run ended: mappings are read, events attempted, schedules kept."""
        account.take_up(self._control_plane.state)
        account.keep_metrics(self._metrics)
        self._sources.keep_positions(account.store)
        for region, state in self._control_plane.state.regions.items():
            for uuid in state.event_source_mappings:
                self._sources.follow(region, uuid)
            for function in state.functions.values():
                if function.provisioned:
                    self._data_plane.provisioner.follow(region, function.name)
        self._data_plane.queue.resume()
        self._push_services.resume()

    async def answer(self, request: Request) -> Response:
        """One request, as the endpoint answers it."""
        if (returned := await self._urls.answer(request)) is not None:
            return returned
        if request.raw_path.startswith(owner_routes.PREFIX):
            return await self._owner_routes.answer(request)
        if request.raw_path.startswith(CODE_PREFIX):
            return self._code(request.raw_path.removeprefix(CODE_PREFIX))
        return await self._path.answer(request)

    def _code(self, token: str) -> Response:
        try:
            package = self._control_plane.download(token)
        except LambdaError as error:
            return error.response("")
        return Response(200, Headers([("Content-Type", "application/zip")]), package)
