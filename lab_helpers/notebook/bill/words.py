"""The words of ``lab.bill``, in both languages."""

from __future__ import annotations

from typing import Any

from lab_helpers.catalog import Text
from lab_helpers.pricing import Item

_WORDS = {
    # what was seen
    "title": Text("What this would have cost at AWS", "AWS で実行した場合の料金"),
    "seen": Text(
        "Invocations: {runs}, cold starts: {cold} · prices of {region}, free tier used up",
        "呼び出し {runs} 回、コールドスタート {cold} 回 · {region} の単価、無料利用枠なし",
    ),
    "by_function": Text("By function", "関数ごと"),
    "item": Text("item", "項目"),
    "quantity": Text("quantity", "数量"),
    "free": Text("free", "無料分"),
    "price": Text("price (USD)", "単価 (USD)"),
    "usd": Text("USD", "USD"),
    "rule": Text("how it is counted", "数え方"),
    "total": Text("total", "合計"),
    "price_of": Text("{usd} per {per} {unit} [{source}]", "{per} {unit}あたり {usd} [{source}]"),
    "price_of_one": Text("{usd} per {unit} [{source}]", "1 {unit}あたり {usd} [{source}]"),
    "source": Text("[{number}] {title}: {url}", "[{number}] {title}：{url}"),
    "source_copy": Text(
        "[{number}] {title} (a copy; AWS's own page is what counts): {url}",
        "[{number}] {title}（転記したもの。正しいのは AWS のページです）：{url}",
    ),
    "unpriced": Text(
        "The price book has no price for this here: it is not in the total.",
        "料金表に単価がないため、合計に含まれていません。",
    ),
    "of_init": Text("of it INIT phases", "うち INIT フェーズ"),
    "of_init_rule": Text(
        "cold starts: {cold}; billed since {since} [{source}]",
        "コールドスタート {cold} 回。{since} から課金 [{source}]",
    ),
    "function": Text("function", "関数"),
    "memory": Text("memory (MB)", "メモリ (MB)"),
    "invocations": Text("invocations", "呼び出し"),
    "cold": Text("cold", "コールド"),
    "billed_each": Text("billed ms, on average", "請求対象 ms（平均）"),
    "gb_s": Text("GB-s", "GB 秒"),
    "per_million": Text("USD for 1 million like these", "同様の 100 万回 (USD)"),
    # units
    "requests": Text("requests", "リクエスト"),
    "GB-s": Text("GB-s", "GB 秒"),
    "GB": Text("GB", "GB"),
    # notes
    "within_free": Text(
        "If this were all of a month, its free tier would leave {usd} USD to pay.",
        "1 か月の利用がこれだけなら、無料利用枠により支払いは {usd} USD です。",
    ),
    "checks_too": Text(
        "Invocations that checks made are among them: AWS would charge for those as well.",
        "チェックが行った呼び出しも含みます。AWS でも同じように課金されます。",
    ),
    "left_out": Text(
        "Not here: SnapStart, storage of logs, other services (SQS, S3, API Gateway, NAT "
        "gateway), data transfer, tax.",
        "含まれないもの：SnapStart、ログの保管、ほかのサービス（SQS、S3、API Gateway、NAT "
        "ゲートウェイ）、データ転送、税。",
    ),
    "other_region": Text(
        "The price book does not have {region}; these are the prices of {used}.",
        "料金表に {region} がないため、{used} の単価を使っています。",
    ),
    "from_logs": Text(
        "{backend} keeps no journal: this is from REPORT lines, which tell nothing of large "
        "asynchronous events and of provisioned concurrency.",
        "{backend} には記録がないため、REPORT 行から計算しています。大きな非同期イベントと"
        "プロビジョニングされた同時実行は含まれません。",
    ),
    "no_logs": Text(
        "The logs could not be read: their cost is missing.",
        "ログを読めなかったため、その料金は含まれていません。",
    ),
    "nothing": Text(
        "Nothing has run yet that AWS would charge for. Invoke a function, then look again.",
        "まだ料金のかかる呼び出しがありません。関数を呼び出してから、もう一度見てください。",
    ),
    # the month
    "month": Text("A month like this", "同じ使い方の 1 か月"),
    "month_of": Text(
        "{requests} requests of {billed_ms} ms, {memory} MB, {architecture}, {region}, {tier}",
        "{requests} リクエスト × {billed_ms} ms、{memory} MB、{architecture}、{region}、{tier}",
    ),
    "with_free": Text("with the free tier", "無料利用枠あり"),
    "without_free": Text("free tier used up", "無料利用枠なし"),
    "with_provisioned": Text(
        "{number} provisioned, serving {served} requests if they come evenly",
        "プロビジョニング {number}（均等に届けば {served} リクエストを処理）",
    ),
    "month_total": Text("A month: {usd} USD", "1 か月：{usd} USD"),
    "at_this_rate": Text(
        "Invocations: {runs} in {minutes} min; a month of 30 days like that has {requests}.",
        "{minutes} 分間に {runs} 回。この調子で 30 日続くと {requests} 回です。",
    ),
    "same_time": Text(
        "Changing the memory does not change the duration here: how it does for your code, only "
        "measuring tells.",
        "ここではメモリを変えても時間は変わりません。実際の変わり方は、測定しなければ分かりません。",
    ),
    # the widget
    "still": Text(
        "Saved figures. Run the cell again to move the sliders.",
        "保存された数値です。セルをもう一度実行すると、スライダーを動かせます。",
    ),
    "widget": Text("The bill", "料金"),
    "suppose": Text("Suppose a month", "1 か月を仮定する"),
    "c_requests": Text("requests per month", "1 か月のリクエスト数"),
    "c_billed_ms": Text("billed duration of each", "1 回あたりの請求対象の時間"),
    "c_memory_size_mb": Text("memory", "メモリ"),
    "c_provisioned_concurrency": Text("provisioned concurrency", "プロビジョニングされた同時実行"),
    "c_architecture": Text("architecture", "アーキテクチャ"),
    "c_region": Text("Region", "リージョン"),
    "c_free_tier": Text("free tier", "無料利用枠"),
    "yes": Text("with", "あり"),
    "no": Text("used up", "なし"),
    "measured": Text("{value} (measured)", "{value}（測定値）"),
}

