"""``author build``: writes what is built, or says which built file is stale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab_helpers.authoring.exam_map import exam_map_text
from lab_helpers.authoring.lab_source import LabSource
from lab_helpers.authoring.map_build import map_text
from lab_helpers.authoring.notebook_build import built_files


@dataclass(frozen=True)
class BuiltFile:
    """One file that is built from an author's text."""

    path: Path
    text: str

    @property
    def is_current(self) -> bool:
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.text

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8", newline="\n")


def build_all(root: Path, labs: list[LabSource]) -> list[BuiltFile]:
    """Everything that belongs to ``labs``, and the maps of all labs; nothing is written yet."""
    return [*(file for lab in labs for file in build_lab(lab)), *build_maps(root)]


def build_lab(lab: LabSource) -> list[BuiltFile]:
    """What is built inside the lab's own folder."""
    return [BuiltFile(lab.folder / name, text) for name, text in built_files(lab).items()]


def build_maps(root: Path) -> list[BuiltFile]:
    """What tells of all labs under ``root``."""
    return [
        BuiltFile(root / "README.md", map_text(root)),
        BuiltFile(root.parent / "docs" / "exam-map.md", exam_map_text(root)),
    ]
