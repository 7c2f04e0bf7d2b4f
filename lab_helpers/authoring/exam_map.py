"""``docs/exam-map.md``: from each lab to the exams' tasks, and from each task to labs and steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_helpers.authoring.exam_tasks import Domain, Exam, exams
from lab_helpers.authoring.lab_source import LabSource, find_labs

_HEAD = """\
<!-- Built by `lambda-dojo author build` from the labs' .source/lab.toml; do not edit. -->
# Exam map / 試験対応表

Which lab serves which task of the exams, and where a task is practised. The numbers are those of
AWS's exam guides ([SAA-C03], [SOA-C03]); the titles are ours. A dash says that no lab serves the
task yet. The course is about Lambda: tasks that have nothing to do with it are not listed.

どのラボが試験のどのタスクに対応し、各タスクをどこで練習できるかの一覧です。番号は AWS の試験ガイド
（[SAA-C03]、[SOA-C03]）のもの、見出しは独自の要約です。「–」は対応するラボがまだないことを示します。
Lambda と関係のないタスクは載せていません。

[SAA-C03]: https://docs.aws.amazon.com/aws-certification/latest/solutions-architect-associate-03/solutions-architect-associate-03.html
[SOA-C03]: https://docs.aws.amazon.com/aws-certification/latest/sysops-administrator-associate-03/sysops-administrator-associate-03.html

## By lab / ラボから

"""
NONE = "–"


@dataclass(frozen=True)
class Served:
    """A lab and which of its steps serve a task; none where the lab as a whole does."""

    lab: LabSource
    facts: dict[str, Any]
    steps: tuple[str, ...]

    def linked(self) -> str:
        title = f"{self.facts['order']}. {self.facts['title']['en']}"
        steps = ", ".join(f"`{step}`" for step in self.steps)
        return f"[{title}]({_notebook(self.lab, 'en')})" + (f": {steps}" if steps else "")


def exam_map_text(root: Path) -> str:
    """The text of ``docs/exam-map.md`` for the labs under ``root``."""
    labs = [(lab, lab.read_toml("lab.toml")) for lab in find_labs(root)]
    lines = [
        f"| Lab | ラボ | {' | '.join(exam.code for exam in exams())} |",
        "|---|---|" + "---|" * len(exams()),
        *(_lab_row(lab, facts) for lab, facts in labs),
    ]
    for exam in exams():
        lines += ["", f"## {exam.code}: {exam.name}"]
        for domain in exam.domains:
            lines += ["", *_domain_lines(exam, domain, labs)]
    return _HEAD + "\n".join(lines) + "\n"


def _lab_row(lab: LabSource, facts: dict[str, Any]) -> str:
    links = [
        f"[{facts['order']}. {facts['title'][language]}]({_notebook(lab, language)})"
        for language in ("en", "ja")
    ]
    served = [
        ", ".join(sorted(task.split()[1] for task in facts["exam"] if task.startswith(exam.code)))
        for exam in exams()
    ]
    return f"| {' | '.join([*links, *(numbers or NONE for numbers in served)])} |"


def _notebook(lab: LabSource, language: str) -> str:
    return f"../labs/{lab.folder.name}/{lab.notebook_path(language).name}"


def _domain_lines(
    exam: Exam, domain: Domain, labs: Sequence[tuple[LabSource, dict[str, Any]]]
) -> Iterator[str]:
    title = f"{domain.title.en} / {domain.title.ja}"
    yield f"### {domain.number}. {title} ({domain.weight} %)"
    yield ""
    yield "| | Task | タスク | Labs and steps / ラボとステップ |"
    yield "|---|---|---|---|"
    for number, task in domain.tasks.items():
        where = "<br>".join(found.linked() for found in _serving(f"{exam.code} {number}", labs))
        yield f"| {number} | {task.en} | {task.ja} | {where or NONE} |"


def _serving(task: str, labs: Sequence[tuple[LabSource, dict[str, Any]]]) -> Iterator[Served]:
    for lab, facts in labs:
        if task in facts["exam"]:
            steps = tuple(step["id"] for step in facts["steps"] if task in step.get("exam", ()))
            yield Served(lab, facts, steps)
