"""The warm-up: what it shows, what it records, and that no answer can make it fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.notebook.open_lab import OpenLab
from lab_helpers.notebook.quiz_answers import judge_answers
from lab_helpers.notebook.shown_quiz import ShownAnswers
from lab_helpers.progress import ProgressLog
from tests.fakes import FakeClock
from tests.grading.stand_ins import BACKEND, LAB
from tests.notebook.test_open_lab import Balanced

QUIZ = """
[[question]]
id = "billed"
text = { en = "What is <billed>?", ja = "何に課金されますか。" }
answer = "b"
[question.choices.a]
text = { en = "`code`", ja = "`コード`" }
why = { en = "Code is free.", ja = "コードは無料です。" }
[question.choices.b]
text = { en = "time", ja = "時間" }
why = { en = "By the millisecond.", ja = "1 ミリ秒単位です。" }

[[question]]
id = "where"
text = { en = "Where?", ja = "どこ？" }
answer = "a"
[question.choices.a]
text = { en = "here", ja = "ここ" }
why = { en = "Yes, here.", ja = "ここです。" }
[question.choices.b]
text = { en = "there", ja = "そこ" }
why = { en = "Not there.", ja = "違います。" }
"""


@pytest.fixture
def make_lab(tmp_path: Path) -> Any:
    (tmp_path / ".source").mkdir()
    (tmp_path / ".source" / "quiz.toml").write_text(QUIZ, encoding="utf-8")

    def make(language: str = "en") -> OpenLab:
        definition = replace(LAB, folder=tmp_path)
        progress = ProgressLog(tmp_path / "progress.jsonl", FakeClock())
        return OpenLab(definition, BACKEND, tmp_path, progress, language)

    return make


def test_the_questions_are_shown_and_no_answer_is_given_away(make_lab: Any) -> None:
    text = repr(make_lab().quiz())
    assert "1. What is <billed>?" in text
    assert "   b) time" in text
    assert "lab.quiz(..., ...)" in text
    assert "millisecond" not in text
    assert "何に課金されますか。" in repr(make_lab("ja").quiz())


def test_a_right_and_a_wrong_answer_are_told_by_symbol_word_and_reason(make_lab: Any) -> None:
    shown = make_lab().quiz("a", "a")
    text = repr(shown)
    assert "✗ 1. Not right — What is <billed>?" in text
    assert "Code is free." in text
    assert "millisecond" not in text, "the right answer is left to find"
    assert "✓ 2. Right — Where?" in text
    assert "1 of 2 right." in text
    assert shown.right == 1


def test_answers_are_recorded_and_the_last_one_counts(make_lab: Any) -> None:
    lab = make_lab()
    lab.quiz("a", ...)
    lab.quiz("b", "b")
    assert lab.state.quiz == {"billed": True, "where": False}
    event = lab.progress.events()[-1]
    assert (event.kind, event.step) == ("quiz", "")
    assert event.data == {
        "answers": {"billed": "b", "where": "b"},
        "right": ["billed"],
        "questions": 2,
    }
    lab.progress.append("reset", lab.definition.id)
    assert lab.state.quiz == {}


def test_an_untouched_cell_is_no_answer(make_lab: Any) -> None:
    lab = make_lab()
    assert repr(lab.quiz(..., ...)).startswith("○")
    assert lab.progress.events() == []


@pytest.mark.parametrize("written", ["b", "B", " b ", "(b)", "b)", "b.", "ｂ", "Ｂ"])
def test_a_letter_counts_however_it_is_written(make_lab: Any, written: str) -> None:
    assert make_lab().quiz(written).right == 1


def test_a_list_of_letters_is_as_good(make_lab: Any) -> None:
    assert make_lab().quiz(["b", "a"]).right == 2


def test_what_is_no_letter_is_told_and_not_recorded(make_lab: Any) -> None:
    lab = make_lab()
    text = repr(lab.quiz("z", 3))
    assert 'You wrote `z`; write one of "a", "b".' in text
    assert "You wrote `3`" in text
    assert lab.progress.events() == []


def test_answers_too_many_are_told(make_lab: Any) -> None:
    assert "1 more answers than questions" in repr(make_lab().quiz("b", "a", "a"))


def test_a_lab_without_a_quiz_says_so(make_lab: Any) -> None:
    lab = make_lab()
    (lab.definition.source / "quiz.toml").unlink()
    assert "no warm-up" in repr(lab.quiz())
    assert "no warm-up" in repr(lab.quiz("a"))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_html_is_whole_and_escaped(make_lab: Any, language: str) -> None:
    lab = make_lab(language)
    for shown in (lab.quiz(), lab.quiz("a", "<script>"), lab.quiz("b", "b", 1)):
        html = shown._repr_html_()
        parser = Balanced()
        parser.feed(html)
        assert parser.open == []
        assert "<script>" not in html
        assert "<billed>" not in html
        assert 'aria-live="polite"' in html


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(answers=st.lists(_ANYTHING, min_size=1, max_size=4))
def test_no_answer_whatever_makes_it_fail(make_lab: Any, answers: list[object]) -> None:
    shown = make_lab().quiz(*answers)
    assert repr(shown).strip()
    assert shown._repr_html_()
    if isinstance(shown, ShownAnswers):
        assert len(shown.judged) == 2


def test_there_is_one_verdict_per_question_even_for_no_answers() -> None:
    assert judge_answers((), ("a",)) == []
