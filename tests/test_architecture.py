"""The rooms import in one direction, and every file keeps to its size."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lab_helpers"
LONGEST_FILE = 330
LONGEST_FUNCTION = 45

# A room may import from its own row and from rows above it.
ORDER: list[set[str]] = [
    {"errors", "arns", "clock", "settings"},
    {"catalog", "progress", "pricing"},
    {"emulator.http", "emulator.journal", "emulator.run_file"},
    {"emulator.runtime"},
    {"emulator.control_plane", "emulator.access"},
    {"emulator.invocation"},
    {
        "emulator.event_sources",
        "emulator.front_doors",
        "emulator.cloudwatch",
        "emulator.push_events",
    },
    {"emulator.durability"},
    {"emulator.moto_bridge"},
    {"emulator"},
    {"backends"},
    {"grading"},
    {"checks"},
    {"notebook", "launcher", "authoring"},
    {"cli", "__main__", ""},
]

# What a room must not import, whatever its row.
FORBIDDEN = {
    "grading": ("lab_helpers.emulator", "moto", "IPython", "ipywidgets"),
    "checks": ("lab_helpers.emulator", "moto", "IPython", "ipywidgets"),
    "catalog": ("lab_helpers.emulator", "moto", "boto3"),
    "emulator": ("IPython", "ipywidgets", "lab_helpers.catalog", "lab_helpers.progress"),
    "emulator.runtime": ("moto", "boto3", "botocore", "lab_helpers.emulator.control_plane"),
    "emulator.control_plane": ("moto", "lab_helpers.emulator.runtime"),
    "emulator.invocation": ("moto", "boto3"),
    "emulator.event_sources": ("moto", "boto3"),
    "emulator.durability": ("moto", "boto3"),
    "backends": ("IPython", "ipywidgets", "moto"),
    "launcher": ("moto",),
}

FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def row_of(module: str) -> int:
    """The row of the most particular room that holds ``module``."""
    best = max(
        (
            (len(room), row)
            for row, rooms in enumerate(ORDER)
            for room in rooms
            if module == room or module.startswith(room + ".") or room == ""
        ),
    )
    return best[1]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(full module name, whether only type checkers follow it)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, id(node) in typing_only


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_of(path) or "lab_helpers")
def test_imports_go_one_way(path: Path) -> None:
    module = module_of(path)
    for imported, typing_only in imports(path):
        if not imported.startswith("lab_helpers.") or typing_only:
            continue
        target = imported.removeprefix("lab_helpers.")
        assert row_of(target) <= row_of(module), f"{module} must not import {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_of(path) or "lab_helpers")
def test_no_room_imports_what_it_must_not_know(path: Path) -> None:
    module = module_of(path)
    for room, forbidden in FORBIDDEN.items():
        if module != room and not module.startswith(room + "."):
            continue
        for imported, _ in imports(path):
            for name in forbidden:
                known = imported == name or imported.startswith(name + ".")
                assert not known, f"{module} must not import {imported}"


def test_only_the_bridge_imports_moto() -> None:
    importers = {
        module_of(path)
        for path in FILES
        if any(name == "moto" or name.startswith("moto.") for name, _ in imports(path))
    }
    assert all(module.startswith("emulator.moto_bridge") for module in importers)


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_of(path) or "lab_helpers")
def test_files_and_functions_keep_to_their_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "misc", "common"}
    assert not [module_of(path) for path in FILES if path.stem in vague]
