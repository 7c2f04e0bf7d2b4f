"""What a ``%%step`` cell says in place of a traceback: what happened, and what to do now."""

from __future__ import annotations

import builtins
import difflib
import html
from collections.abc import Iterable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

_WORDS = {
    "blank": {
        "en": "Not run yet: replace the blanks (...) on line {lines}, then run this cell again.",
        "ja": "まだ実行していません。{lines} 行目の空欄 (...) を埋めて、もう一度実行してください。",
    },
    "hint": {
        "en": 'Stuck? lab.hint("{step}")',
        "ja": 'ヒントは lab.hint("{step}") で読めます。',
    },
    "aws_error": {
        "en": "AWS refused {operation} with HTTP status {status}.",
        "ja": "AWS は {operation} を HTTP ステータス {status} で拒否しました。",
    },
    "not_sent": {
        "en": "boto3 did not complete the request.",
        "ja": "boto3 はリクエストを完了できませんでした。",
    },
    "name": {
        "en": "{name} does not exist yet. A cell above makes it: fill that one in and run it, "
        "after a restart of the kernel too. If there is no such cell, check the spelling; "
        'if it is meant as text, put it in quotes: "{name}".',
        "ja": "{name} はまだありません。上のセルで作られる名前なら、先にそのセルを実行してください"
        "（カーネルを再起動した後も同じです）。そうでなければ、綴りを確かめてください。"
        '文字列のつもりなら、"{name}" のように引用符で囲みます。',
    },
    "close_name": {
        "en": "Did you mean {close}?",
        "ja": "{close} の書き間違いではありませんか。",
    },
    "syntax": {
        "en": "Not run: Python cannot read line {line} of this cell.",
        "ja": "実行していません。このセルの {line} 行目が Python の文法に合っていません。",
    },
    "exists": {
        "en": "It is there already, from an earlier run, so nothing was made. "
        'lab.check("{step}") says whether it is right, and which call changes it. '
        'To begin this step anew: lab.catch_up("{step}") removes what this lab made and does '
        "the steps before this one for you; then run this cell again.",
        "ja": "以前の実行で作ったものが残っているため、新しくは作られませんでした。"
        'それで正しいか、どの呼び出しで直せるかは lab.check("{step}") で分かります。'
        'このステップを最初からやり直すには lab.catch_up("{step}") を実行してください。'
        "このラボで作ったものを削除し、前のステップまでを代わりに済ませます。"
        "そのあと、このセルをもう一度実行します。",
    },
    "busy": {
        "en": "The function is still being created or updated. Wait for it before the next call "
        "(waiter function_active_v2 or function_updated_v2), then run this cell again.",
        "ja": "関数の作成または更新がまだ終わっていません。次の呼び出しの前にウェーター"
        "（function_active_v2 または function_updated_v2）で待ち、"
        "このセルをもう一度実行してください。",
    },
    "absent": {
        "en": "Nothing of this name or ARN is there. If a cell above makes it, run that one first. "
        "If not, compare the name letter by letter with the text: what the labs make has names "
        "that begin with dojo-, and lab.name(...) gives them.",
        "ja": "この名前や ARN のものは存在しません。上のセルで作るものなら、先にそのセルを"
        "実行してください。そうでなければ、名前を本文と一字ずつ見比べてください。"
        "ラボで作るものの名前は dojo- で始まり、lab.name(...) で得られます。",
    },
    "not_an_arn": {
        "en": "An ARN belongs there, and what you gave is none: a name or a URL is not enough. "
        "An ARN begins with arn:aws: and also has the service, the Region and the account.",
        "ja": "ここに必要なのは ARN です。名前や URL では指定できません。"
        "ARN は arn:aws: で始まり、サービス、リージョン、アカウント ID も含みます。",
    },
    "pattern": {
        "en": "A pattern is a JSON object in the shape of the record; what may stand in a place "
        'is always a list, even of one value: {{"key": ["value"]}}.',
        "ja": "パターンは、レコードと同じ形の JSON オブジェクトです。許される値は、1 つだけでも"
        '必ずリストに入れます：{{"key": ["value"]}}。',
    },
    "denied": {
        "en": "lab.why() explains it: who asked, for what, and what did not allow it.",
        "ja": "誰が何を求め、なぜ許可されなかったのかは、lab.why() で分かります。",
    },
}


_ABSENT = {"NoSuchEntity", "ResourceNotFound", "NoSuchBucket", "NotFound"}


