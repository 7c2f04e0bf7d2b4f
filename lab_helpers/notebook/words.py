"""What the verbs say, in both languages. Words between backticks are code."""

from __future__ import annotations

from typing import Any

from lab_helpers.catalog import Text

_WORDS = {
    "lab_open": Text(
        "{title} · {backend}, {region}, account {account_id} · "
        "{points} of {points_total} points · {next}",
        "{title} · {backend}、{region}、アカウント {account_id} · "
        "{points_total} 点中 {points} 点 · {next}",
    ),
    "next_step": Text("next step: `{step}`", "次のステップ：`{step}`"),
    "no_next_step": Text("every step is passed", "すべてのステップに合格しています"),
    "on_embedded": Text("embedded cloud", "組み込みクラウド"),
    "on_localstack": Text("LocalStack", "LocalStack"),
    "on_ministack": Text("MiniStack", "MiniStack"),
    "on_aws": Text("your AWS account", "実際の AWS アカウント"),
    "on_endpoint": Text("another cloud", "別のクラウド"),
    "no_lab_yet": Text(
        "The kernel has just been started and knows nothing of the cells above. Run the notebook "
        "from its first code cell down to here again. What you made in the cloud is still there; "
        "cells that would create it a second time say so.",
        "カーネルが起動したばかりで、上のセルの内容をまだ知りません。最初のコードセルから順に"
        "実行し直してください。クラウドに作ったものは残っています。同じものをもう一度"
        "作ろうとしたセルは、そのことを知らせます。",
    ),
    "unavailable_steps": Text(
        "On this backend the step `{step}` is unavailable: it needs {lacking}.",
        "このバックエンドではステップ `{step}` を行えません。必要な機能：{lacking}",
    ),
    "nothing_to_package": Text(
        'There is no file in the folder "{folder}" beside this notebook. Run the cells that make '
        "the folder and write your code into it (%%writefile), or check the folder's name.",
        "このノートブックの隣のフォルダー「{folder}」に、ファイルがありません。フォルダーを作り、"
        "コードを書き出すセル（%%writefile）を先に実行するか、フォルダー名を確かめてください。",
    ),
    "no_such_step": Text(
        'This lab has no step "{step}".{close} Its steps are: {steps}',
        "このラボに「{step}」というステップはありません。{close}ステップの一覧：{steps}",
    ),
    "no_such_name": Text(
        'This lab has no name for "{asked}".{close} lab.name(...) knows: {keys}',
        "このラボに「{asked}」の名前はありません。{close}lab.name(...) で使えるもの：{keys}",
    ),
    "close_step": Text(' Did you mean "{close}"?', "「{close}」の書き間違いではありませんか。"),
    "hint": Text("Hint {level} of {levels}", "ヒント {level} / {levels}"),
    "hint_more": Text(
        "Ask again for a plainer one.", "もう一度実行すると、より具体的なヒントが出ます。"
    ),
    "hint_last": Text(
        'That was the plainest. The solution: `lab.solution("{step}", reveal=True)`',
        '最後のヒントです。解答は `lab.solution("{step}", reveal=True)` で見られます。',
    ),
    "solution": Text("Solution", "解答"),
    "solution_hidden": Text(
        'Nothing is given away yet. To see the solution: `lab.solution("{step}", reveal=True)`',
        'まだ何も表示していません。解答を見るには：`lab.solution("{step}", reveal=True)`',
    ),
    "predict_first": Text(
        'What will happen? Write it down before you look: `lab.predict("{step}", "…")`',
        'どうなると思いますか。見る前に書いておきましょう：`lab.predict("{step}", "…")`',
    ),
    "predicted": Text(
        "You predict: {answer}. Now run it and see.",
        "予想：{answer}。では実行して確かめましょう。",
    ),
    "your_prediction": Text("You had predicted ({title}):", "あなたの予想（{title}）："),
    "prepared": Text(
        "Everything that this lab stands on is there.", "このラボに必要なものがそろいました。"
    ),
    "caught_up": Text(
        "Done as in the solution: {steps}. You can start with `{step}`: run the cells of its "
        "section again, from the heading on, since what they put in is gone too.",
        "解答どおりに実行しました：{steps}。`{step}` から始められます。データも消えているので、"
        "そのセクションの見出しから順にセルを実行し直してください。",
    ),
    "was_reset": Text(
        "The lab's resources are removed; you can begin anew. Your history is kept.",
        "このラボのリソースを削除しました。最初から始められます。これまでの記録は残っています。",
    ),
    "quiz": Text("Warm-up: {questions} questions", "ウォームアップ：{questions} 問"),
    "quiz_how": Text(
        "Answer in the next cell: replace each `...` in `lab.quiz({blanks})` by a letter such as "
        '`"b"`. What you leave as `...` is skipped.',
        '次のセルで答えてください。`lab.quiz({blanks})` の `...` を `"b"` のような文字に'
        "置き換えます。`...` のままの問題は飛ばされます。",
    ),
    "quiz_right": Text("Right", "正解"),
    "quiz_wrong": Text("Not right", "不正解"),
    "quiz_skipped": Text("Skipped", "未回答"),
    "quiz_unreadable": Text("Not one of the letters", "選択肢にない文字"),
    "quiz_letters": Text(
        "You wrote `{given}`; write one of {letters}.",
        "`{given}` と書かれています。{letters} のどれかを書いてください。",
    ),
    "quiz_total": Text("{right} of {questions} right.", "{questions} 問中 {right} 問正解です。"),
    "quiz_again": Text(
        "Change a letter and run the cell again; `lab.quiz()` shows the questions.",
        "文字を変えて、もう一度セルを実行してみましょう。問題は `lab.quiz()` で表示できます。",
    ),
    "quiz_blank": Text(
        'Replace `...` by a letter such as `"b"` and run the cell again.',
        '`...` を `"b"` のような文字に置き換えて、もう一度セルを実行してください。',
    ),
    "quiz_too_many": Text(
        "{extra} more answers than questions: the last ones were left out.",
        "答えが問題より {extra} 個多いため、最後の答えは無視しました。",
    ),
    "quiz_none": Text("This lab has no warm-up.", "このラボにウォームアップはありません。"),
    "step": Text("Step", "ステップ"),
    "steps": Text("steps", "ステップ"),
    "state": Text("State", "状態"),
    "points": Text("Points", "点数"),
    "hints": Text("Hints", "ヒント"),
    "total": Text("Total", "合計"),
    "never_checked": Text("Not checked yet", "未チェック"),
    "changed_since": Text("passed before", "以前に合格"),
    "solution_shown": Text("solution shown", "解答を表示"),
}


def tell(key: str, language: str, **values: Any) -> str:
    """The words for ``key`` with ``values`` in their places."""
    return _WORDS[key].in_language(language).format(**values)
