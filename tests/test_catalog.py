"""Labs are read as their authors wrote them; what is wrong is told with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_helpers.catalog import find_lab, load_lab, load_labs
from lab_helpers.errors import DojoError

LAB_TOML = """
id = "sample"
order = 3
minutes = 5
needs = ["lambda"]
title = { en = "Sample", ja = "見本" }
[names]
function = "f"
[[steps]]
id = "first"
points = 2
title = { en = "First", ja = "最初" }
[[steps]]
id = "second"
title = { en = "Second", ja = "次" }
"""
HINTS_TOML = '[first]\nen = ["a", "b"]\nja = ["あ", "い"]\n'


def write_lab(root: Path, name: str, toml: str = LAB_TOML, hints: str | None = HINTS_TOML) -> Path:
    source = root / name / ".source"
    source.mkdir(parents=True)
    (source / "lab.toml").write_text(toml, encoding="utf-8")
    if hints is not None:
        (source / "hints.toml").write_text(hints, encoding="utf-8")
    return root / name


def test_a_lab_is_read_with_its_steps_and_hints(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, "03_sample"))
    assert [step.id for step in lab.steps] == ["first", "second"]
    assert lab.points == 3
    assert [hint.ja for hint in lab.steps[0].hints] == ["あ", "い"]
    assert lab.steps[1].hints == ()
    assert lab.names == {"function": "f"}


def test_labs_come_in_their_order_and_are_found_by_id_folder_and_number(tmp_path: Path) -> None:
    write_lab(tmp_path, "03_sample")
    other = LAB_TOML.replace('"sample"', '"other"').replace("order = 3", "order = 1")
    write_lab(tmp_path, "01_other", other)
    assert [lab.id for lab in load_labs(tmp_path)] == ["other", "sample"]
    for name in ("sample", "03_sample", "3"):
        assert find_lab(name, tmp_path).id == "sample"
    with pytest.raises(DojoError, match="other, sample"):
        find_lab("nothing", tmp_path)


@pytest.mark.parametrize(
    ("toml", "hints", "told"),
    [
        (LAB_TOML.replace('ja = "見本"', 'de = "x"'), None, "does not describe a lab"),
        (LAB_TOML.replace("minutes = 5", ""), None, "minutes"),
        ("id = ", None, "cannot be read"),
        (LAB_TOML, '[first]\nen = ["a"]\nja = []\n', "does not describe a lab"),
        (LAB_TOML, '[third]\nen = ["a"]\nja = ["あ"]\n', "third"),
    ],
)
def test_a_malformed_lab_is_told(tmp_path: Path, toml: str, hints: str | None, told: str) -> None:
    folder = write_lab(tmp_path, "03_sample", toml, hints)
    with pytest.raises(DojoError, match=told):
        load_lab(folder)


def test_two_labs_with_one_id_are_refused(tmp_path: Path) -> None:
    write_lab(tmp_path, "03_sample")
    write_lab(tmp_path, "04_sample")
    with pytest.raises(DojoError, match="Two labs have the id"):
        load_labs(tmp_path)


def test_an_unknown_step_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="first, second"):
        load_lab(write_lab(tmp_path, "03_sample")).step("third")


def test_the_projects_own_labs_are_whole() -> None:
    labs = load_labs()
    assert [lab.id for lab in labs[:2]] == ["create_function", "s3_event_notification"]
    for lab in labs:
        assert lab.points == 100
        for step in lab.steps:
            assert len(step.hints) == 3, f"{lab.id}.{step.id}"
