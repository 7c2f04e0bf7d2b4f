"""Large packages are compiled once, not at each cold start."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from lab_helpers.emulator.control_plane.bytecode import WORTH_IT, compile_beside


def package(folder: Path, modules: int) -> Path:
    folder.mkdir()
    for number in range(modules):
        (folder / f"module_{number}.py").write_text(f"NUMBER = {number}\n", encoding="utf-8")
    return folder


def test_a_large_package_gets_byte_code_that_this_interpreter_reads(tmp_path: Path) -> None:
    folder = package(tmp_path / "large", WORTH_IT)
    (folder / "broken.py").write_text("def (:", encoding="utf-8")

    thread = compile_beside(folder)
    assert thread is not None
    thread.join()

    made = importlib.util.cache_from_source(str(folder / "module_3.py"))
    assert Path(made).is_file()
    assert not Path(importlib.util.cache_from_source(str(folder / "broken.py"))).exists()


def test_a_small_package_is_left_as_it_is(tmp_path: Path) -> None:
    folder = package(tmp_path / "small", WORTH_IT - 1)

    assert compile_beside(folder) is None
    assert not list(folder.rglob("*.pyc"))
