"""A report as plain text, for a terminal and for notebooks that show no HTML."""

from __future__ import annotations

import textwrap

from lab_helpers.catalog import Text
from lab_helpers.grading.outcome import FACES
from lab_helpers.grading.report import LabReport, Message, StepReport

LABELS = {
    "looked_at": Text("Looked at", "見たもの"),
    "found": Text("Found", "結果"),
    "expected": Text("Expected", "期待"),
    "why": Text("Why it matters", "なぜ大切か"),
    "next": Text("Next", "次にすること"),
    "details": Text("Details", "詳細"),
}


def beats(message: Message, language: str) -> list[tuple[str, str]]:
    """Label and text of the beats after the verdict, empty ones left out."""
    shown = []
    for key in ("looked_at", "found", "expected", "why", "next"):
        text: Text = getattr(message, key)
        if text.in_language(language):
            shown.append((LABELS[key].in_language(language), text.in_language(language)))
    return shown


def labelled(label: str, text: str, language: str) -> str:
    """``Label: text`` with the colon of the language."""
    return f"{label}：{text}" if language == "ja" else f"{label}: {text}"


def conditions_line(step: StepReport, language: str) -> str:
    """How many conditions hold; empty where there is only one, or where none was judged."""
    if step.passed or step.conditions_total < 2:
        return ""
    met, total = step.conditions_met, step.conditions_total
    if language == "ja":
        return f"このステップの条件 {total} 件中 {met} 件を満たしています。"
    return f"{met} of the {total} conditions of this step are met so far."


def step_text(step: StepReport, language: str) -> str:
    """All five beats of one step."""
    symbol = FACES[step.outcome].symbol
    lines = [f"{symbol} {step.message.verdict.in_language(language)}"]
    for label, text in beats(step.message, language):
        lines.append("  " + labelled(label, text, language))
    if counted := conditions_line(step, language):
        lines.append(f"  {counted}")
    if step.details:
        lines.append("  " + labelled(LABELS["details"].in_language(language), "", language))
        lines.append(textwrap.indent(step.details.rstrip(), "    | "))
    return "\n".join(lines)


def lab_text(report: LabReport, language: str) -> str:
    """One line per step, then the beats of the first that is open, then how many others are."""
    if len(report.steps) == 1:
        return step_text(report.steps[0], language)
    lines = [report.title.in_language(language), ""]
    for step in report.steps:
        face = FACES[step.outcome]
        title, word = step.title.in_language(language), face.word.in_language(language)
        lines.append(f"{face.symbol} {labelled(title, word, language)}")
    if report.first_open:
        lines += ["", step_text(report.first_open, language)]
        if counted := others_line(report, language):
            lines += ["", counted]
    return "\n".join(lines)


def others_line(report: LabReport, language: str) -> str:
    """How many more steps are open than the one that is told in full."""
    others = sum(not step.passed for step in report.steps) - 1
    if others <= 0:
        return ""
    if language == "ja":
        return f"このほかに {others} 件のステップが残っています。"
    return f"{others} more step{'s are' if others > 1 else ' is'} still open."
