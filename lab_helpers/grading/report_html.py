"""A report as HTML for a notebook. Every text is escaped; colour is never the only sign."""

from __future__ import annotations

import re
from html import escape

from lab_helpers.grading.outcome import FACES
from lab_helpers.grading.report import LabReport, StepReport
from lab_helpers.grading.report_text import LABELS, beats, conditions_line, others_line

BOX = (
    "border-left:4px solid {colour};padding:.4em 1em;margin:.4em 0;"
    "font-family:var(--jp-content-font-family,sans-serif);line-height:1.55"
)


def inline(text: str) -> str:
    """Escaped text, with words between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def step_html(step: StepReport, language: str) -> str:
    """All five beats of one step, announced politely by screen readers."""
    return _live(_step_box(step, language), language)


def lab_html(report: LabReport, language: str) -> str:
    """A row per step, then the beats of the first that is open."""
    if len(report.steps) == 1:
        return step_html(report.steps[0], language)
    rows = "".join(_row(step, language) for step in report.steps)
    title = escape(report.title.in_language(language))
    parts = [f"<strong>{title}</strong>", f'<ul style="list-style:none;padding:0">{rows}</ul>']
    if report.first_open:
        parts.append(_step_box(report.first_open, language))
        parts.append(f"<p>{escape(others_line(report, language))}</p>")
    return _live("".join(parts), language)


def _live(inner: str, language: str) -> str:
    return f'<div role="status" aria-live="polite" lang="{escape(language)}">{inner}</div>'


def _row(step: StepReport, language: str) -> str:
    face = FACES[step.outcome]
    word = escape(face.word.in_language(language))
    return (
        f'<li data-step="{escape(step.step)}" data-outcome="{step.outcome}">'
        f'<span aria-hidden="true" style="color:{face.colour}">{face.symbol}</span> '
        f"{escape(step.title.in_language(language))}: "
        f'<span style="color:{face.colour}">{word}</span></li>'
    )


def _step_box(step: StepReport, language: str) -> str:
    face = FACES[step.outcome]
    verdict = inline(step.message.verdict.in_language(language))
    parts = [
        f'<div class="lambda-dojo-step" data-step="{escape(step.step)}" '
        f'data-outcome="{step.outcome}" style="{BOX.format(colour=face.colour)}">',
        f'<div style="color:{face.colour};font-weight:600">'
        f'<span aria-hidden="true">{face.symbol}</span> {verdict}</div>',
    ]
    colon = "：" if language == "ja" else ":"
    for label, text in beats(step.message, language):
        parts.append(f"<div><strong>{escape(label)}</strong>{colon} {inline(text)}</div>")
    if counted := conditions_line(step, language):
        parts.append(f"<div><small>{escape(counted)}</small></div>")
    if step.details:
        label = escape(LABELS["details"].in_language(language))
        parts.append(
            f"<details open><summary>{label}</summary>"
            f'<pre style="white-space:pre-wrap">{escape(step.details)}</pre></details>'
        )
    parts.append("</div>")
    return "".join(parts)
