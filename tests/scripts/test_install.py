"""What the installation shows of its progress."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def install() -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", PROJECT / "scripts" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bar_fills_and_never_beyond_its_end(install: ModuleType) -> None:
    assert install.bar(0, 8, width=4) == "[....]   0 / 8"
    assert install.bar(4, 8, width=4) == "[##..]   4 / 8"
    assert install.bar(9, 8, width=4) == "[####]   9 / 9"
    assert install.bar(0, 0, width=4) == "[....]   0 / 0"


def test_packages_of_a_lock_are_counted_without_their_hashes_and_comments(
    install: ModuleType,
) -> None:
    lock = "# by uv\nanyio==4.1 \\\n    --hash=sha256:aa==\npywin32==1 ; sys_platform == 'win32'\n"
    assert install.packages_in(lock) == 2
    learner = PROJECT / "requirements" / "learner.txt"
    assert install.packages_in(learner.read_text(encoding="utf-8")) > 50


PIP = """
print("Collecting boto3==1.40 (from -r learner.txt (line 3))")
print("  Downloading boto3-1.40-py3-none-any.whl (139 kB)")
print("Collecting moto==5.2.5")
print("Installing collected packages: moto, boto3")
"""


@pytest.mark.parametrize("terminal", [True, False])
def test_each_package_is_shown_with_a_bar_in_a_terminal_and_in_plain_lines_elsewhere(
    install: ModuleType,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    install.show_progress([sys.executable, "-c", PIP], 4)
    shown = capsys.readouterr().out
    assert "boto3==1.40" in shown
    assert "2  moto==5.2.5" in shown or "2 / 4  moto==5.2.5" in shown
    assert ("[############............]   2 / 4" in shown) is terminal
    assert "[" in shown if terminal else "\r" not in shown
