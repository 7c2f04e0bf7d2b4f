"""``author build``: writes what is built, or says which built file is stale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
        self.path.write_text(self.text, encoding="utf-8", newline="\n")


def build_all(root: Path, labs: list[LabSource]) -> list[BuiltFile]:
    """Everything that belongs to ``labs``, and the map of all labs; nothing is written yet."""
    files = [
        BuiltFile(lab.folder / name, text)
        for lab in labs
        for name, text in built_files(lab).items()
    ]
    return [*files, BuiltFile(root / "README.md", map_text(root))]
