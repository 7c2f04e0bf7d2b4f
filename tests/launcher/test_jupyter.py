"""JupyterLab's own settings: loopback, the learner's language, no network of its own."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from lab_helpers.launcher.browser import has_display
from lab_helpers.launcher.course import first_page
from lab_helpers.launcher.jupyter import LABEXTENSIONS, write_settings


@pytest.mark.parametrize(("language", "locale"), [("en", "default"), ("ja", "ja_JP")])
def test_menus_speak_the_learner_s_language(tmp_path: Path, language: str, locale: str) -> None:
    write_settings(
        tmp_path,
        workspace=tmp_path,
        language=language,
        port=8888,
        exact_port=False,
        first_page="作業/地図 1.md",
    )
    config = tmp_path / "jupyter" / "config"
    settings = json.loads((config / "labconfig/default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": locale}
    lab = json.loads((config / "jupyter_lab_config.json").read_text())
    assert lab["ServerApp"]["ip"] == "127.0.0.1"
    assert lab["ServerApp"]["port_retries"] > 0
    assert lab["LabApp"]["default_url"].endswith("%E4%BD%9C%E6%A5%AD/%E5%9C%B0%E5%9B%B3%201.md")
    assert lab["LabApp"]["extra_labextensions_path"] == [str(LABEXTENSIONS)]


def test_a_port_asked_for_by_number_is_not_exchanged(tmp_path: Path) -> None:
    write_settings(
        tmp_path, workspace=tmp_path, language="en", port=9, exact_port=True, first_page=""
    )
    lab = json.loads((tmp_path / "jupyter/config/jupyter_lab_config.json").read_text())
    assert (lab["ServerApp"]["port"], lab["ServerApp"]["port_retries"]) == (9, 0)


def test_a_new_kernel_knows_what_to_say_before_the_first_cell_has_run(tmp_path: Path) -> None:
    write_settings(
        tmp_path, workspace=tmp_path, language="en", port=9, exact_port=True, first_page=""
    )
    kernel = tmp_path / "ipython/profile_default/ipython_kernel_config.json"
    [extension] = json.loads(kernel.read_text())["InteractiveShellApp"]["extensions"]
    assert hasattr(importlib.import_module(extension), "load_ipython_extension")


def test_the_map_opens_first_else_the_first_lab_in_the_language(tmp_path: Path) -> None:
    assert first_page(tmp_path, "ja") == ""
    for name in ("02_b/b.ja.ipynb", "01_a/a.en.ipynb", "01_a/a.ja.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert first_page(tmp_path, "ja") == "01_a/a.ja.ipynb"
    (tmp_path / "README.md").touch()
    assert first_page(tmp_path, "ja") == "README.md"


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "a b c d"}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_a_browser_opens_only_where_the_learner_sees_it(
    environ: dict[str, str], platform: str, expected: bool
) -> None:
    assert has_display(environ, platform) is expected
