"""A report as JSON: what ``lambda-dojo check --json`` prints and a teacher's script reads.

::

    {"schema": "lambda-dojo/check/1",
     "lab": "create_function", "backend": "embedded", "passed": false,
     "points": 1, "points_total": 2,
     "steps": [{"step": "create_role", "title": "…", "outcome": "passed", "diagnosis": null,
                "points": 1, "points_total": 1,
                "conditions_met": 3, "conditions_total": 3,
                "message": {"verdict": "…", "looked_at": "…", "found": "…", "expected": "…",
                            "why": "…", "next": "…"},
                "details": ""}]}

``outcome`` is one of ``passed``, ``incorrect``, ``not_attempted``, ``your_code_error``,
``unavailable`` and ``check_bug``. Keys may be added; none is renamed within a schema number.
"""

from __future__ import annotations

from typing import Any

from lab_helpers.grading.report import LabReport, StepReport

SCHEMA = "lambda-dojo/check/1"


def lab_json(report: LabReport, language: str) -> dict[str, Any]:
    """The document above, its texts in ``language``."""
    steps = [step_json(step, language) for step in report.steps]
    return {
        "schema": SCHEMA,
        "lab": report.lab,
        "backend": report.backend,
        "passed": report.passed,
        "points": sum(step["points"] for step in steps),
        "points_total": sum(step["points_total"] for step in steps),
        "steps": steps,
    }


def step_json(step: StepReport, language: str) -> dict[str, Any]:
    """One entry of ``steps``."""
    message = step.message
    beats = ("verdict", "looked_at", "found", "expected", "why", "next")
    return {
        "step": step.step,
        "title": step.title.in_language(language),
        "outcome": str(step.outcome),
        "diagnosis": step.diagnosis,
        "points": step.points if step.passed else 0,
        "points_total": step.points,
        "conditions_met": step.conditions_met,
        "conditions_total": step.conditions_total,
        "message": {beat: getattr(message, beat).in_language(language) for beat in beats},
        "details": step.details,
    }
