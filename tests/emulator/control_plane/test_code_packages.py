"""Deployment packages: whatever is uploaded, nothing is written outside of its own folder."""

from __future__ import annotations

import errno
import io
import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.control_plane import code_package
from lab_helpers.emulator.control_plane.code_package import unpack
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.errors import LambdaError
from tests.emulator.control_plane.lambda_client import (
    zipped,
)

COULD_NOT_UNZIP = "Could not unzip uploaded file. Please check your file, then try to upload again."


def entry(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def archive_of(*entries: tuple[zipfile.ZipInfo, bytes], compress: bool = False) -> bytes:
    buffer = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content, compress_type=kind)
    return buffer.getvalue()


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    return entry(name, stat.S_IFLNK | 0o777), target.encode()


def refusal_of(package: bytes, tmp_path: Path) -> LambdaError:
    target = tmp_path / "target"
    target.mkdir(exist_ok=True)
    with pytest.raises(LambdaError) as caught:
        unpack(package, target)
    assert files_in(tmp_path) == {"target"} | {f"target/{path}" for path in files_in(target)}, (
        "something was written beside the target"
    )
    return caught.value


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_files_and_folders_come_out_as_packed(tmp_path: Path) -> None:
    package = archive_of(
        (entry("lambda_function.py"), b"x = 1"),
        (entry("package/", stat.S_IFDIR | 0o755), b""),
        (entry("package/deep/module.py"), "名前".encode()),
        (entry("日本語.txt"), b"utf-8 name"),
    )
    assert unpack(package, tmp_path) == len(b"x = 1") + len("名前".encode()) + len(b"utf-8 name")
    assert (tmp_path / "package/deep/module.py").read_text("utf-8") == "名前"
    assert (tmp_path / "日本語.txt").read_bytes() == b"utf-8 name"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no executable bit")
def test_the_executable_bit_stays_and_everything_is_readable(tmp_path: Path) -> None:
    unpack(archive_of((entry("bootstrap", 0o700), b"#!"), (entry("data", 0o000), b"")), tmp_path)
    assert stat.S_IMODE((tmp_path / "bootstrap").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "a/../../evil.py",
        "a/../b.py",
        "/etc/evil",
        "//server/share",
        "C:/evil",
        "c:evil",
        "..\\evil.py",
        "\\evil",
        "a\0b",
    ],
)
def test_names_that_lead_outside_are_refused(name: str, tmp_path: Path) -> None:
    info = entry("placeholder")
    info.filename = name
    assert refusal_of(archive_of((info, b"x")), tmp_path).message == COULD_NOT_UNZIP


def test_names_in_another_code_page_are_read_as_utf_8_where_they_are(tmp_path: Path) -> None:
    package = bytearray(archive_of((entry("ABCDEF.py"), b"x")))
    wanted = "日本".encode()
    unpack(bytes(package.replace(b"ABCDEF", wanted)), tmp_path)
    assert files_in(tmp_path) == {"日本.py"}


def test_a_name_that_is_no_utf_8_still_unpacks(tmp_path: Path) -> None:
    package = archive_of((entry("AB.py"), b"x")).replace(b"AB.py", b"\xff\xfe.py")
    unpack(package, tmp_path)
    assert len(files_in(tmp_path)) == 1


