"""``%%step create_role``: a cell of a lab that may still have blanks.

A cell under ``%%step`` runs like any other cell, with three kindnesses:

- while it holds a blank (``...``), or is not Python yet, it does not run and says which line
  waits to be written;
- an error that AWS or boto3 answered with is shown as AWS's own words (code, status, message)
  rather than as forty lines of traceback, and so is a name that an earlier cell has yet to make;
- an error of the learner's own Python has a traceback that begins in the learner's cell.

So an untouched notebook runs from top to bottom. Loaded with
``%load_ext lab_helpers.notebook.step_cells``.
"""

from __future__ import annotations

import ast
from types import TracebackType
from typing import TYPE_CHECKING, Any

from IPython import display as ipython_display

from lab_helpers.notebook.no_lab_yet import NoLabYet
from lab_helpers.notebook.step_notices import (
    Notice,
    blank_notice,
    error_notice,
    syntax_notice,
)
from lab_helpers.settings import Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_display: Any = ipython_display.display


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


def run_step_cell(shell: InteractiveShell, step: str, cell: str) -> Any:
    """Run ``cell`` in the learner's namespace; returns its last expression's value."""
    language = getattr(shell.user_ns.get("lab"), "language", None)
    language = language or Settings.from_environment().language
    transform: Any = shell.transform_cell
    # the learner counts lines from the top of the cell, where %%step is line 1
    code = "\n" + str(transform(cell))
    filename = shell.compile.cache(code, _cell_number(shell))
    try:
        tree = ast.parse(code, filename)
    except SyntaxError as error:
        _display(syntax_notice(error, step, language))
        return None
    if lines := blank_lines(tree):
        _display(blank_notice(lines, step, language))
        return None
    try:
        return _execute(shell, tree, filename)
    except Exception as error:
        lab = shell.user_ns.get("lab")
        if isinstance(error, NameError) and isinstance(lab, NoLabYet):
            _display(Notice("○", repr(lab)))
            return None
        notice = error_notice(error, step, language, list(shell.user_ns))
        if notice is None:
            if hasattr(error, "_render_traceback_"):
                raise  # it says itself what to do
            _begin_traceback_in_cell(shell, error, filename)
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


def _cell_number(shell: InteractiveShell) -> int:
    """The number beside the cell that runs (``execution_count`` may be the next one's)."""
    history: Any = shell.history_manager
    return max(0, len(history.input_hist_raw) - 1) if history else 0


def _begin_traceback_in_cell(shell: InteractiveShell, error: Exception, filename: str) -> None:
    """Leave out the frames of this module and of IPython's magics, which are not the learner's.

    IPython shows what ``_render_traceback_`` returns:
    https://ipython.readthedocs.io/en/stable/config/integrating.html#custom-exceptions-tracebacks
    """
    place: TracebackType | None = error.__traceback__
    while place and place.tb_frame.f_code.co_filename != filename:
        place = place.tb_next
    if place is None:
        return
    shown: Any = shell.InteractiveTB
    lines = shown.structured_traceback(type(error), error, place, tb_offset=0)
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext lab_helpers.notebook.step_cells`` makes ``%%step`` known."""

    def step(line: str, cell: str) -> Any:
        return run_step_cell(shell, line.strip(), cell)

    register: Any = shell.register_magic_function
    register(step, magic_kind="cell", magic_name="step")

    def load_again_without_a_word(_result: object) -> None:
        """Who runs the first cell again need not read that this is loaded already."""
        extensions: Any = shell.extension_manager
        extensions.loaded.discard(__name__)
        shell.events.unregister("post_run_cell", load_again_without_a_word)

    shell.events.register("post_run_cell", load_again_without_a_word)
