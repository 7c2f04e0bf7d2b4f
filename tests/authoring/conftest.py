"""A project in a folder of its own: a labs root, and the place where checks belong."""

from pathlib import Path

import pytest


@pytest.fixture
def labs_root(tmp_path: Path) -> Path:
    (tmp_path / "lab_helpers" / "checks" / "messages").mkdir(parents=True)
    root = tmp_path / "labs"
    root.mkdir()
    return root
