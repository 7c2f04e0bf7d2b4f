"""The checks of the calculator's pages, run many times: months are drawn, verdicts are not."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from types import SimpleNamespace
from typing import Any

import pytest

from lab_helpers.authoring.changed_code import changed_code
from lab_helpers.authoring.wrong_answers import WrongAnswer, load_wrong_answer
from lab_helpers.catalog import find_lab
from lab_helpers.grading.check import conditions_of
from lab_helpers.grading.expectations import Unmet
from lab_helpers.grading.invoking import Invoked

LAB = find_lab("pricing")
SOLUTION = LAB.source / "solution"
PAGES = ["on_demand", "free_tier", "billed_duration", "options", "provisioned", "left_out"]
WRONG = [
    wrong
    for path in sorted((LAB.source / "wrong").glob("*.py"))
    if (wrong := load_wrong_answer(path)).step in PAGES
]
DRAWS = 40


def path_of(folder: str) -> Any:
    """As ``lab.path`` finds it: the solution's own, else what the lab gives."""
    own = SOLUTION / folder
    return own if own.exists() else LAB.folder / folder


class Calculator:
    """The learner's function without a cloud: its modules, run here."""

    names: Mapping[str, str] = LAB.names

    def __init__(self, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [*PAGES, "rates"]:
            monkeypatch.delitem(sys.modules, name, raising=False)
        for path in sorted(files, key=lambda path: (path != "rates.py", path != "on_demand.py")):
            module = types.ModuleType(path.removesuffix(".py"))
            module.__spec__ = ModuleSpec(module.__name__, None)
            monkeypatch.setitem(sys.modules, module.__name__, module)
            exec(compile(files[path], path, "exec"), module.__dict__)

    def name(self, key: str) -> str:
        return self.names[key]

    def function(self, key: str) -> dict[str, Any]:
        return {}

    def invoke(self, function_name: str, event: Mapping[str, Any]) -> Invoked:
        handler: Callable[..., Any] = sys.modules["lambda_function"].__dict__["lambda_handler"]
        result: Any
        try:
            result, error = handler(event, None), None
        except TypeError as failure:
            result = {"errorType": "TypeError", "errorMessage": str(failure)}
            error = "Unhandled"
        return Invoked(function_name, event, 200, result, error, "")


def verdicts(calculator: Calculator, step: str) -> set[str]:
    """Every diagnosis that so many looks at one step come to; empty text: passed."""
    return {verdict(calculator, step) for _ in range(DRAWS)}


def verdict(calculator: Any, step: str) -> str:
    try:
        for condition in conditions_of("pricing")[step]:
            condition.look(calculator)
    except Unmet as unmet:
        return unmet.diagnosis
    return ""


def solution_files() -> dict[str, str]:
    lab: Any = SimpleNamespace(path=path_of)
    return changed_code(lab, ["bill", *PAGES], "rates.py", "0.20", "0.20")


@pytest.mark.parametrize("page", PAGES)
def test_the_solution_passes_whatever_month_is_drawn(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verdicts(Calculator(solution_files(), monkeypatch), page) == {""}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_mistake_is_named_whatever_month_is_drawn(
    wrong: WrongAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, str] = {}

    def keep(lab: Any, function: str, folders: list[str], file: str, old: str, new: str) -> None:
        made.update(changed_code(lab, folders, file, old, new))

    monkeypatch.setattr(wrong.module, "deploy_changed", keep)
    wrong.apply(SimpleNamespace(path=path_of))  # type: ignore[arg-type]
    assert verdicts(Calculator(made, monkeypatch), wrong.step) == {wrong.diagnosis}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("answer", ["1 + ...", "..."])
def test_a_page_with_a_blank_is_not_attempted(
    page: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = solution_files()
    files[f"{page}.py"] += f"\n\ndef answer(**usage):\n    return {answer}\n"
    assert verdict(Calculator(files, monkeypatch), page) == "page_blank"


def test_a_page_that_is_not_deployed_is_not_attempted(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path: text for path, text in solution_files().items() if path != "left_out.py"}
    assert verdict(Calculator(files, monkeypatch), "left_out") == "page_blank"


@pytest.mark.parametrize("answer", ["'2.73'", "{'usd': '2.73'}", "{'usd': True}", "[2.73]", "2.73"])
def test_what_is_no_number_is_told_as_such(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"def answer(**usage):\n    return {answer}\n"
    calculator = Calculator(solution_files() | {"free_tier.py": source}, monkeypatch)
    assert verdict(calculator, "free_tier") == "answer_is_no_number"
