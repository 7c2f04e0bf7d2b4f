"""What the progress table, page and report say, in both languages."""

from __future__ import annotations

from typing import Any

from lab_helpers.catalog import Text

_WORDS = {
    "title": Text("Your progress", "学習の進み具合"),
    "report_title": Text("Lambda Dojo: score report", "ラムダ道場 成績レポート"),
    "lab": Text("Lab", "ラボ"),
    "points": Text("Points", "点数"),
    "steps": Text("Steps", "ステップ"),
    "step": Text("Step", "ステップ"),
    "state": Text("State", "状態"),
    "hints": Text("Hints", "ヒント"),
    "checks": Text("Checks", "チェック回数"),
    "total": Text("Total", "合計"),
    "of": Text("{done} of {total}", "{done} / {total}"),
    "next": Text("Go on with: {lab}, “{step}” ({file})", "次は：{lab}「{step}」（{file}）"),
    "all_done": Text("Every lab is finished.", "すべてのラボが終わりました。"),
    "resume": Text(
        "In the notebook: `lab.check()` judges that step.",
        "ノートブックで `lab.check()` を実行すると、そのステップを確認できます。",
    ),
    "passed": Text("✓ passed", "✓ 合格"),
    "tried": Text("✗ tried", "✗ 挑戦中"),
    "open": Text("○ open", "○ 未着手"),
    "solution_shown": Text("solution shown", "解答を表示"),
    "quiz": Text(
        "Warm-up: {right} of {asked} right", "ウォームアップ：{asked} 問中 {right} 問正解"
    ),
    "learner": Text("Learner", "学習者"),
    "made": Text("Made", "作成日時"),
    "worked": Text("Worked on: {began} to {latest}", "学習期間：{began} ～ {latest}"),
    "not_begun": Text("Not begun", "未着手"),
    "as_of": Text(
        "As of {time}. Written anew with each check; load it again to see the newest.",
        "{time} 現在。チェックするたびに書き直されます。最新の内容は再読み込みで表示されます。",
    ),
    "not_signed": Text(
        "This report was written on the learner's own machine, from a file there that can be "
        "edited, and it carries no signature. It tells what was done; it proves nothing. To see "
        "for yourself, run `lambda-dojo check LAB` on the learner's cloud.",
        "このレポートは学習者自身のマシンで、編集できるファイルから作られており、署名はありません。"
        "取り組んだ内容を示すもので、証明にはなりません。確かめるには、学習者のクラウドに対して "
        "`lambda-dojo check LAB` を実行してください。",
    ),
}


def tell(key: str, language: str, **values: Any) -> str:
    """The words for ``key`` with ``values`` in their places."""
    return _WORDS[key].in_language(language).format(**values)
