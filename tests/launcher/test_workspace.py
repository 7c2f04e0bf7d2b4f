"""The learner's copies: fresh where missing, never touched where present."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from lab_helpers.errors import DojoError
from lab_helpers.launcher.workspace import fill_workspace, shipped_files

NOTEBOOK = "01_create_function/create_function.en.ipynb"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    labs = tmp_path / "project" / "labs"
    for name, text in {
        "README.md": "map",
        NOTEBOOK: "notebook v1",
        "01_create_function/create_function.ja.ipynb": "ノートブック",
        "01_create_function/events/日本語 キー.json": "{}",
        "01_create_function/.source/lab.toml": "id = 'x'",
        "01_create_function/.source/solution/steps.py": "secret",
        "01_create_function/__pycache__/x.pyc": "",
        "01_create_function/.ipynb_checkpoints/old.ipynb": "",
        ".DS_Store": "",
    }.items():
        path = labs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return labs


@pytest.fixture(params=["workspace", "my work 作業場"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_a_new_workspace_holds_what_a_learner_opens_and_nothing_of_the_author(
    shipped: Path, workspace: Path
) -> None:
    filled = fill_workspace(shipped, workspace)
    assert filled.copied == (
        "README.md",
        NOTEBOOK,
        "01_create_function/create_function.ja.ipynb",
        "01_create_function/events/日本語 キー.json",
    )
    present = {p.relative_to(workspace).as_posix() for p in workspace.rglob("*") if p.is_file()}
    assert present == {*filled.copied, ".lambda-dojo/manifest.json"}


@pytest.mark.parametrize("edited", [True, False])
def test_a_newer_project_never_touches_a_file_that_the_learner_has_but_says_so(
    shipped: Path, workspace: Path, edited: bool
) -> None:
    fill_workspace(shipped, workspace)
    mine = workspace / NOTEBOOK
    if edited:
        mine.write_text("my answers", encoding="utf-8")
    before = (mine.read_bytes(), mine.stat().st_mtime_ns)
    (shipped / NOTEBOOK).write_text("notebook v2", encoding="utf-8")
    for _ in range(2):
        filled = fill_workspace(shipped, workspace)
        assert filled.copied == ()
        assert filled.newer_available == (NOTEBOOK,)
    assert (mine.read_bytes(), mine.stat().st_mtime_ns) == before


def test_a_deleted_file_and_a_deleted_folder_come_back_fresh(
    shipped: Path, workspace: Path
) -> None:
    fill_workspace(shipped, workspace)
    (shipped / NOTEBOOK).write_text("notebook v2", encoding="utf-8")
    for path in sorted((workspace / "01_create_function").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (workspace / "01_create_function").rmdir()
    filled = fill_workspace(shipped, workspace)
    assert len(filled.copied) == 3
    assert (workspace / NOTEBOOK).read_text(encoding="utf-8") == "notebook v2"
    assert fill_workspace(shipped, workspace).newer_available == ()


def test_an_edit_alone_is_no_news(shipped: Path, workspace: Path) -> None:
    fill_workspace(shipped, workspace)
    (workspace / NOTEBOOK).write_text("my answers", encoding="utf-8")
    filled = fill_workspace(shipped, workspace)
    assert filled == type(filled)((), ())


def test_files_of_the_learner_and_a_foreign_file_of_the_same_name_stay(
    shipped: Path, workspace: Path
) -> None:
    (workspace / "01_create_function").mkdir(parents=True)
    (workspace / NOTEBOOK).write_text("mine before", encoding="utf-8")
    (workspace / "notes.txt").write_text("mine", encoding="utf-8")
    fill_workspace(shipped, workspace)
    assert (workspace / NOTEBOOK).read_text(encoding="utf-8") == "mine before"
    assert (workspace / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"files": 3}', '{"files": {"a": null}}'])
def test_a_broken_manifest_costs_nothing_but_the_news(
    shipped: Path, workspace: Path, broken: str
) -> None:
    fill_workspace(shipped, workspace)
    (workspace / NOTEBOOK).write_text("my answers", encoding="utf-8")
    (workspace / ".lambda-dojo/manifest.json").write_text(broken, encoding="utf-8")
    (workspace / "README.md").unlink()
    assert fill_workspace(shipped, workspace).copied == ("README.md",)
    assert (workspace / NOTEBOOK).read_text(encoding="utf-8") == "my answers"
    manifest = json.loads((workspace / ".lambda-dojo/manifest.json").read_text(encoding="utf-8"))
    assert "README.md" in manifest["files"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_read_only_installation_gives_files_that_the_learner_can_write(
    shipped: Path, workspace: Path
) -> None:
    (shipped / NOTEBOOK).chmod(0o444)
    (shipped / "README.md").chmod(0o555)
    fill_workspace(shipped, workspace)
    assert stat.S_IMODE((workspace / NOTEBOOK).stat().st_mode) == 0o644
    assert stat.S_IMODE((workspace / "README.md").stat().st_mode) == 0o755


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_dangling_link_of_the_learner_is_left_alone(shipped: Path, workspace: Path) -> None:
    workspace.mkdir()
    (workspace / "README.md").symlink_to(workspace / "nowhere")
    assert "README.md" not in fill_workspace(shipped, workspace).copied
    assert (workspace / "README.md").is_symlink()


def test_a_workspace_that_cannot_be_written_is_told_with_a_way_out(
    shipped: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(workspace))

    # Tests may run as root, whom no permission stops.
    monkeypatch.setattr("lab_helpers.launcher.workspace.write_atomically", refuse)
    with pytest.raises(DojoError, match=r"Permission denied.*\n.*--workspace DIR"):
        fill_workspace(shipped, workspace)


def test_no_half_written_file_remains_when_the_disk_is_full(
    shipped: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_args: object) -> None:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DojoError, match="No space left on device"):
        fill_workspace(shipped, workspace)
    assert [p for p in workspace.rglob("*") if p.is_file()] == []


def test_a_file_cannot_be_the_workspace(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DojoError, match="It is a file"):
        fill_workspace(shipped, tmp_path / "file")


@pytest.mark.parametrize("inside", [".", "01_create_function", "new/er"])
def test_the_project_s_own_labs_cannot_be_the_workspace(shipped: Path, inside: str) -> None:
    with pytest.raises(DojoError, match="where the project keeps its labs"):
        fill_workspace(shipped, shipped / inside)


def test_an_installation_without_labs_is_told(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="labs are missing"):
        fill_workspace(tmp_path / "absent", tmp_path / "workspace")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot hold these names")
@pytest.mark.parametrize(
    "name", ["what?.json", "aux.py", "COM1.txt", "trailing.", "nul", "a:b", "か\u3099.txt"]
)
def test_a_name_that_some_machine_cannot_hold_is_refused_everywhere(
    shipped: Path, name: str
) -> None:
    (shipped / "01_create_function" / name).write_text("", encoding="utf-8")
    with pytest.raises(DojoError, match="not every machine"):
        list(shipped_files(shipped))


@pytest.mark.skipif(os.path.normcase("A") == "a", reason="names differ in case only")
def test_two_names_that_differ_in_case_alone_are_refused(shipped: Path) -> None:
    if (shipped / "readme.MD").exists():
        pytest.skip("this file system does not tell them apart")
    (shipped / "readme.MD").write_text("", encoding="utf-8")
    with pytest.raises(DojoError, match="upper and lower case"):
        list(shipped_files(shipped))
