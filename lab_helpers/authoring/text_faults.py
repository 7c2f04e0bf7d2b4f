"""What is wrong with a lab's texts, found without running anything.

Pairs, stale translations, hints, titles and links: the faults that an author makes at the desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab_helpers.authoring.exam_tasks import exam_faults
from lab_helpers.authoring.goals import goals
from lab_helpers.authoring.lab_source import LANGUAGES, LabSource
from lab_helpers.authoring.pairing import Code, LabText, Prose, read_lab_text
from lab_helpers.authoring.quiz_faults import quiz_faults
from lab_helpers.authoring.solution_fill import solution_names
from lab_helpers.authoring.staleness import stale_cells

HINT_LEVELS = 3
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text_faults(lab: LabSource) -> list[str]:
    """Every fault, in the words an author can act on; empty when the texts are sound."""
    facts = lab.read_toml("lab.toml")
    steps: list[dict[str, Any]] = facts.setdefault("steps", [])
    lab_text = read_lab_text(lab.read_text())
    return [
        *lab_text.faults,
        *stale_cells(lab_text),
        *_title_faults(facts, steps),
        *exam_faults(facts),
        *_goal_faults(lab_text),
        *_hint_faults(lab.read_toml("hints.toml"), [step["id"] for step in steps]),
        *quiz_faults(lab, int(facts.get("order", 1)), lab_text),
        *_solution_faults(lab, lab_text),
        *_wrong_faults(lab),
        *_link_faults(lab, lab_text),
    ]


def _title_faults(facts: dict[str, Any], steps: list[dict[str, Any]]) -> Iterator[str]:
    if not steps:
        yield "lab.toml has no [[steps]]"
    for owner, entry in [("lab.toml", facts), *((f"step {s['id']}", s) for s in steps)]:
        for language in LANGUAGES:
            if not str(entry.get("title", {}).get(language, "")).strip():
                yield f"{owner}: no title in {language}"


def _goal_faults(lab_text: LabText) -> Iterator[str]:
    counts = {language: len(goals(lab_text, language)) for language in LANGUAGES}
    if not all(counts.values()):
        yield "lab.md: the first cell has no list of goals: what can a learner do afterwards?"
    elif len(set(counts.values())) > 1:
        yield f"lab.md: the goals differ in number: {counts}"


def _hint_faults(hints: dict[str, Any], step_ids: list[str]) -> Iterator[str]:
    for step in step_ids:
        for language in LANGUAGES:
            count = len([text for text in hints.get(step, {}).get(language, []) if text.strip()])
            if count != HINT_LEVELS:
                yield (
                    f"hints.toml: step {step} has {count} hints in {language}, "
                    f"{HINT_LEVELS} are wanted"
                )
    for extra in sorted(set(hints) - set(step_ids)):
        yield f"hints.toml: {extra} is not a step of this lab"


def _solution_faults(lab: LabSource, lab_text: LabText) -> Iterator[str]:
    names = solution_names(lab)
    for step in lab.step_ids():
        if step not in names:
            yield f"solution/steps.py: no function for the step {step}"
    for cell in lab_text.cells:
        if isinstance(cell, Code) and cell.solution and cell.solution not in names:
            yield f"lab.md: a cell wants the solution {cell.solution}, which does not exist"
        file = cell.solution_file if isinstance(cell, Code) else ""
        if file and not (lab.source / "solution" / file).is_file():
            yield f"lab.md: a cell wants solution/{file}, which does not exist"


def _wrong_faults(lab: LabSource) -> Iterator[str]:
    texts = [path.read_text(encoding="utf-8") for path in lab.wrong_paths]
    for step in lab.step_ids():
        if not any(re.search(rf'^STEP = "{step}"$', text, re.MULTILINE) for text in texts):
            yield f"wrong/: no wrong answer for the step {step}"


def _link_faults(lab: LabSource, lab_text: LabText) -> Iterator[str]:
    """Links inside the repository must lead somewhere; links outside must be https."""
    for cell in lab_text.cells:
        if not isinstance(cell, Prose):
            continue
        for language in LANGUAGES:
            for found in _LINK.finditer(_FENCE.sub("", cell.in_language(language))):
                target = found["target"]
                if target.startswith(("https://", "#")):
                    continue
                if ":" in target.split("/", 1)[0]:
                    yield f"lab.md ({language}): link to {target}: only https"
                elif not _leads_somewhere(lab.folder, target):
                    yield f"lab.md ({language}): link to {target} leads nowhere"


def _leads_somewhere(folder: Path, target: str) -> bool:
    return (folder / target.split("#", 1)[0]).exists()
