"""The commands that a README shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.ja.md")

_FENCE = re.compile(r"^```(\w+)(?: runnable=(\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Fence:
    """One block of commands; ``runnable`` is empty where a test cannot run it as it stands."""

    shell: str
    runnable: str
    text: str

    @property
    def commands(self) -> list[str]:
        return [line.partition(" #")[0].strip() for line in self.text.splitlines() if line.strip()]


def fences(readme: str) -> list[Fence]:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    return [Fence(shell, runnable, body) for shell, runnable, body in _FENCE.findall(text)]
