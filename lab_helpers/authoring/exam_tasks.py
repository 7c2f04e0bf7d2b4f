"""The exams' task statements that labs may name: ``SAA-C03 1.1``, ``SOA-C03 3.2.2``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lab_helpers.catalog import Text

PATH = Path(__file__).parent / "exam_tasks.toml"


@dataclass(frozen=True)
class Domain:
    """A part of an exam.

    Attributes:
        weight: its share of the scored content, in percent.
        tasks: number of a task statement (SAA-C03) or skill (SOA-C03) → what it asks.
    """

    number: str
    weight: int
    title: Text
    tasks: Mapping[str, Text]


@dataclass(frozen=True)
class Exam:
    """One exam; ``code`` such as ``SAA-C03``."""

    code: str
    name: str
    domains: tuple[Domain, ...]


@cache
def exams() -> tuple[Exam, ...]:
    """The exams in the order of the data file."""
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return tuple(
        Exam(entry["code"], entry["name"], tuple(map(_domain, entry["domain"])))
        for entry in table["exam"]
    )


def _domain(entry: Mapping[str, Any]) -> Domain:
    tasks = {number: Text(**title) for number, title in entry["tasks"].items()}
    return Domain(entry["number"], entry["weight"], Text(**entry["title"]), tasks)


@cache
def known_tasks() -> Mapping[str, Text]:
    """``SAA-C03 1.1`` → what it asks, for all exams."""
    return {
        f"{exam.code} {number}": title
        for exam in exams()
        for domain in exam.domains
        for number, title in domain.tasks.items()
    }


def exam_faults(facts: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the ``exam`` lists of a ``lab.toml``."""
    named = [str(task) for task in facts.get("exam", [])]
    if not named:
        yield "lab.toml: no exam tasks: which task statements does the lab serve?"
    steps = [(step["id"], str(task)) for step in facts["steps"] for task in step.get("exam", [])]
    for task in sorted({*named, *(task for _, task in steps)} - set(known_tasks())):
        yield f"lab.toml: {task} is none of the tasks in lab_helpers/authoring/exam_tasks.toml"
    for step, task in steps:
        if task not in named:
            yield f"lab.toml: step {step} serves {task}, which the lab's own exam list lacks"
