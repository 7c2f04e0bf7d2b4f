"""The map's words, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_helpers.catalog import Text

_WORDS = {
    "map": Text("Map of the cloud", "クラウドのマップ"),
    "nothing": Text("There is nothing in this cloud yet.", "このクラウドにはまだ何もありません。"),
    "functions": Text("functions", "関数"),
    "kind_function": Text("Lambda function", "Lambda 関数"),
    "kind_alias": Text("alias or version", "エイリアス／バージョン"),
    "kind_bucket": Text("S3 bucket", "S3 バケット"),
    "kind_queue": Text("SQS queue", "SQS キュー"),
    "kind_topic": Text("SNS topic", "SNS トピック"),
    "kind_rule": Text("EventBridge rule", "EventBridge ルール"),
    "kind_table": Text("DynamoDB stream", "DynamoDB ストリーム"),
    "kind_stream": Text("Kinesis stream", "Kinesis ストリーム"),
    "kind_url": Text("function URL", "関数 URL"),
    "kind_api": Text("API Gateway", "API Gateway"),
    "kind_bus": Text("event bus", "イベントバス"),
    "kind_other": Text("endpoint", "エンドポイント"),
    "role": Text("execution role", "実行ロール"),
    "versions": Text("versions", "バージョン"),
    "version": Text("version", "バージョン"),
    "url": Text("function URL", "関数 URL"),
    "stages": Text("stages", "ステージ"),
    "other_account": Text("in account {account}", "アカウント {account}"),
    "may_write": Text("may write ({action})", "書き込める（{action}）"),
    "mapping": Text("event source mapping", "イベントソースマッピング"),
    "subscription": Text("subscription", "サブスクリプション"),
    "pattern": Text("event pattern", "イベントパターン"),
    "on_success": Text("destination on success", "成功時の送信先"),
    "on_failure": Text("destination on failure", "失敗時の送信先"),
    "dead_letter": Text("dead-letter queue", "デッドレターキュー"),
    "receives": Text("{count} receives", "{count} 回受信"),
    "does_not_exist": Text("does not exist", "存在しません"),
    "node_dangling": Text("its role does not exist", "実行ロールがありません"),
    "node_not_deployed": Text("not deployed to a stage", "ステージにデプロイされていません"),
    "edge_write_back": Text("a loop, if it does", "書き込むとループ"),
    "edge_missing_permission": Text("permission missing", "許可がありません"),
    "edge_dangling": Text("its end does not exist", "接続先・接続元がありません"),
    "edge_disabled": Text("disabled", "無効"),
    "edge_problem": Text("a problem", "問題あり"),
    "edge_loop": Text("loop", "ループ"),
    "resource": Text("Resource", "リソース"),
    "kind": Text("Kind", "種類"),
    "from": Text("From", "送信元"),
    "to": Text("To", "宛先"),
    "by": Text("By", "方法"),
    "as_table": Text("Connections as a table", "接続を表で見る"),
    "wrong": Text("What is wrong", "問題"),
    "all_well": Text("✓ Nothing is wrong with the connections.", "✓ 接続に問題はありません。"),
    "how_missing_permission": Text(
        "The one that sends or polls is not allowed to. A service needs a statement in the "
        "policy of the function, queue or topic; a function needs it in its execution role.",
        "送信またはポーリングする側に許可がありません。サービスの場合は関数・キュー・トピックの"
        "ポリシーに、関数の場合は実行ロールに許可が必要です。",
    ),
    "how_dangling": Text(
        "An ARN points to something that does not exist (any more).",
        "ARN が指すものが存在しません（または削除されました）。",
    ),
    "how_disabled": Text(
        "It is there and does nothing until it is enabled.",
        "存在しますが、有効にするまで何もしません。",
    ),
    "how_problem": Text("Lambda says:", "Lambda からのメッセージ："),
    "how_loop": Text(
        "Events can come back to where they were. Lambda stops many such loops after about 16 "
        "rounds, not all.",
        "イベントが元の場所に戻る可能性があります。Lambda は多くのループを約 16 回で止めますが、"
        "すべてではありません。",
    ),
    "how_write_back": Text(
        "The execution role lets the function write to where its events come from. If its code "
        "does so, it invokes itself again and again. Write elsewhere, or allow only names that "
        "do not notify the function.",
        "実行ロールにより、関数はイベントの送信元に書き込めます。コードが実際に書き込むと、関数は"
        "自分自身を繰り返し呼び出します。別の場所に書き込むか、通知の対象にならない名前だけを許可して"
        "ください。",
    ),
    "how_not_deployed": Text(
        "An API answers only once it is deployed to a stage.",
        "API は、ステージにデプロイするまで応答しません。",
    ),
    "unread": Text(
        "This backend does not tell about: {services}.",
        "このバックエンドでは次のサービスの情報を取得できません：{services}。",
    ),
}


def speaker(language: str) -> Callable[..., str]:
    """``say(key, **values)`` in one language."""

    def say(key: str, **values: Any) -> str:
        return _WORDS[key].in_language(language).format(**values)

    return say
