"""``%%step create_role``: a cell of a lab that may still have blanks.

A cell under ``%%step`` runs like any other cell, with two kindnesses:

- while it holds a blank (``...``) it does not run; it says which lines wait to be filled in;
- an error that AWS or boto3 answered with is shown as AWS's own words (code, status, message)
  rather than as forty lines of traceback, and so is a name that an earlier cell has yet to make.

So an untouched notebook runs from top to bottom. Errors in the learner's own Python keep their
traceback. Loaded with ``%load_ext lab_helpers.notebook.step_cells``.
"""

from __future__ import annotations

import ast
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from IPython import display as ipython_display

from lab_helpers.settings import Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_display: Any = ipython_display.display

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
        "en": "{name} does not exist yet: a cell above makes it. Fill that one in and run it.",
        "ja": "{name} はまだありません。上のセルで作られます。先にそのセルを実行してください。",
    },
}


@dataclass(frozen=True)
class Notice:
    """What a step cell says instead of running, or instead of a traceback.

    Attributes:
        mark: ``○`` for something still to do, ``✗`` for an error.
        detail: AWS's or boto3's own words; shown as they are, escaped in HTML.
    """

    mark: str
    text: str
    detail: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return "\n".join(
            part for part in (f"{self.mark} {self.text}", self.detail, self.hint) if part
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        colour = "#9a6700" if self.mark == "○" else "#cf222e"
        parts = [f"<b>{self.mark}</b> {html.escape(self.text)}"]
        if self.detail:
            parts.append(f"<pre style='margin:.4em 0'>{html.escape(self.detail)}</pre>")
        if self.hint:
            parts.append(f"<code>{html.escape(self.hint)}</code>")
        body = "<br>".join(parts)
        style = f"border-left:4px solid {colour};padding:.4em .8em"
        return {
            "text/plain": str(self),
            "text/html": f'<div role="status" aria-live="polite" style="{style}">{body}</div>',
        }


def blank_lines(tree: ast.AST) -> list[int]:
    """The lines on which a value is still ``...``, counted from 1, in order.

    A function's body ``...`` on its own is ordinary Python and no blank.
    """
    statements = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value is ... and id(node) not in statements
        }
    )


def error_notice(error: Exception, step: str, language: str) -> Notice | None:
    """The notice for an error of AWS, of boto3 or of a missing name; else ``None``."""
    hint = _words("hint", language, step=step) if step else ""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
        text = _words("aws_error", language, operation=error.operation_name, status=status)
        # ArgumentValue1 and its like carry the reason in S3's InvalidArgument errors
        more = [
            f"{key}: {value}"
            for key, value in sorted(details.items())
            if key not in {"Code", "Message", "Type"} and isinstance(value, str)
        ]
        head = f"{details.get('Code', '?')}: {details.get('Message', '')}"
        return Notice("✗", text, "\n".join([head, *more]), hint)
    if isinstance(error, BotoCoreError | ParamValidationError):
        return Notice("✗", _words("not_sent", language), str(error), hint)
    if isinstance(error, NameError) and error.name:
        return Notice("○", _words("name", language, name=error.name), "", hint)
    return None


def _words(key: str, language: str, **values: object) -> str:
    return _WORDS[key]["ja" if language == "ja" else "en"].format(**values)


def run_step_cell(shell: InteractiveShell, step: str, cell: str) -> Any:
    """Run ``cell`` in the learner's namespace; returns its last expression's value."""
    language = getattr(shell.user_ns.get("lab"), "language", None)
    language = language or Settings.from_environment().language
    transform: Any = shell.transform_cell
    code = str(transform(cell))
    tree = ast.parse(code)
    if lines := blank_lines(tree):
        # the learner counts from the top of the cell, where %%step is line 1
        where = ", ".join(str(line + 1) for line in lines)
        hint = _words("hint", language, step=step) if step else ""
        _display(Notice("○", _words("blank", language, lines=where), "", hint))
        return None
    try:
        return _execute(shell, tree, shell.compile.cache(code, shell.execution_count))
    except Exception as error:
        notice = error_notice(error, step, language)
        if notice is None:
            raise
        _display(notice)
        return None


def _execute(shell: InteractiveShell, tree: ast.Module, filename: str) -> Any:
    last = tree.body[-1] if tree.body else None
    namespace = shell.user_ns
    if not isinstance(last, ast.Expr):
        exec(compile(tree, filename, "exec"), namespace)
        return None
    before = ast.Module(tree.body[:-1], type_ignores=[])
    exec(compile(before, filename, "exec"), namespace)
    value = eval(compile(ast.Expression(last.value), filename, "eval"), namespace)
    # An answer of AWS that says nothing but "done" would fill the screen with HTTP headers.
    return None if isinstance(value, dict) and set(value) == {"ResponseMetadata"} else value


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext lab_helpers.notebook.step_cells`` makes ``%%step`` known."""

    def step(line: str, cell: str) -> Any:
        return run_step_cell(shell, line.strip(), cell)

    register: Any = shell.register_magic_function
    register(step, magic_kind="cell", magic_name="step")
