"""Where one lab's files are: what the author writes, and what is built from it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_helpers.errors import DojoError

LANGUAGES = ("en", "ja")


@dataclass(frozen=True)
class LabSource:
    """One lab folder, ``labs/NN_name``.

    Attributes:
        folder: the folder a learner opens; holds the built notebooks.
    """

    folder: Path

    @property
    def source(self) -> Path:
        return self.folder / ".source"

    @property
    def name(self) -> str:
        """``create_function`` for the folder ``01_create_function``."""
        return self.folder.name.split("_", 1)[1]

    @property
    def text_path(self) -> Path:
        return self.source / "lab.md"

    @property
    def solution_path(self) -> Path:
        return self.source / "solution" / "steps.py"

    @property
    def wrong_paths(self) -> list[Path]:
        return sorted((self.source / "wrong").glob("*.py"))

    def notebook_path(self, language: str) -> Path:
        return self.folder / f"{self.name}.{language}.ipynb"

    def read_text(self) -> str:
        """``lab.md``; raises :class:`DojoError` where it cannot be read."""
        try:
            return self.text_path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DojoError(
                f"{self.folder.name}/.source/lab.md cannot be read.",
                why=str(error),
                now="Write it; CONTRIBUTING.md shows what belongs in it.",
            ) from error

    def read_toml(self, name: str) -> dict[str, Any]:
        """A TOML file of ``.source``; raises :class:`DojoError` where it cannot be read."""
        path = self.source / name
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise DojoError(
                f"{self.folder.name}/.source/{name} cannot be read.",
                why=str(error),
                now="Mend the file; CONTRIBUTING.md shows what belongs in it.",
            ) from error

    def step_ids(self) -> list[str]:
        """The lab's steps in their order."""
        return [str(step["id"]) for step in self.read_toml("lab.toml").get("steps", [])]


def default_labs_root() -> Path:
    """``labs/`` of the checkout this package was imported from.

    Authoring needs the sources, so an installed wheel has no labs root of its own.
    """
    root = Path(__file__).resolve().parents[2] / "labs"
    if not root.is_dir():
        raise DojoError(
            "There is no labs folder to work on.",
            why=f"Labs are written in a checkout of the project; {root} does not exist.",
            now="Clone the repository, or name the folder: lambda-dojo author --labs DIR …",
        )
    return root


def find_labs(root: Path, wanted: list[str] | None = None) -> list[LabSource]:
    """The labs under ``root`` in their order, or only those that ``wanted`` names.

    A lab is named by its folder (``01_create_function``) or its name (``create_function``).
    """
    labs = [
        LabSource(folder)
        for folder in sorted(root.iterdir())
        if folder.is_dir() and "_" in folder.name and (folder / ".source").is_dir()
    ]
    if not wanted:
        return labs
    by_name = {key: lab for lab in labs for key in (lab.name, lab.folder.name)}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        known = ", ".join(lab.name for lab in labs) or "none yet"
        raise DojoError(
            f"There is no lab named {', '.join(unknown)}.",
            why=f"The labs here are: {known}.",
            now="Check the name, or create the lab: lambda-dojo author new NAME",
        )
    return [by_name[name] for name in wanted]
