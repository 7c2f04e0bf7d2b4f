"""The words of ``lab.why``, in both languages. Words between backticks are code."""

from __future__ import annotations

from typing import Any

from lab_helpers.catalog import Text

_WORDS = {
    "refused": Text("Refused: `{action}`", "拒否されました：`{action}`"),
    "who": Text("Who", "誰が"),
    "action": Text("Action", "アクション"),
    "resource": Text("Resource", "リソース"),
    "when": Text("When", "いつ"),
    "context": Text("Condition keys", "条件キー"),
    "because": Text("Why", "理由"),
    "looked_at": Text("What was looked at", "評価されたポリシー"),
    "would_allow": Text("What would allow it, if it should be", "許可する場合の方法"),
    "others": Text("Other denials", "ほかの拒否"),
    "colon": Text(": ", "："),
    # why
    "no_identity-based policy": Text(
        "No identity-based policy of the caller allows it, and what is not allowed is denied "
        "(an implicit deny).",
        "呼び出し元のどのアイデンティティベースのポリシーも許可していません。許可されていないものは"
        "拒否されます（暗黙的な拒否）。",
    ),
    "no_resource-based policy": Text(
        "No resource-based policy lets this caller in.",
        "この呼び出し元を許可するリソースベースのポリシーがありません。",
    ),
    "no_permissions boundary": Text(
        "The identity-based policies allow it, the permissions boundary does not: only what "
        "both allow is allowed.",
        "アイデンティティベースのポリシーは許可していますが、アクセス許可の境界が許可していません。"
        "両方が許可したものだけが許可されます。",
    ),
    "no_session policy": Text(
        "The role may do it, this session may not: a session policy was passed when the role "
        "was assumed.",
        "ロールには許可されていますが、このセッションには許可されていません。ロールを引き受けるときに"
        "セッションポリシーが渡されています。",
    ),
    "explicit": Text(
        "A statement denies it (an explicit deny): no Allow outweighs that.",
        "明示的な拒否のステートメントがあります。Allow がいくつあっても覆せません。",
    ),
    "no_trust": Text(
        "The role's trust policy does not let this caller assume it.",
        "ロールの信頼ポリシーが、この呼び出し元による引き受けを許可していません。",
    ),
    # kinds of policies
    "identity-based policy": Text("identity-based policy", "アイデンティティベースのポリシー"),
    "resource-based policy": Text("resource-based policy", "リソースベースのポリシー"),
    "permissions boundary": Text("permissions boundary", "アクセス許可の境界"),
    "session policy": Text("session policy", "セッションポリシー"),
    "none": Text("none", "なし"),
    "no_statements": Text("no statements", "ステートメントなし"),
    "left_out": Text(
        "{count} more statements that do not match are left out",
        "一致しないステートメントがほかに {count} 件あります（省略）",
    ),
    # statements
    "allows": Text("allows it", "許可しています"),
    "denies": Text("denies it", "拒否しています"),
    "account_only": Text(
        "trusts the account: an identity-based policy has to allow it too",
        "アカウントを信頼しています。アイデンティティベースのポリシーの許可も必要です",
    ),
    "role_only": Text(
        "names the role: boundary and session policy have to allow it too",
        "ロールを指定しています。境界とセッションポリシーの許可も必要です",
    ),
    "mismatch": Text(
        "`{element}` does not match: the statement has {wanted}",
        "`{element}` が一致しません。ステートメントの値：{wanted}",
    ),
    "mismatch_negated": Text(
        "`{element}` leaves it out: the statement has {wanted}",
        "`{element}` により対象外です。ステートメントの値：{wanted}",
    ),
    "mismatch_condition": Text(
        "`Condition` is not met: `{operator}` wants `{key}` to be {wanted}; the request "
        "has {found}",
        "`Condition` を満たしていません。`{operator}` は `{key}` に {wanted} を求めていますが、"
        "リクエストの値は {found} です。",
    ),
    "needs_objects": Text(
        " (that is the bucket; its objects are `{found}`: write `{wanted}/*`)",
        "（これはバケットです。オブジェクトは `{found}` なので、`{wanted}/*` と書きます）",
    ),
    "needs_bucket": Text(
        " (these are its objects; the bucket itself is `{found}`)",
        "（これはオブジェクトです。バケット自身は `{found}` です）",
    ),
    "needs_qualifier": Text(
        " (the request names a version or an alias: `{found}`)",
        "（リクエストはバージョンまたはエイリアスを指定しています：`{found}`）",
    ),
    "no_value": Text("no such key", "このキーなし"),
    "and_more": Text("and {count} more", "ほか {count} 件"),
    # remedies
    "remedy_deny": Text(
        "Nothing, as long as this statement denies it: `{statement}` in `{policy}`. Change or "
        "remove it, or do not meet its condition.",
        "`{policy}` の `{statement}` が拒否している限り、許可する方法はありません。この"
        "ステートメントを変更または削除するか、条件に当てはまらないようにします。",
    ),
    "remedy_identity": Text(
        "This statement in an identity-based policy of `{holder}`:",
        "`{holder}` のアイデンティティベースのポリシーに、次のステートメントを追加します。",
    ),
    "remedy_resource": Text(
        "This statement in the policy of `{holder}`:",
        "`{holder}` のポリシーに、次のステートメントを追加します。",
    ),
    "remedy_function": Text(
        "This statement in the function's resource-based policy (`lambda add-permission`):",
        "関数のリソースベースのポリシーに、次のステートメントを追加します"
        "（`lambda add-permission`）。",
    ),
    "remedy_trust": Text(
        "This statement in the trust policy of `{holder}`:",
        "`{holder}` の信頼ポリシーに、次のステートメントを追加します。",
    ),
    "remedy_boundary": Text(
        "This statement in the permissions boundary `{holder}`; it grants nothing by itself. Ask "
        "whoever set the boundary: perhaps it is meant to refuse this.",
        "アクセス許可の境界 `{holder}` に、次のステートメントを追加します。境界そのものは何も許可"
        "しません。この操作をあえて禁止しているのかもしれないので、境界を設定した人に確認しましょう。",
    ),
    "remedy_session": Text(
        "This statement in the `Policy` with which the role is assumed:",
        "ロールを引き受けるときに渡す `Policy` に、次のステートメントを追加します。",
    ),
    "near_miss": Text(
        "Or let the request meet the condition of `{statement}`, the only thing that it misses.",
        "または、`{statement}` の条件をリクエストが満たすようにします。足りないのは条件だけです。",
    ),
    # nothing to explain
    "unavailable": Text(
        'The backend "{backend}" does not tell how it decided. Its message names who, action, '
        "resource and the kind of policy; `iam.simulate_principal_policy` evaluates the same.",
        "バックエンド「{backend}」は判断の過程を公開していません。エラーメッセージに、誰が、どの"
        "アクションを、どのリソースに対して行おうとしたか、どの種類のポリシーが原因かが書かれています。"
        "`iam.simulate_principal_policy` でも同じ評価を確かめられます。",
    ),
    "nothing_refused": Text(
        "Nothing has been refused so far.", "これまでに拒否された操作はありません。"
    ),
    "no_denial": Text(
        "No policy refused this (`{what}`). Permissions are not the cause, or it is too long ago.",
        "これ（`{what}`）を拒否したポリシーはありません。原因は権限ではないか、記録が古くて"
        "残っていません。",
    ),
    "not_readable": Text(
        "Give `lab.why` an error that boto3 raised, a response, or a request id; nothing at all "
        "means the last denial.",
        "`lab.why` には、boto3 の例外、レスポンス、またはリクエスト ID を渡してください。何も渡さ"
        "なければ、最後の拒否を説明します。",
    ),
}


def say(key: str, language: str, /, **values: Any) -> str:
    """The words for ``key`` with ``values`` in their places."""
    return _WORDS[key].in_language(language).format(**values)
