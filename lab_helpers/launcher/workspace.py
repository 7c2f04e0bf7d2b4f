"""The learner's own copies of the labs.

The rule is short, so that nobody has to trust us: a file that the learner has is never touched,
edited or not; a file that is missing comes fresh. When the project brings a newer version of a
file that the learner has, the launcher says so and leaves the choice to them.

Both languages of a notebook are copied: the one chosen opens first, a sentence can be read in the
other one at any time, and no link in the map of the labs is dead.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lab_helpers.errors import DojoError
from lab_helpers.launcher.portable_names import why_not_portable
from lab_helpers.launcher.private_files import write_atomically, write_json

STATE_FOLDER = ".lambda-dojo"
_LEFT_OUT = frozenset({"__pycache__"})


@dataclass(frozen=True)
class Filled:
    """What filling the workspace did. Paths are relative to it, with ``/``.

    Attributes:
        copied: files that were missing and are there now.
        newer_available: files that the learner has from an older version of the project.
    """

    copied: tuple[str, ...]
    newer_available: tuple[str, ...]


def fill_workspace(shipped: Path, workspace: Path) -> Filled:
    """Copy every file of the labs in ``shipped`` that ``workspace`` lacks.

    Raises:
        DojoError: the workspace cannot be used or written, or ``shipped`` holds no labs.
    """
    refuse_unusable(shipped, workspace)
    try:
        return _copy_missing(shipped, workspace)
    except OSError as error:
        raise DojoError(
            f"The workspace {workspace} cannot be filled.",
            why=f"{error.strerror or error}: {error.filename or workspace}",
            now="Give yourself the right to write there, or choose another folder: --workspace DIR",
        ) from error


def _copy_missing(shipped: Path, workspace: Path) -> Filled:
    workspace.mkdir(parents=True, exist_ok=True)
    manifest = _Manifest.read(workspace)
    copied: list[str] = []
    newer: list[str] = []
    for source, relative in shipped_files(shipped):
        target = workspace / relative
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if os.path.lexists(target):  # a dangling link is the learner's as well
            if manifest.is_older(relative, digest) and _differs(target, content):
                newer.append(relative)
            continue
        runs = os.access(source, os.X_OK)
        # The shipped copy may be read-only; the learner's never is.
        write_atomically(target, content, mode=0o755 if runs else 0o644)
        manifest.copied[relative] = digest
        copied.append(relative)
    if copied or not manifest.path.exists():
        manifest.write()
    return Filled(tuple(copied), tuple(newer))


def shipped_files(shipped: Path) -> Iterator[tuple[Path, str]]:
    """Each file a learner gets, with its path in the workspace. Hidden ones are the authors'.

    Raises:
        DojoError: a name that some platform cannot hold; ours to mend, not the learner's.
    """
    seen: dict[str, str] = {}
    for folder, subfolders, names in os.walk(shipped):
        subfolders[:] = sorted(
            n for n in subfolders if not n.startswith(".") and n not in _LEFT_OUT
        )
        for name in sorted(names):
            if name.startswith("."):
                continue
            source = Path(folder, name)
            relative = PurePosixPath(source.relative_to(shipped).as_posix())
            _refuse_unportable(relative, seen)
            yield source, str(relative)


def _refuse_unportable(relative: PurePosixPath, seen: dict[str, str]) -> None:
    why = next(filter(None, (why_not_portable(part) for part in relative.parts)), "")
    twin = seen.setdefault(str(relative).casefold(), str(relative))
    if not why and twin != str(relative):
        why = f"differs from {twin} in upper and lower case alone"
    if why:
        raise DojoError(
            f"The labs hold a file that not every machine can: {relative}",
            why=f"The name {why}.",
            now="Report it to the project; `git checkout` of another version may help until then.",
        )


def refuse_unusable(shipped: Path, workspace: Path) -> None:
    """Raise DojoError where ``workspace`` cannot be one; touches nothing."""
    if not shipped.is_dir():
        raise DojoError(
            "The labs are missing from this installation.",
            why=f"There is no folder {shipped}.",
            now="Install Lambda Dojo again: pip install --force-reinstall lambda-dojo",
        )
    if workspace.exists() and not workspace.is_dir():
        raise DojoError(
            f"{workspace} cannot be the workspace.",
            why="It is a file, and a workspace is a folder.",
            now="Choose another folder: --workspace DIR",
        )
    inside = workspace.resolve()
    if inside == shipped.resolve() or shipped.resolve() in inside.parents:
        raise DojoError(
            f"{workspace} cannot be the workspace.",
            why="It is where the project keeps its labs; your work would change them.",
            now="Choose a folder of your own: --workspace DIR",
        )


def _differs(target: Path, content: bytes) -> bool:
    try:
        return target.read_bytes() != content
    except OSError:  # a folder or a dangling link of that name
        return True


class _Manifest:
    """Which version of each file the learner's copy was made from (SHA-256)."""

    def __init__(self, path: Path, copied: dict[str, str]) -> None:
        self.path = path
        self.copied = copied

    @classmethod
    def read(cls, workspace: Path) -> _Manifest:
        path = workspace / STATE_FOLDER / "manifest.json"
        try:
            files = json.loads(path.read_text(encoding="utf-8"))["files"]
            return cls(path, {str(name): str(digest) for name, digest in files.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Without it nothing is lost: it only tells which newer versions to mention.
            return cls(path, {})

    def is_older(self, relative: str, digest: str) -> bool:
        return self.copied.get(relative, digest) != digest

    def write(self) -> None:
        write_json(self.path, {"format": 1, "files": self.copied})
