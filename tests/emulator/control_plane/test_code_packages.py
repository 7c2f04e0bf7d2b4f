"""Deployment packages: whatever is uploaded, nothing is written outside of its own folder."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import struct
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.control_plane import code_package, code_store
from lab_helpers.emulator.control_plane.code_package import unpack
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.errors import LambdaError
from tests.emulator.control_plane.lambda_client import (
    Cloud,
    Refusal,
    create,
    refused,
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


def test_a_package_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[Path] = []

    def counting(package: bytes, target: Path) -> int:
        unpacked.append(target)
        return unpack(package, target)

    monkeypatch.setattr(code_store, "unpack", counting)
    store = CodeStore(tmp_path / "code")
    first, second = store.put(zipped()), store.put(zipped())
    assert first == second
    assert len(unpacked) == 1
    assert first.sha256 == base64.b64encode(hashlib.sha256(zipped()).digest()).decode()
    assert (store.zipped_size(first.sha256), store.unzipped_size(first.sha256)) == (
        first.size,
        first.unzipped_size,
    )


def test_threads_may_store_the_same_package_at_once(tmp_path: Path) -> None:
    store, seen = CodeStore(tmp_path / "code"), []
    package = zipped({f"{number}.py": "x" * 1000 for number in range(50)})
    threads = [
        threading.Thread(target=lambda: seen.append(store.put(package).sha256)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert len(list((tmp_path / "code").iterdir())) == 1


def test_pruning_keeps_what_is_in_use(tmp_path: Path) -> None:
    store = CodeStore(tmp_path / "code")
    kept, unused = store.put(zipped()), store.put(zipped({"a.py": ""}))
    store.prune({kept.sha256})
    assert store.directory(kept.sha256).is_dir()
    assert not store.directory(unused.sha256).exists()


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def test_uploads_that_create_function_refuses(unchecked: Any) -> None:
    for code, message in (
        ({"ZipFile": b"not a zip"}, COULD_NOT_UNZIP),
        ({"ZipFile": b""}, "Uploaded file must be a non-empty zip"),
        ({}, "Please provide a source for function code."),
        ({"S3Bucket": "bucket"}, "Please provide a source for function code."),
        (
            {"ZipFile": zipped(), "S3Bucket": "bucket", "S3Key": "key"},
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        ),
    ):
        assert refused(create, client=unchecked, Code=code) == invalid(message)
    assert unchecked.list_functions()["Functions"] == []


def test_fifty_megabytes_are_enough_for_a_direct_upload(client: Any) -> None:
    assert refused(create, client=client, Code={"ZipFile": bytes(52_428_801)}) == Refusal(
        413, "RequestEntityTooLargeException", "Zipped size must be smaller than 52428800 bytes"
    )


def test_a_package_from_s3_may_be_larger(
    client: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_package, "MAXIMUM_ZIPPED_BYTES", 100)
    package = zipped({"noise": bytes(200)})
    assert refused(create, client=client, Code={"ZipFile": package}).status == 413
    cloud.buckets.add("bucket")
    cloud.objects["bucket", "big.zip"] = package
    answer = create(client, Code={"S3Bucket": "bucket", "S3Key": "big.zip"})
    assert answer["CodeSize"] == len(package)


def test_package_and_layers_together_stay_below_250_mb(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_package, "MAXIMUM_UNZIPPED_BYTES", 1000)
    content = {"ZipFile": zipped({"layer.bin": bytes(600)})}
    arn = client.publish_layer_version(LayerName="big", Content=content)["LayerVersionArn"]
    package = zipped({"code.bin": bytes(500)})
    too_large = invalid("Unzipped size must be smaller than 1000 bytes")
    assert refused(create, client=client, Code={"ZipFile": package}, Layers=[arn]) == too_large
    create(client, Layers=[arn])
    assert refused(client.update_function_code, FunctionName="fn", ZipFile=package) == too_large


def test_code_from_s3(client: Any, cloud: Cloud) -> None:
    source = {"S3Bucket": "bucket", "S3Key": "code.zip"}
    assert refused(create, client=client, Code=source) == invalid(
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The "
        "specified bucket does not exist"
    )
    cloud.buckets.add("bucket")
    assert refused(create, client=client, Code=source) == invalid(
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The "
        "specified key does not exist."
    )
    cloud.objects["bucket", "code.zip"] = zipped()
    create(client, Code=source)
    cloud.objects["bucket", "code.zip"] = zipped({"b.py": ""})
    before = client.get_function_configuration(FunctionName="fn")["CodeSha256"]
    assert client.update_function_code(FunctionName="fn", **source)["CodeSha256"] != before


Download = Callable[[str], bytes]


@pytest.mark.parametrize("token", ["", "zz", "00", "../../etc/passwd", "0" * 64])
def test_a_download_link_leads_to_packages_only(plane: Any, token: str) -> None:
    download: Download = plane.download
    with pytest.raises(LambdaError) as caught:
        download(token)
    assert caught.value.status == 404
