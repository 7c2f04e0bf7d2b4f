"""``labs/README.md``: the map of the labs, built from every ``lab.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab_helpers.authoring.lab_source import LabSource, find_labs

_HEAD = """\
<!-- Built by `lambda-dojo author build`; edit the labs' .source/lab.toml instead. -->
# Labs / ラボ

Open a notebook in your language and run it from top to bottom. Each lab stands alone.
お好きな言語のノートブックを開き、上から順に実行してください。どのラボからでも始められます。

"""


def map_text(root: Path) -> str:
    """The text of ``labs/README.md``."""
    return _HEAD + "\n".join(_section(lab) for lab in find_labs(root))


def _section(lab: LabSource) -> str:
    facts = lab.read_toml("lab.toml")
    title: dict[str, str] = facts["title"]
    steps: list[dict[str, Any]] = facts["steps"]
    points = sum(int(step["points"]) for step in steps)
    en, ja = (f"{lab.folder.name}/{lab.notebook_path(x).name}" for x in ("en", "ja"))
    rows = [
        f"| {n} | {step['title']['en']} | {step['title']['ja']} | {step['points']} |"
        for n, step in enumerate(steps, start=1)
    ]
    return "\n".join(
        [
            f"## {facts['order']}. {title['en']} / {title['ja']}",
            "",
            f"[English]({en}) · [日本語]({ja}) · "
            f"{facts['minutes']} min / {facts['minutes']} 分 · {points} points / {points} 点 · "
            f"{', '.join(facts['exam'])}",
            "",
            "| | Step | ステップ | Points |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
