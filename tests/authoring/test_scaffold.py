import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.authoring.lab_source import find_labs
from lab_helpers.authoring.scaffold import write_scaffold
from lab_helpers.authoring.text_faults import text_faults
from lab_helpers.authoring.verify import text_proofs
from lab_helpers.catalog import load_lab
from lab_helpers.errors import DojoError

PROJECT = Path(__file__).parents[2]


def test_a_new_lab_has_sound_texts_and_current_notebooks(labs_root: Path) -> None:
    write_scaffold(labs_root, "dead_letters")
    (lab,) = find_labs(labs_root)
    assert [proof.fault for proof in text_proofs(lab)] == ["", ""]
    assert load_lab(lab.folder).id == "dead_letters"


def test_a_new_lab_is_numbered_after_the_last_one(labs_root: Path) -> None:
    write_scaffold(labs_root, "first")
    write_scaffold(labs_root, "second")
    assert [lab.folder.name for lab in find_labs(labs_root)] == ["01_first", "02_second"]


@pytest.mark.parametrize("name", ["Dead", "dead-letters", "../x", "", "class", "1st", "a__b"])
def test_a_name_that_cannot_be_a_module_is_refused(labs_root: Path, name: str) -> None:
    with pytest.raises(DojoError, match="cannot be a lab's name"):
        write_scaffold(labs_root, name)
    assert list(labs_root.iterdir()) == []


def test_a_name_that_is_taken_is_refused_and_nothing_is_overwritten(labs_root: Path) -> None:
    write_scaffold(labs_root, "dead_letters")
    (lab,) = find_labs(labs_root)
    lab.text_path.write_text("mine", encoding="utf-8")
    with pytest.raises(DojoError, match="already"):
        write_scaffold(labs_root, "dead_letters")
    assert lab.read_text() == "mine"


def test_a_lab_without_its_wrong_answers_and_hints_is_faulty(labs_root: Path) -> None:
    write_scaffold(labs_root, "dead_letters")
    (lab,) = find_labs(labs_root)
    lab.wrong_paths[0].unlink()
    (lab.source / "hints.toml").write_text('[create_bucket]\nen = ["a"]\nja = []\n')
    faults = text_faults(lab)
    assert "wrong/: no wrong answer for the step create_bucket" in faults
    assert any("1 hints in en" in fault for fault in faults)
    assert any("0 hints in ja" in fault for fault in faults)


@pytest.mark.slow
def test_a_new_lab_proves_itself(tmp_path: Path) -> None:
    """In a copy of the project, with nothing changed after ``author new``."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(PROJECT / "lab_helpers", tmp_path / "lab_helpers", ignore=ignored)
    (tmp_path / "labs").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for arguments in (["new", "dead_letters"], ["verify"], ["build", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "lab_helpers", "author", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        if arguments == ["verify"]:
            assert "wrong: versioning_forgotten gets versioning_off" in done.stdout
            assert "notebook ja, filled in: runs, passed" in done.stdout
