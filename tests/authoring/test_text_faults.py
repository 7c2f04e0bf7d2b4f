from pathlib import Path

import pytest

from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.scaffold import write_scaffold
from lab_helpers.authoring.text_faults import text_faults
from lab_helpers.errors import DojoError


@pytest.fixture
def lab(labs_root: Path) -> LabSource:
    write_scaffold(labs_root, "dead_letters")
    return find_labs(labs_root)[0]


def with_link(lab: LabSource, link: str) -> list[str]:
    text = lab.read_text().replace("Say here what", f"[Look]({link}). Say here what")
    lab.text_path.write_text(text, encoding="utf-8")
    return [fault for fault in text_faults(lab) if "link" in fault]


@pytest.mark.parametrize(
    "link",
    [
        "https://docs.aws.amazon.com/lambda/",
        "dead_letters.ja.ipynb",
        "../README.md",
        "#1-your-turn",
    ],
)
def test_a_good_link_is_no_fault(lab: LabSource, link: str) -> None:
    assert with_link(lab, link) == []


@pytest.mark.parametrize(
    "link", ["http://docs.aws.amazon.com/", "nowhere.ipynb", "javascript:alert(1)"]
)
def test_a_bad_link_is_a_fault(lab: LabSource, link: str) -> None:
    assert len(with_link(lab, link)) == 1


def test_a_stale_translation_is_a_fault(lab: LabSource) -> None:
    lab.text_path.write_text(lab.read_text().replace("Create the bucket.", "Make the bucket."))
    (fault,) = text_faults(lab)
    assert "stale translation" in fault


def test_a_missing_title_is_a_fault(lab: LabSource) -> None:
    path = lab.source / "lab.toml"
    path.write_text(path.read_text().replace('en = "Create a versioned bucket"', 'en = " "'))
    assert "step create_bucket: no title in en" in text_faults(lab)


def test_a_solution_file_that_does_not_exist_is_a_fault(lab: LabSource) -> None:
    cell = "\n```{code-cell} ipython3\n:solution-file: gone/x.py\n\n%%writefile x.py\n```\n"
    lab.text_path.write_text(lab.read_text() + cell, encoding="utf-8")
    assert "lab.md: a cell wants solution/gone/x.py, which does not exist" in text_faults(lab)


def test_an_unreadable_lab_toml_says_which_file_and_what_now(lab: LabSource) -> None:
    (lab.source / "lab.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(DojoError, match=r"01_dead_letters/\.source/lab\.toml") as caught:
        text_faults(lab)
    assert caught.value.now


def test_an_unknown_lab_is_refused_with_the_names_there_are(labs_root: Path) -> None:
    write_scaffold(labs_root, "dead_letters")
    with pytest.raises(DojoError, match="dead_letters"):
        find_labs(labs_root, ["no_such_lab"])
