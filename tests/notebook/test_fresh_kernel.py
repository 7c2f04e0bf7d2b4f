import pytest
from IPython.core.interactiveshell import InteractiveShell

from lab_helpers.errors import DojoError
from lab_helpers.notebook import fresh_kernel


@pytest.fixture
def shell() -> InteractiveShell:
    made = InteractiveShell()
    made.user_ns.pop("lab", None)
    fresh_kernel.load_ipython_extension(made)
    return made


@pytest.mark.parametrize("cell", ["lab.check('invoke')", "%%step invoke\nlab.client('lambda')"])
def test_a_cell_of_the_middle_says_where_to_begin(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str
) -> None:
    ran = shell.run_cell(cell)
    assert isinstance(ran.error_in_exec, DojoError)
    told = capsys.readouterr().out
    assert "first code cell" in told
    assert "Traceback" not in told


def test_a_name_of_the_cells_above_is_no_spelling_mistake(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%%step\nFUNCTION_NAME")
    assert "first code cell" in capsys.readouterr().out


def test_a_lab_that_is_open_stays(shell: InteractiveShell) -> None:
    shell.user_ns["lab"] = "open"
    fresh_kernel.load_ipython_extension(shell)
    assert shell.user_ns["lab"] == "open"


def test_showing_it_is_no_error(shell: InteractiveShell) -> None:
    assert "first code cell" in repr(shell.user_ns["lab"])
    assert not hasattr(shell.user_ns["lab"], "_repr_html_")
