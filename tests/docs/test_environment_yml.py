"""conda's environment.yml and pyproject.toml ask for the same packages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]


def requirements(lines: list[str]) -> dict[str, tuple[str, frozenset[str]]]:
    found = [Requirement(line) for line in lines]
    return {r.name.lower(): (str(r.specifier), frozenset(r.extras)) for r in found}


def test_conda_and_pip_users_get_the_same_packages() -> None:
    project: Any = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    conda: Any = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in conda["dependencies"] if isinstance(line, str)]
    [from_pypi] = [line["pip"] for line in conda["dependencies"] if isinstance(line, dict)]
    assert from_pypi[-1] == "--editable ."

    python = requirements(lines).pop("python")
    assert python[0] == project["project"]["requires-python"]
    wanted = requirements(project["project"]["dependencies"])
    given = requirements(lines + from_pypi[:-1])
    for tool in ("python", "pip"):
        given.pop(tool)
    assert given == wanted