_ITEMS = {
    Item.REQUEST: Text("requests", "リクエスト"),
    Item.DURATION_X86_64: Text("duration × memory, x86_64", "時間 × メモリ（x86_64）"),
    Item.DURATION_ARM64: Text("duration × memory, arm64", "時間 × メモリ（arm64）"),
    Item.EPHEMERAL_STORAGE: Text("/tmp above 512 MB", "512 MB を超える /tmp"),
    Item.PROVISIONED_REQUEST: Text(
        "requests, provisioned concurrency", "リクエスト（プロビジョニング）"
    ),
    Item.PROVISIONED_CONFIGURED_X86_64: Text(
        "provisioned concurrency, x86_64", "プロビジョニングされた同時実行（x86_64）"
    ),
    Item.PROVISIONED_CONFIGURED_ARM64: Text(
        "provisioned concurrency, arm64", "プロビジョニングされた同時実行（arm64）"
    ),
    Item.PROVISIONED_DURATION_X86_64: Text(
        "duration on it, x86_64", "プロビジョニングでの時間（x86_64）"
    ),
    Item.PROVISIONED_DURATION_ARM64: Text(
        "duration on it, arm64", "プロビジョニングでの時間（arm64）"
    ),
    Item.LOG_INGESTED_GB: Text("logs sent to CloudWatch", "CloudWatch に送ったログ"),
}
_DURATION = Text(
    "MB ÷ 1,024 × billed seconds, rounded up to 1 ms, INIT included",
    "MB ÷ 1,024 × 請求対象の秒数（1 ms 単位に切り上げ、INIT を含む）",
)
_CONFIGURED = Text(
    "MB ÷ 1,024 × environments × seconds enabled, rounded up to 5 minutes; no free tier",
    "MB ÷ 1,024 × 環境の数 × 有効だった秒数（5 分単位に切り上げ）。無料利用枠なし",
)
_ON_PROVISIONED = Text(
    "MB ÷ 1,024 × billed seconds; no free tier",
    "MB ÷ 1,024 × 請求対象の秒数。無料利用枠なし",
)
_RULES = {
    Item.REQUEST: Text(
        "each invocation and each retry is one; an asynchronous event above 256 KB is one more "
        "for each 64 KB begun",
        "呼び出しも再試行も 1 回ずつ。256 KB を超える非同期イベントは 64 KB ごとに 1 つ加算",
    ),
    Item.DURATION_X86_64: _DURATION,
    Item.DURATION_ARM64: _DURATION,
    Item.EPHEMERAL_STORAGE: Text(
        "(MB − 512) ÷ 1,024 × billed seconds", "(MB − 512) ÷ 1,024 × 請求対象の秒数"
    ),
    Item.PROVISIONED_REQUEST: Text("each is one; no free tier", "1 回ずつ。無料利用枠なし"),
    Item.PROVISIONED_CONFIGURED_X86_64: _CONFIGURED,
    Item.PROVISIONED_CONFIGURED_ARM64: _CONFIGURED,
    Item.PROVISIONED_DURATION_X86_64: _ON_PROVISIONED,
    Item.PROVISIONED_DURATION_ARM64: _ON_PROVISIONED,
    Item.LOG_INGESTED_GB: Text(
        "bytes of the messages, START and REPORT too; 1 GB taken as 10⁹ bytes",
        "メッセージのバイト数（START や REPORT も含む）。1 GB = 10⁹ バイトとして計算",
    ),
}


def say(key: str, language: str, **values: Any) -> str:
    """The words for ``key`` with ``values`` in their places."""
    return _WORDS[key].in_language(language).format(**values)


def item_name(item: Item, language: str) -> str:
    return _ITEMS[item].in_language(language) if item in _ITEMS else str(item)


def rule_of(item: Item, language: str) -> str:
    """How AWS counts it."""
    return _RULES[item].in_language(language) if item in _RULES else ""
