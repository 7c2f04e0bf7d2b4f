"""The words of ``lab.timeline``, in both languages."""

from __future__ import annotations

from typing import Any

from lab_helpers.catalog import Text

_WORDS = {
    # the pictures
    "life_title": Text("One event, from its caller to its end", "1 つのイベントの一生"),
    "life_note": Text(
        "Not to scale. Times on the left: here / as AWS would have waited.",
        "縮尺は実際と異なります。左の時刻：この環境 / AWS が待つ時間で数えた場合。",
    ),
    "life_desc": Text(
        "{function} · attempts: {attempts} · billed: {billed} ms · {end}",
        "{function}・試行 {attempts} 回・請求対象の時間 {billed} ms・{end}",
    ),
    "lanes_title": Text("Execution environments over time", "実行環境の時間経過"),
    "lanes_note": Text(
        "One lane is one execution environment (one log stream). Time is as it passed here; AWS "
        "may wait longer.",
        "1 行が 1 つの実行環境（1 つのログストリーム）です。横軸は実際の時間で、AWS ではもっと長く"
        "待つことがあります。",
    ),
    "wait_aws": Text("AWS: {aws}", "AWS：{aws}"),
    "lanes_desc": Text(
        "Invocations: {runs}, execution environments: {environments}, cold starts: {cold}, "
        "failed: {failed}, throttled: {throttles}.",
        "{environments} 個の実行環境で {runs} 回の呼び出し。コールドスタート {cold} 回、失敗 "
        "{failed} 回、スロットリング {throttles} 回。",
    ),
    "left_out": Text(
        "{number} earlier environments are not drawn; `.table()` has them.",
        "ほかに {number} 個の古い実行環境があります（`.table()` で見られます）。",
    ),
    "legend_init": Text("INIT (cold start)", "INIT（コールドスタート）"),
    "legend_invoke": Text("INVOKE", "INVOKE"),
    "legend_failed": Text("✗ failed", "✗ 失敗"),
    "legend_throttle": Text("⊘ throttled", "⊘ スロットリング"),
    "legend_wait": Text("waiting in the queue", "キューで待機"),
    "legend_cut": Text("≈ a pause, cut short", "≈ 短縮した空白の時間"),
    "summary": Text(
        "invocations: {runs} · environments: {environments} · cold starts: {cold} · "
        "throttled: {throttles}",
        "呼び出し {runs} 回・実行環境 {environments} 個・コールドスタート {cold} 回・"
        "スロットリング {throttles} 回",
    ),
    "waiting_row": Text("waits, throttles", "待機・スロットリング"),
    "at_once": Text("running at once", "同時に実行中"),
    "most_at_once": Text("at most {number}", "最大 {number}"),
    "reserved": Text("reserved concurrency: {number}", "予約済同時実行数：{number}"),
    "split_title": Text(
        "Alias {alias} of {function}: versions run",
        "{function} のエイリアス {alias}：実行されたバージョン",
    ),
    "split_since": Text("since the last change of an alias", "エイリアスの最後の変更以降"),
    "split_row": Text(
        "version {version}: seen {seen} of {total} ({share} %), expected {expected}",
        "バージョン {version}：{total} 回中 {seen} 回（{share} %）、期待値 {expected}",
    ),
    "not_known": Text("not known", "不明"),
    "outline_expected": Text("outline: expected; filled: seen", "枠：期待値、塗り：実際"),
    # stations
    "caller_api": Text("{who} called {operation}", "{who} が {operation} を呼び出し"),
    "caller_service": Text("{source} sent an event", "{source} がイベントを送信"),
    "queue": Text(
        "Lambda's queue for asynchronous invocations took it",
        "Lambda の非同期呼び出しキューが受け取り",
    ),
    "batch": Text(
        "the event source mapping made a batch: {records} of {source}",
        "イベントソースマッピングがバッチを作成：{source} の {records} 件",
    ),
    "attempt": Text("attempt {number}", "試行 {number}"),
    "invocation": Text("invocation", "呼び出し"),
    "running": Text("running", "実行中"),
    "success": Text("succeeded", "成功"),
    "error": Text("function error", "関数エラー"),
    "timeout": Text("timed out", "タイムアウト"),
    "failed": Text("could not be run", "実行できず"),
    "phases_cold": Text(
        "INIT {init} + INVOKE {invoke}, {billed} ms billed",
        "INIT {init} + INVOKE {invoke}、請求対象 {billed} ms",
    ),
    "phases_warm": Text(
        "INVOKE {invoke}, {billed} ms billed", "INVOKE {invoke}、請求対象 {billed} ms"
    ),
    "environment_new": Text("new environment {name}", "新しい実行環境 {name}"),
    "environment_old": Text("environment {name}, used again", "実行環境 {name} を再利用"),
    "throttle": Text("throttled: {reason}", "スロットリング：{reason}"),
    "wait": Text(
        "waits {aws} at AWS, {here} here ({reason})",
        "待機：AWS では {aws}、この環境では {here}（{reason}）",
    ),
    "wait_now": Text(
        "waits {aws} at AWS, shorter here: waiting now ({reason})",
        "待機：AWS では {aws}（この環境では短縮）。現在待機中（{reason}）",
    ),
    "wait_batch": Text("tried again after {aws} at AWS", "AWS では {aws} 後に再試行"),
    "reason_function error": Text("function error", "関数エラー"),
    "reason_throttled": Text("throttled", "スロットリング"),
    "answer": Text("the caller got status {status}", "呼び出し元へステータス {status} を返却"),
    "succeeded": Text("done: the event leaves the queue", "完了：イベントはキューから削除"),
    "given_up": Text("given up: {reason}", "断念：{reason}"),
    "dead_letter": Text(
        "sent to the dead-letter queue {target}", "デッドレターキュー {target} へ送信"
    ),
    "dead_letter_topic": Text(
        "sent to the dead-letter topic {target}", "デッドレタートピック {target} へ送信"
    ),
    "destination": Text(
        "record sent to the destination {target}", "送信先 {target} へレコードを送信"
    ),
    "not_delivered": Text("not delivered to {target}: {reason}", "{target} へ送信できず：{reason}"),
    "returned": Text(
        "messages: {deleted} deleted, {returned} back to the queue",
        "メッセージ：{deleted} 件を削除、{returned} 件をキューへ返却",
    ),
    "stopped": Text("stopped: a recursive loop", "停止：再帰ループ"),
    "going_on": Text("not over yet", "まだ終わっていません"),
    "over": Text("over", "終了"),
    "throttled_run": Text("throttled", "スロットリング"),
    # the table
    "when": Text("here", "この環境"),
    "when_aws": Text("at AWS", "AWS では"),
    "what": Text("what", "何が"),
    "details": Text("details", "詳細"),
    "function": Text("function", "関数"),
    "version": Text("version", "バージョン"),
    "environment": Text("environment", "実行環境"),
    "result": Text("result", "結果"),
    "billed": Text("billed ms", "請求 ms"),
    "cold": Text("cold", "コールド"),
    "request_id": Text("request id", "リクエスト ID"),
    "yes": Text("yes", "はい"),
    "no": Text("", ""),
    # the widget
    "still": Text(
        "Saved picture. Run the cell again for one that answers to mouse and keyboard.",
        "保存された図です。セルをもう一度実行すると、マウスやキーボードで操作できます。",
    ),
    "help": Text(
        "Arrow keys: next, previous, other lane. Enter: log lines. + and −: zoom.",
        "矢印キー：前後・別の行へ移動。Enter：ログを表示。+ と −：拡大・縮小。",
    ),
    "zoom_in": Text("Zoom in", "拡大"),
    "zoom_out": Text("Zoom out", "縮小"),
    "live": Text("Live", "ライブ更新中"),
    "stop": Text("Stop", "停止"),
    "stopped_live": Text("No longer live", "ライブ更新は停止しています"),
    "details_here": Text("Details appear here.", "ここに詳細が表示されます。"),
    "logs": Text("Log lines of this invocation", "この呼び出しのログ"),
    "logs_loading": Text("Reading CloudWatch Logs …", "CloudWatch Logs を読み込んでいます…"),
    "logs_none": Text(
        "CloudWatch Logs has no lines of it.", "CloudWatch Logs にこの呼び出しのログがありません。"
    ),
    "logs_failed": Text("The log cannot be read: {why}", "ログを読めません：{why}"),
    # where there is nothing to draw
    "nothing": Text(
        "Nothing has run since this lab was opened. Invoke a function, then look again.",
        "このラボを開いてから、まだ何も実行されていません。関数を呼び出してから、もう一度見てください。",
    ),
    "nothing_of": Text(
        "Nothing is known of {what}. Pass a request id, a response of boto3, or the name of a "
        "function that has run.",
        "{what} に関する記録がありません。リクエスト ID、boto3 のレスポンス、または実行済みの"
        "関数の名前を渡してください。",
    ),
    "unavailable": Text(
        "A timeline is drawn from the embedded cloud's journal; the backend {backend} keeps none. "
        "CloudWatch Logs has START, END and REPORT lines of each invocation there.",
        "タイムラインは組み込みクラウドの記録から描きます。バックエンド {backend} には記録が"
        "ありません。CloudWatch Logs の START・END・REPORT 行で呼び出しを確認できます。",
    ),
    "not_readable": Text(
        "A timeline is of a request id, a response of boto3, a function's name, or of everything.",
        "タイムラインには、リクエスト ID、boto3 のレスポンス、関数の名前のいずれかを渡すか、何も"
        "渡さないでください。",
    ),
}


