"""How a wait for a runtime's process ended; what that means to the caller is told elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lab_helpers.emulator.runtime.runtime_api import RuntimeAnswer


class Ended(Enum):
    READY = "the runtime asks for an event"
    TIMED_OUT = "the time is up"
    OUT_OF_MEMORY = "the processes use more memory than the function has"


@dataclass(frozen=True)
class ProcessExit:
    return_code: int


@dataclass(frozen=True)
class LaunchFailed:
    reason: str


WaitResult = Ended | ProcessExit | LaunchFailed | RuntimeAnswer
