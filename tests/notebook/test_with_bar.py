"""A bar gives each item once and in order, wherever it is shown."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from lab_helpers.notebook import with_bar as module
from lab_helpers.notebook.with_bar import bar_html, with_bar


def test_without_a_terminal_there_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(with_bar(range(3), "invocations")) == [0, 1, 2]
    assert capsys.readouterr().err == "3 / 3 invocations\n"


def test_in_a_terminal_the_bar_is_gone_when_all_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(with_bar(["a", "b"], "files")) == ["a", "b"]
    capsys.readouterr()


def test_in_a_notebook_one_output_is_updated_and_ends_full(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, str]] = []

    class Output:
        def update(self, data: dict[str, str], *, raw: bool) -> None:
            told.append(data)

    def display(data: dict[str, str], **options: Any) -> Output:
        told.append(data)
        return Output()

    monkeypatch.setattr(module, "_in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    assert list(with_bar(range(200), "invocations")) == list(range(200))
    assert told[0]["text/plain"] == "0 / 200 invocations"
    assert told[-1]["text/html"] == bar_html(200, 200, "invocations")
    assert len(told) < 20, "it is not told of every one"


def test_work_that_fails_shows_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        for number in with_bar(range(3), "x"):
            if number:
                raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()


def test_labels_are_escaped_and_nothing_to_do_is_no_error() -> None:
    assert "<b>" not in bar_html(1, 2, "<b>")
    assert list(with_bar([], "things")) == []