def say(key: str, language: str, **values: Any) -> str:
    """The words for ``key`` with ``values`` in their places."""
    return _WORDS[key].in_language(language).format(**values)


def widget_words(language: str) -> dict[str, str]:
    """What the widget's JavaScript says."""
    keys = ("help", "zoom_in", "zoom_out", "live", "stop", "stopped_live", "details_here", "logs")
    return {key: say(key, language) for key in (*keys, "logs_loading", "logs_none")}


_UNITS = {"en": ("s", "min", "h"), "ja": ("秒", "分", "時間")}


def duration(seconds: float, language: str) -> str:
    """``12 ms``, ``1.5 s``, ``60 s``, ``2 min``, ``3 min 5 s``; in Japanese ``60 秒``, ``2 分``.

    Milliseconds are as the log writes them in both languages.
    """
    second, minute, hour = _UNITS["ja" if language == "ja" else "en"]
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} {second}".replace(".0 ", " ")
    if seconds < 119.5:
        return f"{seconds:.0f} {second}"
    whole, rest, units = *divmod(round(seconds), 60), (minute, second)
    if whole >= 120:
        whole, rest, units = *divmod(whole, 60), (hour, minute)
    return f"{whole} {units[0]}" + (f" {rest} {units[1]}" if rest else "")
