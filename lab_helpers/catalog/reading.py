"""The labs of a folder, read from what their authors wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab_helpers.catalog.lab import PROVING_TIME_SCALE, Lab, Step, Text
from lab_helpers.catalog.toml_file import read_toml
from lab_helpers.errors import DojoError


def labs_folder() -> Path:
    """Where the labs are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_labs"
    return installed if installed.is_dir() else package.parent / "labs"


def load_labs(folder: Path | None = None) -> tuple[Lab, ...]:
    """Every lab under ``folder`` (default: the project's own), in order.

    Raises:
        DojoError: a lab's files cannot be read, or two labs share an id.
    """
    root = _root(folder)
    labs = sorted(
        (load_lab(path.parent.parent) for path in root.glob("*/.source/lab.toml")),
        key=lambda lab: (lab.order, lab.id),
    )
    seen: dict[str, Lab] = {}
    for lab in labs:
        if lab.id in seen:
            raise DojoError(
                f'Two labs have the id "{lab.id}": {seen[lab.id].folder} and {lab.folder}.',
                now="Give one of them another id in its lab.toml.",
            )
        seen[lab.id] = lab
    return tuple(labs)


def find_lab(lab_id: str, folder: Path | None = None) -> Lab:
    """The lab with this id. Raises DojoError, naming the labs there are."""
    labs = load_labs(folder)
    for lab in labs:
        if lab_id in (lab.id, lab.folder.name, str(lab.order)):
            return lab
    raise DojoError(
        f'There is no lab "{lab_id}".',
        now="Use one of: " + (", ".join(lab.id for lab in labs) or f"(no labs in {_root(folder)})"),
    )


def _root(folder: Path | None) -> Path:
    return folder or labs_folder()


def load_lab(folder: Path) -> Lab:
    """Read ``folder/.source/lab.toml`` and ``hints.toml``.

    Raises:
        DojoError: a file is missing or malformed; the message names the file and the key.
    """
    path = folder / ".source" / "lab.toml"
    table = read_toml(path)
    hints_path = folder / ".source" / "hints.toml"
    hints = read_toml(hints_path) if hints_path.exists() else {}
    try:
        steps = tuple(_step(entry, hints.get(entry["id"], {})) for entry in table["steps"])
        lab = Lab(
            id=table["id"],
            order=int(table["order"]),
            minutes=int(table["minutes"]),
            title=Text(**table["title"]),
            folder=folder,
            steps=steps,
            needs=tuple(table.get("needs", ())),
            names=dict(table.get("names", {})),
            exam=tuple(_as_lines(table.get("exam", ()))),
            docs=tuple(_as_lines(table.get("docs", ()))),
            proving_time_scale=int(table.get("proving_time_scale", PROVING_TIME_SCALE)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DojoError(
            f"{path} does not describe a lab.",
            why=f"{type(error).__name__}: {error}",
            now="Compare it with the example in lab_helpers/catalog/__init__.py.",
        ) from error
    _refuse_unknown_hints(hints_path, hints, lab)
    return lab


def _step(entry: Mapping[str, Any], hints: Mapping[str, Any]) -> Step:
    levels = zip(hints.get("en", ()), hints.get("ja", ()), strict=True)
    return Step(
        id=entry["id"],
        points=int(entry.get("points", 1)),
        title=Text(**entry["title"]),
        hints=tuple(Text(en, ja) for en, ja in levels),
        needs=tuple(entry.get("needs", ())),
    )


def _refuse_unknown_hints(path: Path, hints: Mapping[str, Any], lab: Lab) -> None:
    unknown = set(hints) - {step.id for step in lab.steps}
    if unknown:
        raise DojoError(
            f"{path} has hints for steps that the lab does not have: {', '.join(sorted(unknown))}.",
            now="Rename the table, or add the step to lab.toml.",
        )


def _as_lines(value: Any) -> list[str]:
    """``exam`` and ``docs`` may be written as texts or as tables with more to say."""
    return [item if isinstance(item, str) else " ".join(map(str, item.values())) for item in value]