@dataclass(frozen=True)
class Notice:
    """What a step cell says instead of running, or instead of a traceback.

    Attributes:
        mark: ``○`` for something still to do, ``✗`` for an error.
        detail: AWS's, boto3's or Python's own words; shown as they are, escaped in HTML.
        advice: what to do now, where this kind of error has an answer of its own.
    """

    mark: str
    text: str
    detail: str = ""
    hint: str = ""
    advice: str = ""

    def __str__(self) -> str:
        parts = (f"{self.mark} {self.text}", self.detail, self.advice, self.hint)
        return "\n".join(part for part in parts if part)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        colour = "#9a6700" if self.mark == "○" else "#cf222e"
        parts = [f"<div><b>{self.mark}</b> {html.escape(self.text)}</div>"]
        if self.detail:
            style = "margin:.4em 0;word-break:normal;overflow-wrap:anywhere"
            parts.append(f"<pre style='{style}'>{html.escape(self.detail)}</pre>")
        if self.advice:
            parts.append(f"<div>{html.escape(self.advice)}</div>")
        if self.hint:
            parts.append(f"<code>{html.escape(self.hint)}</code>")
        style = f"border-left:4px solid {colour};padding:.4em .8em"
        body = "".join(parts)
        return {
            "text/plain": str(self),
            "text/html": f'<div role="status" aria-live="polite" style="{style}">{body}</div>',
        }


def blank_notice(lines: Iterable[int], step: str, language: str) -> Notice:
    """The cell has blanks on these lines, counted from 1 at ``%%step``."""
    where = ", ".join(map(str, lines))
    return Notice("○", _words("blank", language, lines=where), "", _hint(step, language))


def syntax_notice(error: SyntaxError, step: str, language: str) -> Notice:
    """The cell is not Python: half-written, as a rule."""
    line = (error.text or "").rstrip("\n")
    lead = len(line) - len(line.lstrip())
    caret = " " * max(0, (error.offset or 1) - 1 - lead) + "^"
    detail = "\n".join([line.strip(), caret, f"{type(error).__name__}: {error.msg}"])
    text = _words("syntax", language, line=error.lineno or "?")
    return Notice("✗", text, detail if line else str(error), _hint(step, language))


def error_notice(
    error: Exception, step: str, language: str, known: Iterable[str] = ()
) -> Notice | None:
    """The notice for an error of AWS, of boto3 or of a missing name; else ``None``.

    Args:
        known: the names that the learner's notebook has.
    """
    hint = _hint(step, language)
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
        text = _words("aws_error", language, operation=error.operation_name, status=status)
        said = str(details.get("Message", ""))
        # ArgumentValue1 and its like carry the reason in S3's InvalidArgument errors
        more = [
            f"{key}: {value}"
            for key, value in sorted(details.items())
            if key.lower() not in {"code", "message", "type"} and isinstance(value, str)
        ]
        code = str(details.get("Code", "?"))
        kind = _kind_of(code, said)
        # without a step there is none to check or to begin anew
        advice = _words(kind, language, step=step) if kind and (step or kind != "exists") else ""
        return Notice("✗", text, "\n".join([f"{code}: {said}", *more]), hint, advice)
    if isinstance(error, BotoCoreError | ParamValidationError):
        return Notice("✗", _words("not_sent", language), str(error), hint)
    if isinstance(error, NameError) and error.name:
        return Notice(
            "○",
            _words("name", language, name=error.name),
            "",
            hint,
            _close(error.name, known, language),
        )
    return None


def _kind_of(code: str, message: str) -> str | None:
    """Which advice belongs to an error of AWS: its codes differ by service, their words less."""
    said = f"{code} {message}".lower()
    if code == "BucketAlreadyOwnedByYou" or "already exist" in said or "alreadyexists" in said:
        return "exists"
    if code == "ResourceConflictException" and ("state" in said or "in progress" in said):
        return "busy"
    if "invalid filter pattern" in said:
        return "pattern"
    if code == "ValidationException" and "regular expression pattern" in said and "arn:" in said:
        return "not_an_arn"
    if code.removesuffix("Exception") in _ABSENT or "does not exist" in said:
        return "absent"
    if code in {"AccessDenied", "AccessDeniedException", "AuthorizationError"}:
        return "denied"
    return None


def _close(name: str, known: Iterable[str], language: str) -> str:
    names = [one for one in known if not one.startswith("_")] + dir(builtins)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return _words("close_name", language, close=near[0]) if near else ""


def _hint(step: str, language: str) -> str:
    return _words("hint", language, step=step) if step else ""


def _words(key: str, language: str, **values: object) -> str:
    return _WORDS[key]["ja" if language == "ja" else "en"].format(**values)
