"""Who installs the wheel finds the console in any JupyterLab of that environment, once."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jupyterlab_server.config import get_federated_extensions

from lab_helpers.launcher.jupyter import LABEXTENSIONS
from lab_helpers.notebook.console.page import TARGET

PROJECT = Path(__file__).resolve().parents[3]
SHARED = "share/jupyter/labextensions"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the working copy, as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (data,) = folder.glob("*.data/data")
    return data


def test_the_wheel_brings_the_extension_to_where_jupyterlab_looks(unpacked: Path) -> None:
    there = unpacked / SHARED / TARGET
    package = json.loads((there / "package.json").read_text(encoding="utf-8"))
    script = there / package["jupyterlab"]["_build"]["load"]
    assert script.read_bytes() == (LABEXTENSIONS / TARGET / "static/remoteEntry.js").read_bytes()
    told = json.loads((there / "install.json").read_text(encoding="utf-8"))
    assert told["packageName"] == "lambda-dojo"  # what `jupyter labextension list` names
    # What the kernel's side sends to it is in the package.
    for name in ("panel.js", "console.css", "words.toml"):
        assert (unpacked.parents[1] / "lab_helpers/notebook/console" / name).is_file()


def test_up_which_names_its_own_copy_loads_it_once(unpacked: Path) -> None:
    found = get_federated_extensions([str(LABEXTENSIONS), str(unpacked / SHARED)])
    assert list(found) == [TARGET]
    assert Path(found[TARGET]["ext_path"]).parent == LABEXTENSIONS
