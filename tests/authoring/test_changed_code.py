"""A wrong answer differs from the solution in the one place that it names."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab_helpers.authoring.changed_code import changed_code
from lab_helpers.errors import DojoError


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    for folder, text in {"bill": "PRICE = 2\n", "page": "def f():\n    return 1024\n"}.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.py").write_text(text, encoding="utf-8")
    return SimpleNamespace(path=tmp_path.joinpath)


def test_one_place_changes_and_the_rest_stays(lab: Any) -> None:
    files = changed_code(lab, ["bill", "page"], "page.py", "1024", "1000")
    assert files == {"bill.py": "PRICE = 2\n", "page.py": "def f():\n    return 1000\n"}


@pytest.mark.parametrize("old", ["2048", "\n", ""])
def test_a_change_that_fits_nowhere_or_twice_is_refused(lab: Any, old: str) -> None:
    with pytest.raises(DojoError, match="exactly once"):
        changed_code(lab, ["page"], "page.py", old, "1")
