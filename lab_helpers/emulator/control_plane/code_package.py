"""Deployment packages: is this a zip file that Lambda would take, and unpacking it safely.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import contextlib
import errno
import io
import re
import shutil
import stat
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from lab_helpers.emulator.control_plane.errors import LambdaError, invalid_parameter

MAXIMUM_ZIPPED_BYTES = 52_428_800
MAXIMUM_UNZIPPED_BYTES = 262_144_000
MAXIMUM_ENTRIES = 100_000
"""AWS names no limit; this one keeps an archive of millions of empty files off the disk."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Of this machine's disk, and not of the package, speak these errors."""

_CHUNK_BYTES = 1 << 20
_MAXIMUM_LINK_BYTES = 4096
_DRIVE_LETTER = re.compile(r"^[A-Za-z]:")
_UTF8_NAME_FLAG = 0x800
_WINDOWS_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)


def could_not_unzip() -> LambdaError:
    return invalid_parameter(
        "Could not unzip uploaded file. Please check your file, then try to upload again."
    )


def check_zipped_size(size: int) -> None:
    """For direct uploads only: a package from S3 may be larger."""
    if size > MAXIMUM_ZIPPED_BYTES:
        raise LambdaError(
            "RequestEntityTooLargeException",
            f"Zipped size must be smaller than {MAXIMUM_ZIPPED_BYTES} bytes",
        )


def check_unzipped_size(size: int) -> None:
    if size >= MAXIMUM_UNZIPPED_BYTES:
        raise invalid_parameter(
            f"Unzipped size must be smaller than {MAXIMUM_UNZIPPED_BYTES} bytes"
        )


def unpack(package: bytes, target: Path) -> int:
    """Unpack a zip file into ``target``, an existing empty folder.

    What an entry claims is checked before anything is written, what it holds while it is.

    Returns:
        The unpacked size in bytes.

    Raises:
        LambdaError: not a zip file, an unsafe name or link, too large when unpacked.
        OSError: with one of ``NO_ROOM``, the disk is full.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            entries = _checked_entries(archive, target)
            return _write(archive, entries, target)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise could_not_unzip() from error
    except (ValueError, RuntimeError, EOFError, OverflowError) as error:
        # the zipfile module's ways to say: encrypted, truncated, impossible sizes
        raise could_not_unzip() from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        # a name that this machine's file system cannot hold
        raise could_not_unzip() from error


def _checked_entries(
    archive: zipfile.ZipFile, target: Path
) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Safe relative path → entry, the last of several with one name, as ``unzip`` keeps it."""
    infos = archive.infolist()
    if not infos or len(infos) > MAXIMUM_ENTRIES:
        # AWS refuses an archive without a single file
        raise could_not_unzip()
    check_unzipped_size(sum(info.file_size for info in infos))
    entries = {}
    for info in infos:
        path = _safe_path(info)
        if path is not None:
            entries[path] = info
    folders = {parent for path in entries for parent in path.parents}
    for path, info in entries.items():
        if not info.is_dir() and path in folders:
            raise could_not_unzip()
    _check_no_link_is_a_folder(entries)
    return entries


def _check_no_link_is_a_folder(entries: dict[PurePosixPath, zipfile.ZipInfo]) -> None:
    links = {path for path, info in entries.items() if _is_link(info)}
    if any(parent in links for path in entries for parent in path.parents):
        raise could_not_unzip()


def _safe_path(info: zipfile.ZipInfo) -> PurePosixPath | None:
    """None for an entry that names the top folder itself (``./``)."""
    # ``orig_filename``: ZipInfo itself cuts a name at its first NUL
    name = info.orig_filename.replace("\\", "/")
    if "\0" in name or name.startswith("/") or _DRIVE_LETTER.match(name):
        raise could_not_unzip()
    if not info.flag_bits & _UTF8_NAME_FLAG and not name.isascii():
        name = _redecoded(name)
    path = PurePosixPath(name)
    if ".." in path.parts or (sys.platform == "win32" and _is_windows_device(path)):
        raise could_not_unzip()
    return path if path.parts else None


def _is_windows_device(path: PurePosixPath) -> bool:
    """Names that mean a device or a second stream of a file there, and a plain file at AWS."""
    return any(
        ":" in part or part.split(".")[0].strip().upper() in _WINDOWS_DEVICES for part in path.parts
    )


def _redecoded(name: str) -> str:
    """zipfile reads names that are not marked as UTF-8 as code page 437; most are UTF-8."""
    with contextlib.suppress(UnicodeError):
        return name.encode("cp437").decode("utf-8")
    return name


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _write(
    archive: zipfile.ZipFile, entries: dict[PurePosixPath, zipfile.ZipInfo], target: Path
) -> int:
    written = 0
    links: list[tuple[Path, str]] = []
    for path, info in entries.items():
        place = target / path
        if info.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if _is_link(info):
            links.append((place, _link_target(archive, info, path)))
            continue
        written += _write_file(archive, info, place, written)
    for place, link_target in links:
        # last, so that no file is ever written through a link
        _link(place, link_target)
    _check_links_stay_inside([place for place, _ in links], target)
    return written


def _link(place: Path, link_target: str) -> None:
    if sys.platform == "win32":
        # there a link needs a privilege: a copy of the file does as well in a read-only package
        shutil.copyfile(place.parent / link_target, place)
    else:
        place.symlink_to(link_target)


def _check_links_stay_inside(links: list[Path], target: Path) -> None:
    """A link through another link may lead elsewhere than its text says."""
    inside = target.resolve()
    for place in links:
        if not place.resolve().is_relative_to(inside):
            raise could_not_unzip()


def _write_file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, before: int) -> int:
    written = 0
    with archive.open(info) as source, place.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            written += len(chunk)
            # an entry may hold more than it claims
            check_unzipped_size(before + written)
            file.write(chunk)
    executable = (info.external_attr >> 16) & 0o111
    place.chmod(0o755 if executable else 0o644)
    return written


def _link_target(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: PurePosixPath) -> str:
    """Where a symbolic link points; refused where that is outside of the package."""
    if info.file_size > _MAXIMUM_LINK_BYTES:
        raise could_not_unzip()
    with archive.open(info) as source:
        text = source.read(_MAXIMUM_LINK_BYTES + 1).decode("utf-8")
    depth = len(path.parts) - 1
    normalised = text.replace("\\", "/")
    if not text or "\0" in text or normalised.startswith("/") or _DRIVE_LETTER.match(text):
        raise could_not_unzip()
    for part in PurePosixPath(normalised).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            raise could_not_unzip()
    return text
