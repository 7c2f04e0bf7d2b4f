"""The rooms import in one direction, and every file keeps to its size."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lab_helpers"
LONGEST_FILE = 330
LONGEST_FUNCTION = 45

# All files are read once.
pytestmark = pytest.mark.xdist_group("architecture")

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

# Runs in the function's environment, where the AWS SDK is part of the runtime.
IN_THE_ENVIRONMENT = "emulator.runtime.python_runtime.lambda_dojo_runtime"

FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
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


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """(full module name, whether only type checkers follow it)."""
    found: list[tuple[str, bool]] = []
    waiting: list[tuple[ast.AST, bool]] = [(tree_of(path), False)]
    while waiting:
        node, typing_only = waiting.pop()
        if isinstance(node, ast.Import):
            found += [(name.name, typing_only) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                found.append((node.module, typing_only))
        elif not isinstance(node, ast.expr):  # no expression holds an import
            typing_only |= isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            waiting += [(inner, typing_only) for inner in ast.iter_child_nodes(node)]
    return found


def is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


# One test per rule, not per file: with hundreds of files the runner would be most of the work.


def test_imports_go_one_way() -> None:
    wrong = [
        f"{module_of(path)} must not import {target}"
        for path in FILES
        for imported, typing_only in imports(path)
        if imported.startswith("lab_helpers.") and not typing_only
        if row_of(target := imported.removeprefix("lab_helpers.")) > row_of(module_of(path))
    ]
    assert not wrong


def test_no_room_imports_what_it_must_not_know() -> None:
    wrong = [
        f"{module_of(path)} must not import {imported}"
        for path in FILES
        for room, forbidden in FORBIDDEN.items()
        if is_in(module_of(path), room) and not is_in(module_of(path), IN_THE_ENVIRONMENT)
        for imported, _ in imports(path)
        if any(is_in(imported, name) for name in forbidden)
    ]
    assert not wrong


def test_only_the_bridge_imports_moto() -> None:
    importers = {
        module_of(path) for path in FILES if any(is_in(name, "moto") for name, _ in imports(path))
    }
    assert not [one for one in importers if not one.startswith("emulator.moto_bridge")]


def test_files_keep_to_their_size() -> None:
    lines = {module_of(path): path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert not {module: count for module, count in lines.items() if count > LONGEST_FILE}


def test_functions_fit_on_a_screen() -> None:
    lines = {
        f"{module_of(path)}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: count for name, count in lines.items() if count > LONGEST_FUNCTION}


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "misc", "common"}
    assert not [module_of(path) for path in FILES if path.stem in vague]
