"""CPU follows memory: 1,769 MB is one vCPU, less memory the same part of one.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
Lambda's hosts divide the CPU by cgroups, which need privileges that a learner lacks. Stopping and
continuing the process against its measured CPU time needs none.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

SWITCH = "LAMBDA_DOJO_CPU_SHARE"
MB_PER_VCPU = 1769
BURST_S = 0.004
"""CPU time that an invocation may use before it is held back, so that a handler of a millisecond
does not wait out a period. AWS's own periods last some tens of milliseconds too."""
_SHORTEST_LOOK_S, _LONGEST_LOOK_S = 0.001, 0.01

_CPUS = os.cpu_count() or 1

CpuTimes = Mapping[int, float]
"""Seconds of CPU by process id."""


def share_of(memory_size_mb: int) -> float:
    """Of one CPU: 0.07 at 128 MB, 1.0 at 1,769 MB, 5.8 at 10,240 MB."""
    return memory_size_mb / MB_PER_VCPU


def can_limit_cpu() -> bool:
    """Windows cannot stop a process from outside."""
    return sys.platform != "win32" and os.environ.get(SWITCH, "").lower() != "off"


class CpuBudget:
    """Says when to hold a function back, and for how long. Knows neither clocks nor processes."""

    def __init__(self, share: float, now: float, used: CpuTimes) -> None:
        self._share = share
        self._credit = BURST_S
        self._last_look = now
        self._seen = dict(used)

    def look(self, now: float, used: CpuTimes) -> float:
        """Seconds to hold the function back for; 0.0 where it may go on."""
        spent = sum(max(0.0, time - self._seen.get(pid, 0.0)) for pid, time in used.items())
        self._seen = dict(used)
        earned = (now - self._last_look) * self._share
        self._last_look = now
        self._credit = min(BURST_S, self._credit + earned - spent)
        if self._credit > 0.0:
            return 0.0
        return (BURST_S / 2 - self._credit) / self._share

    @property
    def next_look_s(self) -> float:
        """When the credit can be used up, should one thread run all the time."""
        lasts = self._credit / max(1.0 - self._share, 0.1)
        return min(max(lasts, _SHORTEST_LOOK_S), _LONGEST_LOOK_S)


class CpuGovernor:
    """Holds one environment's processes to their share while it runs.

    Args:
        hold, release: stop and continue the processes.
        descendants: of the process, as last seen.
    """

    def __init__(
        self,
        share: float,
        hold: Callable[[], None],
        release: Callable[[], None],
        descendants: Callable[[], Sequence[int]],
    ) -> None:
        self._share = share
        self._hold = hold
        self._release = release
        self._descendants = descendants
        self._budget: CpuBudget | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pid = 0

    def start(self, pid: int) -> None:
        """From now on ``pid`` has its share and no more."""
        self.stop()
        if self._share >= _CPUS:
            return
        self._pid = pid
        loop = asyncio.get_running_loop()
        self._budget = CpuBudget(self._share, loop.time(), self._used())
        self._timer = loop.call_later(self._budget.next_look_s, self._look)

    def stop(self) -> None:
        """The processes run as they like."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._release()

    def _look(self) -> None:
        if self._budget is None:
            return
        loop = asyncio.get_running_loop()
        pause = self._budget.look(loop.time(), self._used())
        if pause > 0.0:
            self._hold()
            self._timer = loop.call_later(pause, self._continue)
        else:
            self._timer = loop.call_later(self._budget.next_look_s, self._look)

    def _continue(self) -> None:
        self._release()
        self._timer = asyncio.get_running_loop().call_later(_SHORTEST_LOOK_S, self._look)

    def _used(self) -> dict[int, float]:
        found = {pid: cpu_time(pid) for pid in (self._pid, *self._descendants())}
        return {pid: used for pid, used in found.items() if used is not None}


def cpu_time(pid: int) -> float | None:
    """Seconds that all threads of a process have run; None where it is gone."""
    if sys.platform == "linux":
        try:
            # The clock of another process, as clock_getcpuclockid(3) makes it: one system call.
            return time.clock_gettime((~pid << 3) | 2)
        except OSError:
            return None
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)
