"""Five beats, in text, HTML and JSON; symbol, word and colour together; nothing unescaped."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from lab_helpers.grading.expectations import Unmet
from lab_helpers.grading.outcome import FACES, Outcome
from lab_helpers.grading.report import LabReport
from lab_helpers.grading.report_html import inline, lab_html
from lab_helpers.grading.report_json import SCHEMA, lab_json
from lab_helpers.grading.report_text import lab_text
from tests.grading.stand_ins import evidence, holds, judge, raises

EVIL = "<script>alert('x')</script>&\"`b`"


def report(*, steps: tuple[str, ...] = ("first",), details: str = "") -> LabReport:
    wrong = raises(Unmet("wrong", found=EVIL, expected="b", details=details))
    nothing = raises(Unmet("nothing_yet"))
    return judge([holds, wrong], [nothing]).judge(evidence(), steps, "embedded")


def test_text_has_the_five_beats_in_order() -> None:
    lines = lab_text(report(), "en").splitlines()
    assert lines[0] == "✗ First: Not right yet"
    assert [line.split(":")[0].strip() for line in lines[1:6]] == [
        "Looked at",
        "Found",
        "Expected",
        "Why it matters",
        "Next",
    ]
    assert lines[6].strip() == "1 of the 2 conditions of this step are met so far."


def test_text_of_several_steps_tells_the_first_open_one_and_counts_the_others() -> None:
    text = lab_text(report(steps=("first", "second")), "ja")
    assert text.count("見たもの") == 1
    assert "このほかに 1 件のステップが残っています。" in text


def test_details_are_indented_below() -> None:
    assert "    | line one\n    | line two" in lab_text(report(details="line one\nline two"), "en")


class Balanced(HTMLParser):
    """Fails where tags are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("steps", [("first",), ("first", "second")])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_html_is_escaped_balanced_and_announced_politely(
    steps: tuple[str, ...], language: str
) -> None:
    html = lab_html(report(steps=steps, details=EVIL), language)
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert "script" not in {tag for tag, _ in parser.seen}
    assert parser.seen[0] == ("div", {"role": "status", "aria-live": "polite", "lang": language})
    face = FACES[Outcome.INCORRECT]
    assert face.symbol in html
    assert face.word.in_language(language) in html
    assert face.colour in html
    assert 'data-step="first" data-outcome="incorrect"' in html


def test_words_between_backticks_are_code_and_still_escaped() -> None:
    assert inline("use `a<b`") == "use <code>a&lt;b</code>"


def test_json_follows_its_schema() -> None:
    document = json.loads(json.dumps(lab_json(report(steps=("first", "second")), "en")))
    assert document["schema"] == SCHEMA
    assert document["passed"] is False
    assert document["backend"] == "embedded"
    assert document["points_total"] == 5
    first = document["steps"][0]
    assert first["outcome"] == "incorrect"
    assert first["diagnosis"] == "wrong"
    assert set(first["message"]) == {"verdict", "looked_at", "found", "expected", "why", "next"}


def test_every_outcome_has_its_own_symbol_word_and_a_colour() -> None:
    assert set(FACES) == set(Outcome)
    assert len({face.symbol for face in FACES.values()}) == len(Outcome)
    assert len({face.word.ja for face in FACES.values()}) == len(Outcome)
    assert all(face.colour for face in FACES.values())
