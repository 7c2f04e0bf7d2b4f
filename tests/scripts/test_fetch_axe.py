"""axe-core is fetched once, and only the package whose hash is known is used."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def script() -> Any:
    found = importlib.util.spec_from_file_location(
        "fetch_axe", PROJECT / "scripts" / "fetch_axe.py"
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


fetch_axe = script()


@pytest.fixture
def package() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("package/axe.min.js")
        entry.size = len(b"axe = 1")
        archive.addfile(entry, io.BytesIO(b"axe = 1"))
    return packed.getvalue()


@pytest.fixture
def npm(tmp_path: Path, package: bytes) -> str:
    """A stand-in that leaves the package in the folder it is called in, and counts its calls."""
    (tmp_path / "package.tgz").write_bytes(package)
    program = tmp_path / "npm"
    program.write_text(
        f"#!/bin/sh\ncp '{tmp_path}/package.tgz' ./axe-core.tgz\necho \"$@\" >> '{tmp_path}/said'\n"
    )
    program.chmod(0o755)
    return str(program)


def hash_of(package: bytes) -> str:
    return base64.b64encode(hashlib.sha512(package).digest()).decode()


posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for npm is a shell script")


@posix
def test_it_is_fetched_once_and_kept(tmp_path: Path, npm: str, package: bytes) -> None:
    folder = tmp_path / "node_modules"
    for _ in range(2):
        kept = fetch_axe.fetch(folder, sha512=hash_of(package), npm=npm)
        assert kept.read_text() == "axe = 1"
    said = (tmp_path / "said").read_text().splitlines()
    assert said == [f"pack axe-core@{fetch_axe.VERSION} --silent --ignore-scripts"]
    assert list(kept.parent.iterdir()) == [kept]


@posix
def test_another_package_under_its_name_is_refused(tmp_path: Path, npm: str) -> None:
    with pytest.raises(SystemExit, match="not used"):
        fetch_axe.fetch(tmp_path / "node_modules", npm=npm)
    assert not (tmp_path / "node_modules").exists()


def test_a_machine_without_npm_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="npm is missing"):
        fetch_axe.fetch(tmp_path, npm="no-such-npm-here")
