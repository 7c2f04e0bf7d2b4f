"""Runs, waits and throttles: what a timeline knows. Pure: no cloud, no notebook.

Times are seconds since the epoch, as the cloud's clock told them; durations are what Lambda
reported, in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lab_helpers.grading.journal_reader import JournalRecord

RUNNING = "running"


@dataclass(frozen=True)
class Run:
    """The function ran once, in one execution environment.

    Attributes:
        key: sequence of its first entry: unique, and in order of time.
        function_arn: as it was invoked, with the qualifier if there was one.
        log_stream: the environment's: one stream is one environment.
        source: who invoked: ``api`` or a service.
        cold: the INIT phase came first.
        invoke_began_s: begin of the INVOKE phase; None while the INIT phase lasts.
        ended_s: None while it runs.
        status: ``running``, ``success``, ``error``, ``timeout``, or ``failed`` where the platform
            itself could not run it.
        init_ms: of the INIT phase, or with SnapStart of the restore, that came first.
        attempt: of an asynchronous event: 1, 2, 3 …
    """

    key: int
    request_id: str
    function_arn: str
    version: str
    log_stream: str
    source: str
    cold: bool
    began_s: float
    attempt: int | None = None
    invoke_began_s: float | None = None
    ended_s: float | None = None
    status: str = RUNNING
    error_type: str | None = None
    duration_ms: float | None = None
    billed_ms: int | None = None
    init_ms: float | None = None
    restored: bool = False
    memory_mb: int | None = None
    used_mb: int | None = None

    @property
    def function(self) -> str:
        return function_name(self.function_arn)

    @property
    def qualifier(self) -> str:
        """Alias or version that was asked for; empty where none was."""
        return qualifier_of(self.function_arn)

    @property
    def failed(self) -> bool:
        return self.status not in (RUNNING, "success")

    @property
    def environment(self) -> str:
        """Short name of the environment: the end of its log stream's name."""
        return self.log_stream.rpartition("]")[2][:8]


@dataclass(frozen=True)
class Throttle:
    """Lambda did not run it: no concurrency was free. ``reason`` is AWS's ThrottleReason."""

    key: int
    time_s: float
    request_id: str
    function_arn: str
    reason: str

    @property
    def function(self) -> str:
        return function_name(self.function_arn)


@dataclass(frozen=True)
class Wait:
    """Between two attempts at an asynchronous event.

    Attributes:
        aws_s: how long AWS waits; here it may be shorter.
        ended_s: when the next attempt began; None while it lasts.
    """

    key: int
    began_s: float
    aws_s: float
    request_id: str
    function_arn: str
    reason: str
    ended_s: float | None = None

    @property
    def here_s(self) -> float | None:
        return None if self.ended_s is None else self.ended_s - self.began_s

    @property
    def function(self) -> str:
        return function_name(self.function_arn)


@dataclass(frozen=True)
class History:
    """What is known, in order of time.

    Attributes:
        records: the entries behind it.
        aliases_changed_s: when an alias was last changed; 0.0: not since the first entry.
    """

    runs: tuple[Run, ...] = ()
    throttles: tuple[Throttle, ...] = ()
    waits: tuple[Wait, ...] = ()
    records: tuple[JournalRecord, ...] = ()
    aliases_changed_s: float = 0.0

    def of_function(self, name: str, qualifier: str = "") -> History:
        """What concerns one function; with a qualifier, what was invoked with it."""

        def fits(arn: str) -> bool:
            known = qualifier_of(arn)
            return function_name(arn) == name and (not qualifier or known == qualifier)

        return replace(
            self,
            runs=tuple(run for run in self.runs if fits(run.function_arn)),
            throttles=tuple(one for one in self.throttles if fits(one.function_arn)),
            waits=tuple(wait for wait in self.waits if fits(wait.function_arn)),
        )

    def since(self, moment_s: float) -> History:
        """What began at this moment or later."""
        return replace(
            self,
            runs=tuple(run for run in self.runs if run.began_s >= moment_s),
            throttles=tuple(one for one in self.throttles if one.time_s >= moment_s),
            waits=tuple(wait for wait in self.waits if wait.began_s >= moment_s),
        )

    def newest_runs(self, most: int) -> History:
        """The last ``most`` runs, and the waits and throttles since the first of them."""
        if len(self.runs) <= most:
            return self
        runs = self.runs[-most:]
        return replace(self.since(runs[0].began_s), runs=runs)

    @property
    def functions(self) -> list[str]:
        """Names, in the order in which they were first invoked."""
        everything: list[tuple[int, str]] = [(run.key, run.function) for run in self.runs]
        everything += [(one.key, one.function) for one in self.throttles]
        return list(dict.fromkeys(name for _, name in sorted(everything)))


def function_name(arn: str) -> str:
    """``arn:aws:lambda:us-east-1:123456789012:function:NAME:alias`` → ``NAME``."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 else arn


def qualifier_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[7] if len(parts) > 7 else ""
