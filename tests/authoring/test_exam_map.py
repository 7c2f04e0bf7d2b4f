"""The exam map tells of every lab and every task, both ways; a task that no exam has is a fault."""

from pathlib import Path

import pytest

from lab_helpers.authoring.build import build_maps
from lab_helpers.authoring.exam_map import exam_map_text
from lab_helpers.authoring.exam_tasks import exam_faults, exams, known_tasks
from lab_helpers.authoring.goals import goals
from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.pairing import read_lab_text
from lab_helpers.authoring.scaffold import write_scaffold
from lab_helpers.authoring.text_faults import text_faults


@pytest.fixture
def lab(labs_root: Path) -> LabSource:
    write_scaffold(labs_root, "dead_letters")
    return find_labs(labs_root)[0]


def row(text: str, beginning: str) -> str:
    [found] = [line for line in text.splitlines() if line.startswith(beginning)]
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_map_leads_from_a_lab_to_its_tasks(labs_root: Path, lab: LabSource) -> None:
    edit(
        lab.source / "lab.toml",
        'exam = ["SAA-C03 1.1"]\ndocs',
        'exam = ["SAA-C03 1.1", "SAA-C03 2.1"]\ndocs',
    )
    found = row(exam_map_text(labs_root), "| [1. Dead letters](../labs/01_dead_letters/")
    assert found.endswith("| 1.1, 2.1 | – |")


def test_the_map_leads_from_a_task_to_labs_and_steps(labs_root: Path, lab: LabSource) -> None:
    text = exam_map_text(labs_root)
    assert row(text, "| 1.1 |").endswith(
        "| [1. Dead letters](../labs/01_dead_letters/dead_letters.en.ipynb): `create_bucket` |"
    )
    assert row(text, "| 3.2.2 |").endswith("| – |")


def test_every_task_of_both_exams_is_listed_once(labs_root: Path, lab: LabSource) -> None:
    text = exam_map_text(labs_root)
    for exam in exams():
        assert sum(domain.weight for domain in exam.domains) == 100
        for domain in exam.domains:
            for number in domain.tasks:
                assert number.startswith(domain.number + ".")
                assert f"| {number} | " in text


def test_titles_of_tasks_exist_in_both_languages() -> None:
    for title in known_tasks().values():
        assert title.en.strip()
        assert title.ja.strip()
        assert title.en != title.ja


def test_a_task_that_no_exam_has_is_a_fault(lab: LabSource) -> None:
    edit(lab.source / "lab.toml", "SAA-C03 1.1", "SAA-C03 9.9")
    assert [fault for fault in text_faults(lab) if "SAA-C03 9.9 is none of the tasks" in fault]


def test_a_step_serves_only_what_its_lab_serves() -> None:
    facts = {
        "exam": ["SAA-C03 1.1"],
        "steps": [{"id": "one", "exam": ["SAA-C03 2.1"]}, {"id": "two"}],
    }
    [fault] = exam_faults(facts)
    assert "step one serves SAA-C03 2.1" in fault
    assert list(exam_faults({"steps": []}))


def test_the_maps_list_what_a_learner_can_do_afterwards(labs_root: Path, lab: LabSource) -> None:
    edit(
        lab.text_path,
        "- say here what the learner can do afterwards\n",
        "- redrive what failed\n  and lose nothing\n- count\n",
    )
    edit(
        lab.text_path,
        "- 終えたあとに何ができるかを書きます\n",
        "- 失敗分を\n  再処理する\n- 数える\n",
    )
    text = read_lab_text(lab.read_text())
    assert goals(text, "en") == ["redrive what failed and lose nothing", "count"]
    assert goals(text, "ja") == ["失敗分を再処理する", "数える"]
    assert "- count<br>数える" in build_maps(labs_root)[0].text


def test_a_lab_without_goals_is_faulty(lab: LabSource) -> None:
    edit(lab.text_path, "- 終えたあとに何ができるかを書きます\n", "なし\n")
    assert [fault for fault in text_faults(lab) if "no list of goals" in fault]
