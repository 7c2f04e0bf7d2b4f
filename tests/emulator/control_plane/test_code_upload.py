"""The code store, and where packages come from: the request, S3, a download link."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.control_plane import code_package, code_store
from lab_helpers.emulator.control_plane.code_package import check_zipped_size, unpack
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


def test_fifty_megabytes_are_enough_for_a_direct_upload() -> None:
    check_zipped_size(52_428_800)
    with pytest.raises(LambdaError) as caught:
        check_zipped_size(52_428_801)
    assert (caught.value.status, caught.value.code, caught.value.message) == (
        413,
        "RequestEntityTooLargeException",
        "Zipped size must be smaller than 52428800 bytes",
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
