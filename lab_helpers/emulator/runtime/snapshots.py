"""SnapStart: which function versions have gone through their INIT.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lab_helpers.emulator.runtime.spec import EnvironmentSpec


@dataclass(frozen=True)
class Restore:
    """Nothing, where an invocation met no restore.

    Attributes:
        duration_ms: ``Restore Duration``.
        billed_ms: ``Billed Restore Duration``: what the hooks after the restore took.
    """

    duration_ms: float | None = None
    billed_ms: int | None = None


@dataclass
class Snapshots:
    """Of one host. Only remembers: no process is copied."""

    _taken: set[tuple[str, str, str]] = field(default_factory=set)

    def is_new(self, spec: EnvironmentSpec) -> bool:
        return _key(spec) not in self._taken

    def take(self, spec: EnvironmentSpec) -> None:
        self._taken.add(_key(spec))


def _key(spec: EnvironmentSpec) -> tuple[str, str, str]:
    return spec.function_arn, spec.version, str(spec.code_dir)
