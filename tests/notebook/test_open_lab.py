"""The verbs of ``lab``: what they say, what they record, and what they never do by themselves."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.errors import DojoError
from lab_helpers.grading.expectations import Unmet
from lab_helpers.notebook import open_lab
from lab_helpers.notebook.open_lab import OpenLab, start_lab
from lab_helpers.progress import ProgressLog
from tests.fakes import FakeClock
from tests.grading.stand_ins import BACKEND, LAB, holds, judge, raises

STEPS = '''
DONE = []

def prepare(lab):
    DONE.append("prepare")

def first(lab):
    """The first step."""
    DONE.append("first")

def second(lab):
    DONE.append("second")

def reset(lab):
    (lab.folder / "removed").touch()
    DONE.clear()
'''


@pytest.fixture
def make_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Opens a lab whose first step passes and whose second was not attempted."""
    solution = tmp_path / "labs" / ".source" / "solution"
    solution.mkdir(parents=True)
    (solution / "steps.py").write_text(STEPS, encoding="utf-8")
    definition = replace(LAB, folder=tmp_path / "labs")
    told = judge([holds], [raises(Unmet("nothing_yet"))])
    monkeypatch.setattr(open_lab, "Judge", lambda _: told)

    def make(language: str = "en", backend: Backend = BACKEND) -> OpenLab:
        progress = ProgressLog(tmp_path / "progress.jsonl", FakeClock())
        return OpenLab(definition, backend, tmp_path, progress, language)

    return make


def kinds(lab: OpenLab) -> list[tuple[str, str]]:
    return [(event.kind, event.step) for event in lab.progress.events()]


def test_check_without_a_step_takes_the_next_open_one(make_lab: Any) -> None:
    lab = make_lab()
    assert lab.check().report.steps[0].step == "first"
    assert lab.check().report.steps[0].step == "second"
    assert kinds(lab) == [("check", "first"), ("check", "second")]
    assert lab.state.points == 2


def test_check_all_looks_at_every_step(make_lab: Any) -> None:
    shown = make_lab().check_all()
    assert not shown.passed
    assert [step.step for step in shown.report.steps] == ["first", "second"]


def test_an_unknown_step_is_refused_and_not_recorded(make_lab: Any) -> None:
    lab = make_lab()
    for verb in (lab.check, lab.hint, lab.catch_up):
        with pytest.raises(DojoError, match="first, second"):
            verb("third")
    assert kinds(lab) == []


def test_a_misspelt_step_is_told_in_the_learners_language_without_a_traceback(
    make_lab: Any,
) -> None:
    lab = make_lab("ja")
    with pytest.raises(DojoError, match=r"「secnd」.*「second」の書き間違い") as told:
        lab.hint("secnd")
    assert told.value._render_traceback_() == [f"DojoError: {told.value}"]


def test_a_misspelt_key_of_a_name_is_told_in_the_learners_language(make_lab: Any) -> None:
    with pytest.raises(DojoError, match=r"「functoin」.*「function」の書き間違い"):
        make_lab("ja").name("functoin")
    with pytest.raises(DojoError, match=r'"bucket"\. lab\.name\(\.\.\.\) knows: function'):
        make_lab("en").name("bucket")


def test_a_folder_that_no_cell_has_written_yet_is_told_in_the_learners_language(
    make_lab: Any, tmp_path: Path
) -> None:
    lab = make_lab("ja")
    with pytest.raises(DojoError, match=r"フォルダー「greeter」.*writefile"):
        lab.deployment_package("greeter")
    (tmp_path / "greeter").mkdir()
    (tmp_path / "greeter" / "lambda_function.py").touch()
    assert lab.deployment_package("greeter")


def test_hints_grow_plainer_and_stay_at_the_plainest(make_lab: Any) -> None:
    lab = make_lab()
    assert [lab.hint("first").text for _ in range(3)] == ["a hint", "plain", "plain"]
    assert 'lab.solution("first", reveal=True)' in repr(lab.hint("first"))
    assert lab.state.steps["first"].hints == 2
    with pytest.raises(DojoError, match="no hints"):
        lab.hint("second")


def test_a_solution_is_shown_only_to_who_means_it(make_lab: Any) -> None:
    lab = make_lab()
    hidden = lab.solution("first")
    assert "DONE" not in repr(hidden) + hidden._repr_html_()
    assert kinds(lab) == []
    assert 'DONE.append("first")' in repr(lab.solution("first", reveal=True))
    assert kinds(lab) == [("solution", "first")]


