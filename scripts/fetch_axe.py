"""Fetch axe-core, which looks for what shuts people out, for the browser tests (needs npm).

    python scripts/fetch_axe.py     prints where axe.min.js is; fetched once, then kept

It stays out of the package and out of the repository: `node_modules/` holds it. Version and hash
are fixed here; for a newer one: `npm view axe-core version dist.integrity`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
FOLDER = Path(__file__).resolve().parent.parent / "node_modules"
NPM_LIMIT_S = 180


def fetch(folder: Path = FOLDER, *, sha512: str = SHA512, npm: str = "npm") -> Path:
    """The path of ``axe.min.js`` below ``folder``, which is fetched where it is missing.

    Raises:
        SystemExit: there is no npm, it failed, or the package is not the one of this hash.
    """
    kept = folder / f"axe-core-{VERSION}" / "axe.min.js"
    if kept.is_file():
        return kept
    program = shutil.which(npm)
    if program is None:
        sys.exit("npm is missing: install Node.js (Debian: apt-get install npm), or let CI do it.")
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            [program, "pack", f"axe-core@{VERSION}", "--silent", "--ignore-scripts"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=NPM_LIMIT_S,
        )
        packed = next(iter(Path(place).glob("*.tgz")), None)
        if done.returncode or packed is None:
            sys.exit(f"npm could not fetch axe-core {VERSION}:\n{done.stderr[-2000:]}")
        content = packed.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != sha512:
        sys.exit(f"axe-core {VERSION} is not the package whose hash is kept here: not used.")
    _unpack(content, kept)
    return kept


def _unpack(package: bytes, kept: Path) -> None:
    """The script alone; whole or not at all, since test processes may fetch it side by side."""
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        text = member.read()
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=kept.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    Path(unfinished).replace(kept)


if __name__ == "__main__":
    print(fetch())
