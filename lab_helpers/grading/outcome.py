"""What a check can come to, and how each outcome looks: a symbol, a word and a colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lab_helpers.catalog import Text


class Outcome(StrEnum):
    """Values are part of the JSON that ``lambda-dojo check --json`` prints."""

    PASSED = "passed"
    INCORRECT = "incorrect"
    NOT_ATTEMPTED = "not_attempted"
    YOUR_CODE_ERROR = "your_code_error"
    UNAVAILABLE = "unavailable"
    """The backend is down or cannot do this: says nothing of the learner's work."""
    CHECK_BUG = "check_bug"
    """The check itself failed: says nothing of the learner's work."""


@dataclass(frozen=True)
class Face:
    """How an outcome is shown. Never by colour alone.

    Attributes:
        colour: CSS; JupyterLab's own theme colour with a fallback of enough contrast.
    """

    symbol: str
    word: Text
    colour: str


FACES = {
    Outcome.PASSED: Face("✓", Text("Passed", "合格"), "var(--jp-success-color1, #2e7d32)"),
    Outcome.INCORRECT: Face(
        "✗", Text("Not right yet", "まだ正しくありません"), "var(--jp-error-color1, #c62828)"
    ),
    Outcome.NOT_ATTEMPTED: Face(
        "○", Text("Not attempted yet", "未着手"), "var(--jp-info-color1, #1565c0)"
    ),
    Outcome.YOUR_CODE_ERROR: Face(
        "!",
        Text("Your function raised an error", "関数がエラーになりました"),
        "var(--jp-warn-color0, #b45309)",
    ),
    Outcome.UNAVAILABLE: Face(
        "?", Text("Could not look", "確認できませんでした"), "var(--jp-ui-font-color2, #616161)"
    ),
    Outcome.CHECK_BUG: Face(
        "⚙",
        Text("The check itself is broken", "チェック自体の不具合です"),
        "var(--jp-ui-font-color2, #616161)",
    ),
}
