"""``labs/README.md``: the map of the labs, built from every ``lab.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab_helpers.authoring.goals import goals
from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.pairing import read_lab_text

# PROGRESS.html is in a learner's workspace alone: a link to it would be dead on GitHub.
_HEAD = """\
<!-- Built by `lambda-dojo author build`; edit the labs' .source/lab.toml instead. -->
# Labs / ラボ

Open a notebook in your language and run it from top to bottom. Each lab stands alone.
お好きな言語のノートブックを開き、上から順に実行してください。どのラボからでも始められます。

Your progress is in `PROGRESS.html`, beside this file in your workspace: double-click it there.
進み具合は、作業フォルダーの `PROGRESS.html`（ダブルクリックで開きます）で確認できます。

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
    # a lab that is being written may have no text yet
    lab_text = read_lab_text(lab.read_text() if lab.text_path.exists() else "")
    can = [
        f"- {en}<br>{ja}"
        for en, ja in zip(goals(lab_text, "en"), goals(lab_text, "ja"), strict=False)
    ]
    return "\n".join(
        [
            f"## {facts['order']}. {title['en']} / {title['ja']}",
            "",
            f"[English]({en}) · [日本語]({ja}) · "
            f"{facts['minutes']} min / {facts['minutes']} 分 · {points} points / {points} 点 · "
            f"{', '.join(facts['exam'])}",
            "",
            *([*can, ""] if can else []),
            "| | Step | ステップ | Points |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
