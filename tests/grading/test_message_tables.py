"""Every lab's table is whole: both languages, equal placeholders, nothing missing or unused."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from lab_helpers.catalog import Lab, Text, load_labs
from lab_helpers.grading.check import conditions_of
from lab_helpers.grading.invoking import DIAGNOSIS_OF_ERROR
from lab_helpers.grading.messages import MessageTable, common_messages, lab_messages
from lab_helpers.grading.outcome import Outcome

CHECKS = Path(__file__).parents[2] / "lab_helpers" / "checks"
LABS = load_labs()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts(table: MessageTable) -> dict[str, Text]:
    found = {f"looks.{name}": text for name, text in table.looks.items()}
    for step, praise in table.passed.items():
        found |= {f"passed.{step}.found": praise.found, f"passed.{step}.why": praise.why}
    for code, diagnosis in table.diagnoses.items():
        for beat in ("found", "expected", "why", "next"):
            found[f"{code}.{beat}"] = getattr(diagnosis, beat)
    return found


def tables() -> list[MessageTable]:
    return [common_messages(), *(lab_messages(lab.id) for lab in LABS)]


def sources(lab: Lab) -> list[ast.AST]:
    module = CHECKS / f"{lab.id}.py"
    paths = [module] if module.exists() else sorted((CHECKS / lab.id).glob("*.py"))
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def strings(lab: Lab) -> set[str]:
    """Codes are texts of the checks' source."""
    return {
        node.value
        for tree in sources(lab)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("table", tables())
def test_both_languages_say_something_with_the_same_placeholders(table: MessageTable) -> None:
    for key, text in texts(table).items():
        assert text.en.strip(), key
        assert text.ja.strip(), key
        assert placeholders(text.en) == placeholders(text.ja), key
        assert text.en.count("`") % 2 == 0, key
        assert text.en.count("`") == text.ja.count("`") or "`" in text.ja, key


@pytest.mark.parametrize("table", tables())
def test_japanese_is_japanese_or_a_bare_value(table: MessageTable) -> None:
    for key, text in texts(table).items():
        bare = not any(part.strip(" ,.") for part in text.ja.split("`")[::2])
        assert bare or any("ぁ" <= sign <= "ヿ" or "一" <= sign <= "鿿" for sign in text.ja), key


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_every_step_has_conditions_and_every_condition_its_words(lab: Lab) -> None:
    conditions = conditions_of(lab.id)
    table = lab_messages(lab.id)
    assert set(conditions) == {step.id for step in lab.steps} == set(table.passed)
    names = [condition.name for found in conditions.values() for condition in found]
    assert sorted(names) == sorted(table.looks)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_every_diagnosis_is_used(lab: Lab) -> None:
    assert set(lab_messages(lab.id).diagnoses) <= strings(lab)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_every_diagnosis_that_a_check_names_has_its_texts(lab: Lab) -> None:
    calls = {"expect": 1, "expect_equal": 2, "expect_found": 1, "unmet": 0}
    table = lab_messages(lab.id)
    for tree in sources(lab):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            position = calls.get(node.func.id)
            if position is None:
                continue
            for constant in ast.walk(node.args[position]):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    code = table.diagnosis(constant.value)
                    given = {keyword.arg for keyword in node.keywords} | set(lab.names)
                    given |= {"found", "expected"} if node.func.id == "expect_equal" else set()
                    wanted = set[str]().union(
                        *(
                            placeholders(getattr(code, b).en)
                            for b in ("found", "expected", "why", "next")
                        )
                    )
                    assert wanted <= given, constant.value


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_what_a_lab_looks_at_needs_only_its_names(lab: Lab) -> None:
    table = lab_messages(lab.id)
    shown = [*table.looks.values(), *(p.found for p in table.passed.values())]
    shown += [p.why for p in table.passed.values()]
    for text in shown:
        assert placeholders(text.en) <= set(lab.names), text.en


def test_errors_of_functions_are_never_called_incorrect() -> None:
    for code in {*DIAGNOSIS_OF_ERROR.values(), "function_error"}:
        assert common_messages().diagnoses[code].outcome is Outcome.YOUR_CODE_ERROR
    assert common_messages().diagnoses["backend_unavailable"].outcome is Outcome.UNAVAILABLE
    assert common_messages().diagnoses["check_broken"].outcome is Outcome.CHECK_BUG
