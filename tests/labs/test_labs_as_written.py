"""What can be seen of every lab without running it."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from botocore import xform_name

from lab_helpers.authoring.build import build_lab, build_maps
from lab_helpers.authoring.lab_source import LabSource, default_labs_root, find_labs
from lab_helpers.authoring.text_faults import text_faults
from lab_helpers.authoring.wrong_answers import load_wrong_answer
from lab_helpers.backends.aws_names import NAMED, has_prefix
from lab_helpers.catalog import load_lab
from lab_helpers.grading.check import conditions_of

ROOT = default_labs_root()
LABS = find_labs(ROOT)
MESSAGES = Path(__file__).parents[2] / "lab_helpers" / "checks" / "messages"

every_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)


def test_there_are_labs() -> None:
    assert [lab.name for lab in LABS][:2] == ["create_function", "s3_event_notification"]


@every_lab
def test_texts_are_sound(lab: LabSource) -> None:
    assert text_faults(lab) == []


@every_lab
def test_built_files_are_current(lab: LabSource) -> None:
    assert [file.path.name for file in build_lab(lab) if not file.is_current] == []


def test_maps_of_all_labs_are_current() -> None:
    assert [file.path.name for file in build_maps(ROOT) if not file.is_current] == []


@every_lab
def test_every_step_has_a_check(lab: LabSource) -> None:
    assert sorted(conditions_of(lab.name)) == sorted(lab.step_ids())


@every_lab
def test_id_folder_and_order_agree(lab: LabSource) -> None:
    definition = load_lab(lab.folder)
    assert lab.folder.name == f"{definition.order:02d}_{definition.id}"
    assert definition.points == 100 or definition.order > 2


def diagnoses(lab: LabSource) -> dict[str, Any]:
    table = tomllib.loads((MESSAGES / f"{lab.name}.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = table["diagnosis"]
    return found


@every_lab
def test_every_wrong_answer_earns_a_diagnosis_that_has_a_message(lab: LabSource) -> None:
    unknown = {load_wrong_answer(path).diagnosis for path in lab.wrong_paths} - set(diagnoses(lab))
    # function errors that every lab knows are told by the grading's own table
    common = Path(MESSAGES.parents[1] / "grading").rglob("*.toml")
    shared = "".join(path.read_text(encoding="utf-8") for path in common)
    assert {code for code in unknown if f"[diagnosis.{code}]" not in shared} == set()


@every_lab
def test_notebooks_say_nothing_of_containers_or_lambdas(lab: LabSource) -> None:
    for language in ("en", "ja"):
        path = lab.notebook_path(language)
        prose = "\n".join(
            cell["source"]
            for cell in nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)["cells"]
            if cell["cell_type"] == "markdown"
        )
        assert not re.search(r"\b(a|the) lambdas?\b|\bcontainer|コンテナ", prose)


@every_lab
def test_starters_and_solutions_are_python(lab: LabSource) -> None:
    for path in [*lab.folder.rglob("*.py"), *lab.source.rglob("*.py")]:
        ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


CREATING = {xform_name(operation): parameter for (_, operation), parameter in NAMED.items()}


def created_by_a_literal_name(code: str) -> list[str]:
    """Names in calls such as ``create_queue(QueueName="dojo-orders")``."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [
        keyword.value.value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        for keyword in call.keywords
        if keyword.arg == CREATING.get(call.func.attr, "")
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)  # … is a blank to fill in
    ]


def code_cells(lab: LabSource) -> list[str]:
    path = lab.notebook_path("en")
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)["cells"]
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    return [re.sub(r"(?m)^[ ]*[%!].*$", "pass", source) for source in code]


@every_lab
def test_what_a_lab_creates_is_named_with_the_labs_prefix(lab: LabSource) -> None:
    named = load_lab(lab.folder).names
    kept = {key: name for key, name in named.items() if key not in ("namespace", "metric")}
    assert {key for key, name in kept.items() if not has_prefix(name)} == set()
    written = [path.read_text(encoding="utf-8") for path in lab.source.rglob("*.py")]
    found = [name for code in written + code_cells(lab) for name in created_by_a_literal_name(code)]
    assert [name for name in found if not has_prefix(name)] == []


def test_names_without_the_prefix_are_found() -> None:
    code = 'sqs.create_queue(QueueName="orders"); sqs.create_queue(QueueName="dojo-orders")'
    assert created_by_a_literal_name(code) == ["orders", "dojo-orders"]