def test_of_two_entries_with_one_name_the_last_stays(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        package = archive_of((entry("a.py"), b"first"), (entry("a.py"), b"second"))
    unpack(package, tmp_path)
    assert (tmp_path / "a.py").read_bytes() == b"second"


def test_a_file_cannot_be_a_folder_too(tmp_path: Path) -> None:
    package = archive_of((entry("a"), b"file"), (entry("a/b"), b"in it"))
    assert refusal_of(package, tmp_path).message == COULD_NOT_UNZIP


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_inside_the_package_stays_a_link(tmp_path: Path) -> None:
    package = archive_of(
        link("lib/libx.so", "libx.so.1"),
        (entry("lib/libx.so.1"), b"ELF"),
        link("lib/up", "../lib/libx.so.1"),
    )
    unpack(package, tmp_path)
    assert (tmp_path / "lib/libx.so").is_symlink()
    assert (tmp_path / "lib/up").read_bytes() == b"ELF"


@pytest.mark.parametrize(
    "target",
    ["/etc/passwd", "../outside", "a/../../outside", "C:\\x", "..\\outside", "", "\0", "\\x"],
)
def test_a_link_to_the_outside_is_refused(target: str, tmp_path: Path) -> None:
    assert refusal_of(archive_of(link("link", target)), tmp_path).message == COULD_NOT_UNZIP


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    package = archive_of(link("link", "."), (entry("link/../../evil"), b"x"))
    refusal_of(package, tmp_path)
    package = archive_of((entry("link/evil"), b"x"), link("link", "folder"))
    refusal_of(package, tmp_path)


def test_links_that_chain_to_the_outside_are_refused(tmp_path: Path) -> None:
    package = archive_of(
        (entry("a/b/file"), b"x"), link("a/b/up", ".."), link("out", "a/b/up/../../../etc")
    )
    assert refusal_of(package, tmp_path).message == COULD_NOT_UNZIP


@pytest.mark.parametrize(
    "package",
    [
        b"",
        b"not a zip file",
        b"PK\x03\x04" + b"\0" * 40,
        b"PK\x05\x06" + b"\0" * 18,
        zipped()[:-10],
        zipped()[10:],
    ],
    ids=["empty", "text", "header only", "no entries", "cut off", "no start"],
)
def test_what_is_no_zip_file_is_refused(package: bytes, tmp_path: Path) -> None:
    assert refusal_of(package, tmp_path).message == COULD_NOT_UNZIP


def test_a_file_whose_checksum_is_wrong_is_refused(tmp_path: Path) -> None:
    package = zipped({"a.py": "content"}).replace(b"content", b"CONTENT")
    assert refusal_of(package, tmp_path).message == COULD_NOT_UNZIP


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    package = bytearray(zipped({"a.py": "content"}))
    package[6] |= 1
    central = package.index(b"PK\x01\x02")
    package[central + 8] |= 1
    assert refusal_of(bytes(package), tmp_path).message == COULD_NOT_UNZIP


def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    package = archive_of((entry("zeros"), bytes(100_000)), compress=True)
    honest, claimed = struct.pack("<I", 100_000), struct.pack("<I", 262_144_000)
    bomb = package.replace(honest, claimed)
    assert bomb != package
    error = refusal_of(bomb, tmp_path)
    assert error.message == "Unzipped size must be smaller than 262144000 bytes"
    assert files_in(tmp_path / "target") == set()


def test_a_bomb_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_package, "MAXIMUM_UNZIPPED_BYTES", 1000)
    package = archive_of((entry("zeros"), bytes(100_000)), compress=True)
    honest, lie = struct.pack("<I", 100_000), struct.pack("<I", 10)
    assert honest in package
    error = refusal_of(package.replace(honest, lie), tmp_path)
    assert error.code == "InvalidParameterValueException"
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert written <= 1000


def test_a_hundred_thousand_entries_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_package, "MAXIMUM_ENTRIES", 3)
    package = zipped({f"{number}.py": "" for number in range(4)})
    assert refusal_of(package, tmp_path).message == COULD_NOT_UNZIP


def mutated(package: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(package)
    for place, value in changes:
        changed[place % len(changed)] = value
    return bytes(changed)


SAMPLE = archive_of(
    (entry("lambda_function.py"), b"def handler(event, context): pass"),
    (entry("lib/data.bin"), bytes(range(256))),
    link("lib/link", "data.bin"),
    compress=True,
)

any_upload = st.one_of(
    st.binary(max_size=300),
    st.builds(
        mutated,
        st.just(SAMPLE),
        st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    ),
    st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=20)), max_size=5).map(
        lambda files: archive_of(
            *((entry(name or "x"), content) for name, content in dict(files).items())
        )
    ),
    st.lists(st.tuples(st.text("./\\abC:", max_size=12), st.text("./\\abC:", max_size=12))).map(
        lambda links: archive_of(
            *(link(name or "x", target) for name, target in dict(links).items())
        )
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(package=any_upload)
def test_any_upload_is_a_folder_or_an_error_and_touches_nothing_else(
    package: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("fuzz")
    store = CodeStore(root / "store")
    try:
        stored = store.put(package)
    except LambdaError as error:
        assert error.code == "InvalidParameterValueException"
        assert list((root / "store").iterdir()) == [], "a refused upload left something behind"
    else:
        folder = store.directory(stored.sha256).resolve()
        for path in folder.rglob("*"):
            assert path.resolve().is_relative_to(folder)
        assert store.zip_bytes(stored.sha256) == package
    assert [path.name for path in root.iterdir()] == ["store"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_not_the_packages_fault(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(number, "No space left on device")

    monkeypatch.setattr(code_package, "_write_file", no_room)
    with pytest.raises(LambdaError, match="Free some disk space") as told:
        CodeStore(tmp_path).put(zipped({"f.py": "x"}))
    assert (told.value.code, told.value.status) == ("DiskFull", 507)
    assert not list(tmp_path.iterdir())
