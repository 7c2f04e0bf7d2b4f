"""What stays in a saved notebook of everything that draws: a picture, words, and no secret."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from nbclient import NotebookClient

from tests.cloud_process import CloudProcess

pytestmark = pytest.mark.slow

SECRET = "open-sesame-of-the-learner"
FIRST = f"""
from lab_helpers import start_lab
lab = start_lab("create_function", "ja")
lab.catch_up("cold_and_warm")
lambda_client, function = lab.client("lambda"), lab.name("function")
password = "{SECRET[:12]}" + "{SECRET[12:]}"
lambda_client.update_function_configuration(
    FunctionName=function, Environment={{"Variables": {{"PASSWORD": password}}}}
)
lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
answer = lambda_client.invoke(FunctionName=function, Payload='{{"name": "Aiko"}}')
"""
SHOWN = ("lab.timeline(answer)", "lab.timeline()", "lab.console()", "lab.map()", "lab.bill()")


@pytest.fixture(scope="module")
def saved(cloud: CloudProcess, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after it ran, as a file that is opened where no kernel is."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text.strip()) for text in (FIRST, *SHOWN)]
    )
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAMBDA_DOJO_HOME", str(cloud.home))
        client.execute()
    file = folder / "saved.ipynb"
    nbformat.write(notebook, file)
    return nbformat.read(file, as_version=4)


def outputs_of(saved: Any, cell: str) -> list[dict[str, Any]]:
    return [output.get("data", {}) for output in saved.cells[1 + SHOWN.index(cell)].outputs]


@pytest.mark.parametrize("cell", SHOWN)
def test_there_is_a_picture_that_github_shows_and_says_its_facts(saved: Any, cell: str) -> None:
    pictures = [
        data["image/svg+xml"] for data in outputs_of(saved, cell) if "image/svg+xml" in data
    ]
    assert pictures, [list(data) for data in outputs_of(saved, cell)]
    for picture in pictures:
        drawn = ElementTree.fromstring(picture)
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert drawn.findtext("{http://www.w3.org/2000/svg}title")
        assert "<script" not in picture


@pytest.mark.parametrize("cell", SHOWN)
def test_there_are_words_where_no_picture_can_be_shown(saved: Any, cell: str) -> None:
    told = "\n".join(data.get("text/plain", "") for data in outputs_of(saved, cell))
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", told), told


def test_nothing_secret_is_in_the_file(saved: Any, cloud: CloudProcess) -> None:
    text = nbformat.writes(saved)
    assert SECRET not in text
    assert cloud.secret_access_key not in text


def test_no_cell_failed(saved: Any) -> None:
    kinds = [output.output_type for cell in saved.cells for output in cell.outputs]
    assert "error" not in kinds
