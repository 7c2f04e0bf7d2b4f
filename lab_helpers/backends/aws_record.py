"""What sessions made in real accounts, on disk: a session that is cut short is not forgotten.

A kernel that Jupyter shuts down has some seconds to end, and one that is killed has none. Its
record stays, and tells who comes next what to remove, where, and by which profile.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_FOLDER = "made-in-aws"
_SAME_START_S = 2.0
"""A process id is given again; the time at which its process began tells one from the other."""


@dataclass(frozen=True)
class SessionRecord:
    """One process's file: who it is in the first line, then a line for each thing made or gone.

    Attributes:
        path: the file; there is none before something was made.
    """

    path: Path
    profile: str
    account_id: str
    region: str

    def made(self, arn: str) -> None:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self._head()) + "\n", encoding="utf-8")
        self._append(f"+ {arn}")

    def gone(self, arn: str) -> None:
        """The file goes with the last thing."""
        if not self.path.exists():
            return
        self._append(f"- {arn}")
        if not self.left():
            self.path.unlink()

    def left(self) -> list[str]:
        """ARNs that were made and are not gone, in the order in which they were made."""
        left: dict[str, None] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines()[1:]:
            sign, _, arn = line.partition(" ")
            if sign == "+":
                left[arn] = None
            else:
                left.pop(arn, None)
        return list(left)

    def _append(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def _head(self) -> dict[str, str | float]:
        own = psutil.Process()
        return {
            "profile": self.profile,
            "account_id": self.account_id,
            "region": self.region,
            "pid": own.pid,
            "began": own.create_time(),
        }


def own_record(home: Path, profile: str, account_id: str, region: str) -> SessionRecord:
    """Of this process, in this account and Region.

    Args:
        home: ``Settings.home``.
    """
    path = home / _FOLDER / f"{account_id}-{region}-{os.getpid()}.txt"
    return SessionRecord(path, profile, account_id, region)


def left_behind(home: Path) -> Iterator[SessionRecord]:
    """Records of processes that are no more and left something. Files that are no records stay."""
    for path in sorted((home / _FOLDER).glob("*.txt")):
        try:
            head = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
            ended = not _is_running(int(head["pid"]), float(head["began"]))
            record = SessionRecord(path, head["profile"], head["account_id"], head["region"])
            if ended and record.left():
                yield record
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _is_running(pid: int, began: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - began) < _SAME_START_S
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
