import ast
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from IPython.core.interactiveshell import InteractiveShell

from lab_helpers.notebook import step_cells, step_notices


@pytest.fixture
def shell() -> InteractiveShell:
    made = InteractiveShell()
    step_cells.load_ipython_extension(made)
    return made


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[step_notices.Notice]:
    notices: list[step_notices.Notice] = []
    monkeypatch.setattr(step_cells, "_display", notices.append)
    return notices


def refused() -> ClientError:
    error = {"Code": "InvalidArgument", "Message": "Unable to validate", "ArgumentValue1": "<why>"}
    return ClientError(
        {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}},  # type: ignore[typeddict-item]
        "PutBucketNotificationConfiguration",
    )


def test_a_cell_with_a_blank_does_not_run_and_names_its_lines(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    shell.run_cell_magic("step", "create_role", "ran = True\nname = ...\n")
    assert "ran" not in shell.user_ns
    assert "line 3" in shown[0].text  # line 1 is %%step itself
    assert 'lab.hint("create_role")' in shown[0].hint


def test_a_filled_cell_runs_in_the_learners_namespace_and_gives_its_last_value(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    assert shell.run_cell_magic("step", "create_role", "a = 20\na + 22\n") == 42
    assert shell.user_ns["a"] == 20
    assert shown == []


def test_an_answer_of_aws_that_only_says_done_is_not_shown(shell: InteractiveShell) -> None:
    done = "{'ResponseMetadata': {'HTTPStatusCode': 200}}"
    assert shell.run_cell_magic("step", "", done) is None
    assert shell.run_cell_magic("step", "", "{'Statement': '…'}") == {"Statement": "…"}


def test_aws_own_words_are_shown_instead_of_a_traceback(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    shell.user_ns["refused"] = refused
    shell.run_cell_magic("step", "configure_notification", "raise refused()")
    text = str(shown[0])
    assert "400" in text
    assert "InvalidArgument: Unable to validate" in text
    assert "ArgumentValue1: <why>" in text
    assert "&lt;why&gt;" in shown[0]._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        ("EntityAlreadyExists", "Role with name r already exists.", "catch_up"),
        ("BucketAlreadyOwnedByYou", "Your previous request to create …", "catch_up"),
        ("ResourceConflictException", "Function already exist: f", "catch_up"),
        ("ResourceInUseException", "Table already exists: t", "catch_up"),
        ("ResourceConflictException", "… in the following state: Pending", "function_active_v2"),
        ("ResourceConflictException", "An update is in progress for …", "function_updated_v2"),
        ("AccessDeniedException", "User: … is not authorized", "lab.why()"),
        ("NoSuchEntity", "The role with name r cannot be found.", "lab.name"),
        ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", "dojo-"),
        (
            "ValidationException",
            "Value 'q' at 'eventSourceArn' failed … regular expression pattern: arn:(aws…",
            "arn:aws:",
        ),
        ("ValidationException", "Value 'x' failed … regular expression pattern: [a-z]+", ""),
        ("InvalidParameterValueException", "Invalid filter pattern definition.", '["value"]'),
    ],
)
def test_errors_that_a_learner_meets_again_and_again_say_what_to_do(
    shell: InteractiveShell,
    shown: list[step_notices.Notice],
    code: str,
    message: str,
    advice: str,
) -> None:
    error: Any = {"Error": {"Code": code, "Message": message, "message": message}}
    shell.user_ns["refused"] = ClientError(error, "CreateIt")
    shell.run_cell_magic("step", "create_role", "raise refused")
    assert advice in shown[0].advice
    assert bool(advice) == bool(shown[0].advice)
    assert str(shown[0]).count(message) == 1  # some services send it twice


def test_a_name_that_a_cell_above_makes_is_explained(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    shell.run_cell_magic("step", "", "print(role_arn)")
    assert "role_arn" in shown[0].text
    assert '"role_arn"' in shown[0].text  # it may have been meant as text


def test_a_misspelt_name_gets_the_near_one_suggested(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    shell.user_ns["lambda_client"] = object()
    shell.run_cell_magic("step", "", "lamda_client.invoke()")
    assert "lambda_client" in shown[0].advice
    shell.run_cell_magic("step", "", "print(role_arn)")
    assert shown[1].advice == ""


def test_a_half_written_cell_is_told_with_its_line_and_no_traceback(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    shell.run_cell_magic("step", "create_function", "ran = True\nf(\n    Handler=,\n)\n")
    assert "ran" not in shell.user_ns
    assert "line 4" in shown[0].text
    assert shown[0].detail.splitlines()[:2] == ["Handler=,", "        ^"]
    assert "SyntaxError" in shown[0].detail


def test_an_error_of_the_learners_own_python_begins_in_the_learners_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("step", "", "1 / 0")
    capsys.readouterr()
    shell.run_cell("%%step create_role\na = 1\nb = a / 0\n")
    told = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
    assert "----> 3 b = a / 0" in told
    assert "b = a / 0" in told
    assert "step_cells" not in told
    assert "run_cell_magic" not in told


def test_the_notice_speaks_the_labs_language(
    shell: InteractiveShell, shown: list[step_notices.Notice]
) -> None:
    class Lab:
        language = "ja"

    shell.user_ns["lab"] = Lab()
    shell.run_cell_magic("step", "create_role", "x = ...")
    assert "空欄" in shown[0].text


@pytest.mark.parametrize(
    ("code", "lines"),
    [("f(a=...)\nx = [1, ...]", [1, 2]), ("def f():\n    ...", []), ("class A: ...", [])],
)
def test_only_a_value_is_a_blank(code: str, lines: list[int]) -> None:
    assert step_cells.blank_lines(ast.parse(code)) == lines


def test_both_languages_have_every_text() -> None:
    texts: dict[str, Any] = step_notices._WORDS
    assert all(set(text) == {"en", "ja"} for text in texts.values())


def test_the_first_cell_may_be_run_again_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = InteractiveShell()
    for _ in range(2):
        shell.run_cell("%load_ext lab_helpers.notebook.step_cells\n")
    assert "already loaded" not in capsys.readouterr().out
    assert shell.find_cell_magic("step") is not None
