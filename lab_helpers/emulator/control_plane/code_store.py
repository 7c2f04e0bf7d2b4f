"""Where deployment packages live: a folder per package, named by the package's SHA-256."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator.control_plane.bytecode import compile_beside
from lab_helpers.emulator.control_plane.code_package import NO_ROOM, unpack
from lab_helpers.emulator.control_plane.errors import disk_full

_ZIP_NAME = "package.zip"
_UNPACKED_NAME = "unpacked"
_SIZE_NAME = "unpacked-bytes"


@dataclass(frozen=True)
class StoredPackage:
    """A deployment package in the store.

    Attributes:
        sha256: base64 of the zip file's SHA-256, as AWS shows it (CodeSha256).
        size: of the zip file, bytes; ``unzipped_size`` of its unpacked files.
    """

    sha256: str
    size: int
    unzipped_size: int


class CodeStore:
    """Content-addressed: one package used by ten functions is kept once.

    Args:
        root: a folder of this store's own; made if missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, package: bytes) -> StoredPackage:
        """Check, unpack and keep a zip file; quick where the store has it already.

        Raises:
            LambdaError: see ``code_package.unpack``; or the disk is full.
        """
        digest = hashlib.sha256(package)
        folder = self.root / digest.hexdigest()
        if not folder.is_dir():
            try:
                self._unpack_into(folder, package)
            except OSError as error:
                if error.errno in NO_ROOM:
                    raise disk_full(self.root, error) from error
                raise
        return StoredPackage(
            base64.b64encode(digest.digest()).decode(),
            len(package),
            int((folder / _SIZE_NAME).read_text()),
        )

    def _unpack_into(self, folder: Path, package: bytes) -> None:
        """Fill a folder beside the final one and rename it: a half-unpacked one is never seen."""
        half_done = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=self.root))
        try:
            unpacked = half_done / _UNPACKED_NAME
            unpacked.mkdir()
            size = unpack(package, unpacked)
            (half_done / _ZIP_NAME).write_bytes(package)
            (half_done / _SIZE_NAME).write_text(str(size))
            # mkdtemp's folders are for their owner only; functions may run as another user
            half_done.chmod(0o755)
            try:
                half_done.rename(folder)
            except OSError:
                # someone else unpacked the same package meanwhile
                if not folder.is_dir():
                    raise
            else:
                compile_beside(folder / _UNPACKED_NAME)
        finally:
            shutil.rmtree(half_done, ignore_errors=True)

    def directory(self, sha256: str) -> Path:
        """The unpacked package. ``sha256`` as in CodeSha256."""
        return self._folder(sha256) / _UNPACKED_NAME

    def zip_bytes(self, sha256: str) -> bytes:
        return (self._folder(sha256) / _ZIP_NAME).read_bytes()

    def zipped_size(self, sha256: str) -> int:
        return (self._folder(sha256) / _ZIP_NAME).stat().st_size

    def unzipped_size(self, sha256: str) -> int:
        return int((self._folder(sha256) / _SIZE_NAME).read_text())

    def prune(self, in_use: Collection[str]) -> None:
        """Remove packages that no ``CodeSha256`` of ``in_use`` names."""
        kept = {self._folder(sha256).name for sha256 in in_use}
        for folder in self.root.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, sha256: str) -> Path:
        return self.root / base64.b64decode(sha256).hex()
