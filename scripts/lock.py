"""The locks in ``requirements/``: every package that is installed, its version and its hashes.

    python scripts/lock.py           make them anew, with the newest versions (needs uv, network)
    python scripts/lock.py --check   do they belong to pyproject.toml? (needs neither)

Made once for Linux, macOS and Windows and for every Python from the oldest supported one on; that
of LocalStack, an environment of its own for tests, for its one Python on Linux. A package or a file
that is not named in a lock is not installed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "requirements"
LEARNER, DEVELOPER, LOCALSTACK = "learner.txt", "developer.txt", "localstack.txt"
LOCALSTACK_PYTHON = "3.13"
EDITABLE = "editables>=0.5"
"""hatchling asks for it only when it installs a working copy."""

MARK = "# pyproject.toml asks: sha256:"
HEAD = """\
# Made by `python scripts/lock.py`; never edited by hand.
{mark}{digest}
"""


def wanted(project: Mapping[str, Any]) -> dict[str, list[str]]:
    """What ``pyproject.toml`` asks for directly, by lock.

    What builds the package is part of both: it runs on the learner's machine too.
    """
    build = [*project["build-system"]["requires"], EDITABLE]
    learner = [*project["project"]["dependencies"], *build]
    groups = project["dependency-groups"]
    return {
        LEARNER: learner,
        DEVELOPER: [*learner, *groups["dev"]],
        LOCALSTACK: groups["localstack"],
    }


def digest_of(requirements: list[str], python: str) -> str:
    """Of all that decides what a lock holds, wherever it stands in ``pyproject.toml``."""
    text = json.dumps([python, *sorted(requirements)])
    return hashlib.sha256(text.encode()).hexdigest()


def stale(project: Mapping[str, Any], folder: Path = FOLDER) -> list[str]:
    """The locks that were made for another ``pyproject.toml``, or are missing."""
    python = project["project"]["requires-python"]
    found = []
    for name, requirements in wanted(project).items():
        mark = MARK + digest_of(requirements, python)
        path = folder / name
        if not path.is_file() or mark not in path.read_text(encoding="utf-8").splitlines()[:5]:
            found.append(name)
    return found


def make(uv: str, project: Mapping[str, Any]) -> None:
    python = project["project"]["requires-python"]
    for name, requirements in wanted(project).items():
        # The learner's lock constrains the developer's: tests run on what a learner has.
        constraint = ["--constraint", str(FOLDER / LEARNER)] if name == DEVELOPER else []
        where = ["--universal", "--python-version", python.lstrip(">=")]
        if name == LOCALSTACK:
            where = ["--python-platform", "linux", "--python-version", LOCALSTACK_PYTHON]
        compile_ = [uv, "pip", "compile", *where]
        options = ["--generate-hashes", "--no-header", "--quiet", "--upgrade", *constraint]
        done = subprocess.run(
            [*compile_, *options, "-"],
            input="\n".join(requirements),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        head = HEAD.format(mark=MARK, digest=digest_of(requirements, python))
        FOLDER.mkdir(exist_ok=True)
        text = "\n".join(line for line in done.stdout.splitlines() if not _is_origin(line))
        (FOLDER / name).write_text(f"{head}{text}\n", encoding="utf-8")
        print(f"{FOLDER.name}/{name}: {len(re.findall(r'(?m)^[a-z]', text))} packages")


def _is_origin(line: str) -> bool:
    """``# via …``: it names where uv read the list, which differs from machine to machine."""
    return line.lstrip().startswith("#")


def main() -> int:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    if "--check" in sys.argv[1:]:
        found = stale(project)
        for name in found:
            print(f"{FOLDER.name}/{name} is not what pyproject.toml asks for.", file=sys.stderr)
        if found:
            print("  Now: python scripts/lock.py, then commit what it wrote.", file=sys.stderr)
        return 1 if found else 0
    uv = shutil.which("uv")
    if uv is None:
        print("Locks are made by uv. Now: https://docs.astral.sh/uv/", file=sys.stderr)
        return 1
    make(uv, project)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