def test_a_prediction_is_shown_beside_the_passed_step(make_lab: Any) -> None:
    lab = make_lab()
    assert "○" in repr(lab.predict("first", ...))
    assert "○" in repr(lab.predict("first", "  "))
    assert kinds(lab) == []
    lab.predict("first", "<b>three</b>")
    shown = lab.check("first")
    assert "You had predicted (First): <b>three</b>" in repr(shown)
    assert "&lt;b&gt;three" in shown._repr_html_()
    assert "<b>three" not in shown._repr_html_()


def test_catch_up_begins_anew_and_stops_before_the_step(make_lab: Any, tmp_path: Path) -> None:
    lab = make_lab()
    note = lab.catch_up("second")
    assert "first" in repr(note)
    assert (tmp_path / "labs" / ".source" / "solution" / "removed").exists()
    assert kinds(lab) == [("catch_up", "second")]


def test_catch_up_says_how_many_steps_it_has_done(
    make_lab: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_lab("ja").catch_up("second")
    said = capsys.readouterr()
    assert said.err == "1 / 1 ステップ\n"
    assert said.out == "", "what the steps print is not the news"


def test_reset_removes_and_keeps_the_history(make_lab: Any, tmp_path: Path) -> None:
    lab = make_lab()
    lab.check("first")
    lab.reset()
    assert (tmp_path / "labs" / ".source" / "solution" / "removed").exists()
    assert lab.state.points == 0
    assert kinds(lab) == [("check", "first"), ("reset", "")]


def test_nothing_is_removed_where_more_than_labs_may_live(make_lab: Any, tmp_path: Path) -> None:
    shared = replace(BACKEND, name="localstack", capabilities=frozenset({Capability.LAMBDA}))
    lab = make_lab(backend=shared)
    for verb in (lab.reset, lambda: lab.catch_up("second")):
        with pytest.raises(DojoError, match="f-123456789012"):
            verb()
    assert not (tmp_path / "labs" / ".source" / "solution" / "removed").exists()
    assert kinds(lab) == []


class Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "ja"])
def test_all_that_is_shown_is_whole_in_html_and_text(make_lab: Any, language: str) -> None:
    lab = make_lab(language)
    shown = [
        lab,
        lab.predict("first", "x"),
        lab.check("first"),
        lab.check_all(),
        lab.hint("first"),
        lab.solution("first"),
        lab.solution("first", reveal=True),
        lab.status(),
        lab.prepare(),
        lab.catch_up("second"),
        lab.reset(),
    ]
    for value in shown:
        assert repr(value).strip()
        html = value._repr_html_()
        parser = Balanced()
        parser.feed(html)
        assert parser.open == []
        assert 'aria-live="polite"' in html


def test_status_tells_state_points_and_hints(make_lab: Any) -> None:
    lab = make_lab()
    lab.check_all()
    lab.hint("first")
    lab.solution("second", reveal=True)
    text = repr(lab.status())
    assert "✓ Passed — First (2/2) [1]" in text
    assert "○ Not attempted yet — Second (0/3) [solution shown]" in text
    assert "Total: 2/5" in text


def test_a_backend_that_lacks_what_the_lab_needs_is_refused(tmp_path: Path) -> None:
    poor = replace(BACKEND, capabilities=frozenset({Capability.LAMBDA}))
    with pytest.raises(DojoError, match="iam, logs"):
        start_lab("create_function", backend=poor, folder=tmp_path, environ={})


def test_start_lab_opens_a_lab_in_the_language_of_the_environment(tmp_path: Path) -> None:
    full = replace(BACKEND, capabilities=frozenset(Capability))
    env = {"LANG_UI": "ja", "LAMBDA_DOJO_HOME": str(tmp_path)}
    lab = start_lab("create_function", backend=full, folder=tmp_path, environ=env)
    assert lab.language == "ja"
    assert lab.name("function") == "dojo-s3-python-lambda"
    assert lab.account_id == "123456789012"
    assert "組み込みクラウド" in repr(lab)
    assert "次のステップ：`create_role`" in repr(lab)


def test_an_open_lab_says_when_there_is_nothing_left_to_do(
    make_lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab()
    assert "next step: `first`" in repr(lab)
    monkeypatch.setattr(open_lab, "Judge", lambda _: judge([holds], [holds]))
    lab = make_lab()
    lab.check_all()
    assert "every step is passed" in repr(lab)
