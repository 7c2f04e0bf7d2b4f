"""The course as HTML: the progress page, and the score report that a learner may hand in.

Both are whole in one file, with no script and nothing to fetch: they open in JupyterLab's viewer,
in any browser and from a mail, offline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from lab_helpers.progress.standing import CourseStanding, LabStanding
from lab_helpers.progress.state import StepState
from lab_helpers.progress.table import where_to_go_on
from lab_helpers.progress.words import tell

_STYLE = """
body{font-family:system-ui,"Hiragino Sans","Noto Sans CJK JP","Yu Gothic",sans-serif;
line-height:1.6;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
h2{font-size:1.15rem;margin:1.6rem 0 .3rem}
.bar{height:.9rem;border:1px solid #767676;border-radius:.2rem;background:#eee}
.bar>div{height:100%;background:#2e7d32}
table{border-collapse:collapse;width:100%;margin:.4rem 0}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
td.number{text-align:right;white-space:nowrap}
.passed{color:#1b5e20}.tried{color:#b3261e}.open{color:#1c4f82}
.note{border-left:4px solid #1565c0;padding:.3rem .9rem;margin:1rem 0}
.small{color:#555;font-size:.9rem}
"""


def progress_page(standing: CourseStanding, language: str, now: float) -> str:
    """A bar per lab with its steps, and where to go on. ``now``: seconds since the epoch."""
    parts = [
        f'<p class="note">{_inline(where_to_go_on(standing, language))}<br>'
        f"{_inline(tell('resume', language))}</p>",
        _total(standing, language),
        *(_lab(own, language, details=False) for own in standing.labs),
        f'<p class="small">{escape(tell("as_of", language, time=_time(now)))}</p>',
    ]
    return _document(tell("title", language), language, [*_notice(standing, language), *parts])


def score_report(standing: CourseStanding, language: str, now: float, learner: str = "") -> str:
    """What was done in each lab, to hand in; it says of itself that it proves nothing."""
    facts = [f"{tell('made', language)}: {_time(now)}"]
    if learner:
        facts.insert(0, f"{tell('learner', language)}: {learner}")
    parts = [
        f"<p>{'<br>'.join(map(escape, facts))}</p>",
        _total(standing, language),
        *(_lab(own, language, details=True) for own in standing.labs),
        f'<p class="note">{_inline(tell("not_signed", language))}</p>',
    ]
    title = tell("report_title", language)
    return _document(title, language, [*_notice(standing, language), *parts])


def _document(title: str, language: str, parts: list[str]) -> str:
    body = "\n".join([f"<h1>{escape(title)}</h1>", *parts])
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _notice(standing: CourseStanding, language: str) -> Iterator[str]:
    if standing.notice:
        yield f'<p class="note">{escape(standing.notice.in_language(language))}</p>'


def _total(standing: CourseStanding, language: str) -> str:
    head = f"{tell('total', language)}: {standing.points}/{standing.points_total}"
    return f"<p><strong>{escape(head)}</strong></p>{_bar(standing.fraction, head)}"


def _bar(fraction: float, label: str) -> str:
    return (
        f'<div class="bar" role="img" aria-label="{escape(f"{label}, {fraction:.0%}")}">'
        f'<div style="width:{fraction:.1%}"></div></div>'
    )


def _lab(own: LabStanding, language: str, *, details: bool) -> str:
    title = f"{own.lab.order}. {own.lab.title.in_language(language)}"
    points = f"{own.state.points}/{own.state.points_total}"
    parts = [
        f"<h2>{escape(title)} · {points}</h2>",
        _bar(own.fraction, f"{title}: {points}"),
        f'<p class="small">{escape(" · ".join(_facts(own, language)))}</p>',
    ]
    if own.latest is not None:
        parts.append(_steps(own, language, details=details))
    return f'<section data-lab="{escape(own.lab.id)}">{"".join(parts)}</section>'


def _facts(own: LabStanding, language: str) -> Iterator[str]:
    done = tell("of", language, done=own.steps_passed, total=len(own.lab.steps))
    yield f"{tell('steps', language)}: {done}"
    if own.began is None or own.latest is None:
        yield tell("not_begun", language)
        return
    if own.state.quiz:
        yield tell("quiz", language, right=own.quiz_right, asked=len(own.state.quiz))
    yield tell("worked", language, began=_time(own.began), latest=_time(own.latest))


def _steps(own: LabStanding, language: str, *, details: bool) -> str:
    keys = ("step", "state", "points", *(("hints", "checks") if details else ()))
    head = "".join(f'<th scope="col">{escape(tell(key, language))}</th>' for key in keys)
    rows = []
    for step in own.lab.steps:
        state = own.state.steps[step.id]
        name = _state(state)
        cells = [
            f"<td>{escape(step.title.in_language(language))}</td>",
            f'<td class="{name}">{escape(tell(name, language))}</td>',
            f'<td class="number">{state.points}/{step.points}</td>',
        ]
        if details:
            cells.append(f"<td>{escape(_help(state, language))}</td>")
            cells.append(f'<td class="number">{state.checks}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _state(state: StepState) -> str:
    if state.passed:
        return "passed"
    return "open" if state.outcome in (None, "not_attempted") else "tried"


def _help(state: StepState, language: str) -> str:
    shown = [str(state.hints)] if state.hints else []
    if state.solution_shown:
        shown.append(tell("solution_shown", language))
    return " + ".join(shown)


def _time(seconds: float) -> str:
    """Local date and time with its offset; a time that no calendar holds as it is."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        return str(seconds)
    return moment.strftime("%Y-%m-%d %H:%M %z")


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
