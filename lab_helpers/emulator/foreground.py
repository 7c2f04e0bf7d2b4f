"""Runs a cloud in this process until it is told to stop: by signal, by request, by its parent."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from lab_helpers.emulator.cloud import Cloud
from lab_helpers.emulator.durability.errors import AccountInUseError
from lab_helpers.emulator.kept_account import KeptAccount
from lab_helpers.emulator.outside import Outside, OutsideEndpoint
from lab_helpers.emulator.root_key import RootKey
from lab_helpers.emulator.run_file import (
    RunFile,
    own_creation_time,
    remove_run_file,
    write_run_file,
)
from lab_helpers.settings import Settings

PARENT_LOOK_EVERY_S = 1.0


def open_account(folder: Path | None, home: Path) -> KeptAccount | None:
    """The account in ``folder``; without one the user's own, None if another cloud has it.

    Raises:
        AccountInUseError: another cloud has ``folder`` open.
    """
    if folder is not None:
        return KeptAccount(folder)
    try:
        return KeptAccount(home / "account", patience_s=0.2)
    except AccountInUseError:
        return None


def run_cloud(
    settings: Settings,
    port: int,
    key: RootKey | None,
    ready: Callable[[RunFile], None],
    parent_pid: int | None = None,
    account: KeptAccount | None = None,
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
    account: KeptAccount | None,
    outside: Outside | None,
) -> None:
    stopping = asyncio.Event()
    data_dir = _own_data_dir(settings.home)
    cloud = Cloud(settings, data_dir, port=port, key=key, account=account, on_stop=stopping.set)
    _listen_for_signals(stopping)
    endpoint = None if outside is None else OutsideEndpoint(outside, cloud.answer)
    try:
        await cloud.start()
        if endpoint is not None:
            await endpoint.start()
        run_file = _describe(cloud)
        write_run_file(settings.home, run_file)
        ready(run_file)
        await _until_stopped(stopping, parent_pid)
    finally:
        remove_run_file(settings.home, cloud.port)
        if endpoint is not None:
            await endpoint.stop()
        await cloud.stop()


def _describe(cloud: Cloud) -> RunFile:
    return RunFile(
        endpoint=cloud.endpoint_url,
        region=cloud.settings.region,
        account_id=cloud.settings.account_id,
        access_key_id=cloud.key.access_key_id,
        secret_access_key=cloud.key.secret_access_key,
        pid=os.getpid(),
        port=cloud.port,
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
