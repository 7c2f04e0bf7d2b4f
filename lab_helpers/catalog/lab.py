"""A lab as its author described it: values, nothing read yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lab_helpers.errors import DojoError

PROVING_TIME_SCALE = 600
"""Retries of a failed event follow at once: none is left over for the next proof to meet."""

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    en: str
    ja: str

    def in_language(self, language: str) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes:
        hints: from vague to plain; empty where none are written yet.
        needs: Capability values that it needs beyond those of the whole lab.
    """

    id: str
    points: int
    title: Text
    hints: tuple[Text, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lab:
    """One lab, as its author described it.

    Attributes:
        folder: the lab's folder, which holds ``.source``.
        minutes: how long a beginner needs.
        needs: Capability values that a backend must have.
        names: key → name of a resource; may hold ``{account_id}`` and ``{region}``.
        exam: the exam guide's task statements that the lab serves.
        docs: AWS's pages behind the lab.
        proving_time_scale: how many times shorter AWS's waits are while the lab proves itself.
    """

    id: str
    order: int
    minutes: int
    title: Text
    folder: Path
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    exam: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    proving_time_scale: int = PROVING_TIME_SCALE

    @property
    def source(self) -> Path:
        """All that an author writes."""
        return self.folder / ".source"

    @property
    def points(self) -> int:
        return sum(step.points for step in self.steps)

    def step(self, step_id: str) -> Step:
        """Raises DojoError, naming the steps there are."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise DojoError(
            f'The lab "{self.id}" has no step "{step_id}".',
            now="Use one of: " + ", ".join(step.id for step in self.steps),
        )

    def lacking(self, step_id: str, capabilities: Collection[str]) -> tuple[str, ...]:
        """What ``step_id`` needs of a backend that has ``capabilities`` and lacks; sorted."""
        needed = {*self.needs, *self.step(step_id).needs}
        return tuple(sorted(needed.difference(map(str, capabilities))))
