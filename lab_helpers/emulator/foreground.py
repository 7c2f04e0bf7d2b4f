"""Runs a cloud in this process until it is told to stop: by signal, by request, by its parent."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from lab_helpers.clock import SystemClock
from lab_helpers.emulator.access.root_key import RootKey
from lab_helpers.emulator.durability.account_key import kept_key
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.errors import AccountInUseError
from lab_helpers.emulator.endpoint.front import Front
from lab_helpers.emulator.endpoint.outside import Outside, OutsideEndpoint
from lab_helpers.emulator.run_file import (
    RunFile,
    own_creation_time,
    remove_run_file,
    write_run_file,
)
from lab_helpers.settings import Settings

if TYPE_CHECKING:
    from lab_helpers.emulator.cloud import Cloud

ISOLATION_VARIABLE = "LAMBDA_DOJO_ISOLATION"
"""Whoever sets it may ask for what this machine cannot do; that is told before anybody calls."""
PARENT_LOOK_EVERY_S = 1.0


def open_account(folder: Path | None, home: Path) -> AccountStore | None:
    """The account in ``folder``; without one the user's own, None if another cloud has it.

    Raises:
        AccountInUseError: another cloud has ``folder`` open.
    """
    if folder is not None:
        return AccountStore(folder)
    try:
        return AccountStore(home / "account", patience_s=0.2)
    except AccountInUseError:
        return None


def run_cloud(
    settings: Settings,
    port: int,
    key: RootKey | None,
    ready: Callable[[RunFile], None],
    parent_pid: int | None = None,
    account: AccountStore | None = None,
    outside: Outside | None = None,
) -> None:
    """Serve until stopped; ``ready`` is called once the endpoint answers.

    Args:
        account: open, of ``open_account``; None: what is made is forgotten at the end.
        outside: where other machines may reach it; None: nowhere.
    """
    asyncio.run(_serve(settings, port, key, ready, parent_pid, account, outside))


async def _serve(
    settings: Settings,
    port: int,
    key: RootKey | None,
    ready: Callable[[RunFile], None],
    parent_pid: int | None,
    account: AccountStore | None,
    outside: Outside | None,
) -> None:
    gc.disable()  # until all is imported: nothing of that is garbage
    stopping = asyncio.Event()
    data_dir = _own_data_dir(settings.home)
    is_new = account is None or account.is_new
    key = key or (_key_of(account) if account is not None else None) or RootKey.random()
    front = Front(settings, SystemClock(), port, key, is_new)
    _listen_for_signals(stopping)
    endpoint = None if outside is None else OutsideEndpoint(outside, front.answer)
    run_file = _describe(settings, front)

    def announce() -> None:
        write_run_file(settings.home, run_file)
        ready(run_file)

    # Where the rest cannot fail any more, clients come in while it is still being imported.
    is_early = is_new and endpoint is None and os.environ.get(ISOLATION_VARIABLE) is None
    cloud = None
    try:
        if is_early:
            await front.start()
            announce()
        cloud = (await _cloud_class())(
            settings, front, data_dir, account=account, on_stop=stopping.set
        )
        await cloud.start()
        _spare_the_collector()
        if endpoint is not None:
            await endpoint.start()
        if not is_early:
            announce()
        await _until_stopped(stopping, parent_pid)
    finally:
        remove_run_file(settings.home, front.port)
        if endpoint is not None:
            await endpoint.stop()
        await (front.stop() if cloud is None else cloud.stop())


async def _cloud_class() -> type[Cloud]:
    """Imports moto and all else, half a second of work, beside the first requests."""

    def load() -> type[Cloud]:
        from lab_helpers.emulator.cloud import Cloud

        return Cloud

    return await asyncio.to_thread(load)


def _spare_the_collector() -> None:
    """What is there now stays to the end: the collector need not look at it again and again.

    A look at all of moto's modules takes some 50 ms, and some call would wait for it. What an
    account holds is in few cycles: it is looked at more seldom than usual.
    """
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)
    gc.enable()


def _key_of(account: AccountStore) -> RootKey | None:
    kept = kept_key(account)
    return None if kept is None else RootKey(*kept)


def _describe(settings: Settings, front: Front) -> RunFile:
    return RunFile(
        endpoint=front.endpoint_url,
        region=settings.region,
        account_id=settings.account_id,
        access_key_id=front.key.access_key_id,
        secret_access_key=front.key.secret_access_key,
        pid=os.getpid(),
        port=front.port,
        started=time.time(),
        created=own_creation_time(),
    )


def _listen_for_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:  # Windows: the loop takes none, the interpreter does
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopping.set))


async def _until_stopped(stopping: asyncio.Event, parent_pid: int | None) -> None:
    if parent_pid is None:
        await stopping.wait()
        return
    while not stopping.is_set() and psutil.pid_exists(parent_pid):
        try:
            await asyncio.wait_for(stopping.wait(), PARENT_LOOK_EVERY_S)
        except TimeoutError:
            continue


def _own_data_dir(home: Path) -> Path:
    """A folder named by this process; what dead processes left is removed."""
    root = home / "run"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in root.iterdir():
        if not (left.name.isdigit() and psutil.pid_exists(int(left.name))):
            shutil.rmtree(left, ignore_errors=True)
    own = root / str(os.getpid())
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700)
    return own
