"""How a running cloud makes itself known: one file per cloud, readable by its owner only.

``<home>/clouds/<port>.json`` holds the endpoint and the credentials. Imports nothing heavy: the
learner's side reads these files.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class RunFile:
    """What a client needs to reach a running cloud.

    Attributes:
        started: seconds since the epoch.
        created: when the process began, as the system tells it; tells a reused pid apart.
    """

    endpoint: str
    region: str
    account_id: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    pid: int
    port: int
    started: float
    created: float = 0.0

    def client_facts(self) -> dict[str, str]:
        """The keys that ``cloud run --json`` prints."""
        return {
            "endpoint": self.endpoint,
            "region": self.region,
            "account_id": self.account_id,
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
        }

    def is_alive(self) -> bool:
        """Whether the process that wrote this file still runs."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return self.created == 0.0 or abs(process.create_time() - self.created) < 2.0
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def own_creation_time() -> float:
    """When this process began, for ``RunFile.created``."""
    return float(psutil.Process().create_time())


def write_run_file(home: Path, run_file: RunFile) -> Path:
    """Publish ``run_file``; whole or not at all, mode 0600."""
    folder = home / "clouds"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{run_file.port}.json"
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".run-")  # mkstemp creates 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(run_file), stream)
    Path(temporary).replace(path)
    return path


def remove_run_file(home: Path, port: int) -> None:
    (home / "clouds" / f"{port}.json").unlink(missing_ok=True)


def running_clouds(home: Path) -> list[RunFile]:
    """The clouds alive under ``home``, newest first; files of dead ones are removed."""
    found = []
    for path in (home / "clouds").glob("*.json"):
        run_file = _read(path)
        if run_file is not None and run_file.is_alive():
            found.append(run_file)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return sorted(found, key=lambda item: item.started, reverse=True)


def _read(path: Path) -> RunFile | None:
    """None where the file is no run file: half-written by a crash, or of an older version."""
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
        return RunFile(**values)
    except (OSError, ValueError, TypeError):
        return None
