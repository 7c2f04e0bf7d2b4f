"""What may know what: the engine and the checks see a cloud through boto3 only."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = ("boto3", "botocore", "moto", "IPython", "ipywidgets", "typer", "jupyter_core")
NOT_FOR_CHECKS = ("lab_helpers.emulator", "moto", "IPython", "ipywidgets", "jupyterlab")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import lab_helpers") & set(LIGHT)


@pytest.mark.parametrize(
    "module",
    [
        "lab_helpers.grading.engine",
        "lab_helpers.grading.solution",
        "lab_helpers.checks.create_function",
        "lab_helpers.checks.s3_event_notification",
    ],
)
def test_engine_and_checks_know_neither_emulator_nor_moto_nor_jupyter(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert not {name for name in loaded if name.startswith(NOT_FOR_CHECKS)}


def test_the_shelf_gives_what_it_names() -> None:
    import lab_helpers

    assert callable(lab_helpers.start_lab)
    assert callable(lab_helpers.select_backend)
    with pytest.raises(AttributeError):
        lab_helpers.no_such_thing  # noqa: B018
