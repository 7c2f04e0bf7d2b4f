"""``author new``: the files of a small lab that already proves itself."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from lab_helpers.authoring.build import build_all
from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.staleness import stamp
from lab_helpers.errors import DojoError

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".template"


def write_scaffold(root: Path, name: str) -> list[Path]:
    """Write the lab ``name`` as the last one under ``root``, and its checks beside the others.

    Returns:
        What was written: the author's files first, then what is built from them.

    Raises:
        DojoError: the name cannot be a module's, or something of this name exists.
    """
    checks = root.parent / "lab_helpers" / "checks"
    _refuse(root, checks, name)
    labs = find_labs(root)
    order = 1 + max((int(lab.read_toml("lab.toml")["order"]) for lab in labs), default=0)
    lab = LabSource(root / f"{order:02d}_{name}")
    values = {
        "__NAME__": name,
        "__DASHED__": name.replace("_", "-"),
        "__TITLE__": name.replace("_", " ").capitalize(),
        "__ORDER__": str(order),
    }
    written = [
        _write(path, lab.source / path.relative_to(TEMPLATE / "source"), values)
        for path in sorted((TEMPLATE / "source").rglob(f"*{SUFFIX}"))
    ]
    messages = checks / "messages" / f"{name}.toml"
    written += [
        _write(TEMPLATE / "checks" / "checks.py.template", checks / f"{name}.py", values, True),
        _write(TEMPLATE / "checks" / "messages.toml.template", messages, values, True),
    ]
    lab.text_path.write_text(stamp(lab.read_text()), encoding="utf-8", newline="\n")
    for built in build_all(root, [lab]):
        built.write()
        written.append(built.path)
    return written


def _refuse(root: Path, checks: Path, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise DojoError(
            f"{name!r} cannot be a lab's name.",
            why="The lab's checks are a Python module of this name.",
            now="Use words in small letters joined by underscores, such as dead_letters.",
        )
    if not checks.is_dir():
        raise DojoError(
            f"There is no place for the lab's checks: {checks}.",
            why="A lab and its checks live in one checkout.",
            now="Run this in a checkout of the project.",
        )
    taken = [lab.folder for lab in find_labs(root) if lab.name == name]
    taken += [path for path in [checks / f"{name}.py"] if path.exists()]
    if taken:
        raise DojoError(
            f"There is a lab {name} already.",
            why=f"{taken[0]} exists.",
            now="Choose another name, or edit that lab.",
        )


def _write(template: Path, target: Path, values: dict[str, str], named: bool = False) -> Path:
    text = template.read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(word, value)
    path = target if named else target.with_name(target.name.removesuffix(SUFFIX))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
