"""The console's own tab in JupyterLab: the kernel's side, and what JupyterLab reads of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lab_helpers.launcher.jupyter import LABEXTENSIONS
from lab_helpers.notebook.console import page
from lab_helpers.notebook.console.page import TARGET, open_page
from tests.cloud_process import CloudProcess, eventually

from .conftest import ECHO

EXTENSION = LABEXTENSIONS / TARGET


class Comm:
    """What ipykernel hands over, and what was sent through it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.hear: Callable[[Any], None] = lambda _message: None
        self.closed: Callable[[Any], None] = lambda _message: None

    def send(self, data: dict[str, Any]) -> None:
        self.sent.append(data)

    def on_msg(self, callback: Callable[[Any], None]) -> None:
        self.hear = callback

    def on_close(self, callback: Callable[[Any], None]) -> None:
        self.closed = callback


def message(**data: Any) -> dict[str, Any]:
    return {"content": {"data": data}}


def test_a_page_gets_the_panel_and_answers_but_no_key(
    cloud: CloudProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMBDA_DOJO_HOME", str(cloud.home))
    function, comm = cloud.create_function(ECHO), Comm()
    open_page(comm, message(function=function, language="ja"))
    (first,) = comm.sent
    assert first["own_page"]
    assert "export default" in first["module"]
    assert first["words"]["tab_test"] == "テスト"
    comm.hear(message(id="1", ask="open"))
    answer = eventually(lambda: comm.sent[1:])[0]
    assert (answer["id"], answer["data"]["function"]) == ("1", function)
    comm.closed(message())
    assert cloud.secret_access_key not in json.dumps(comm.sent)


def test_a_cloud_that_cannot_be_reached_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_BACKEND", "no-such-backend")
    comm = Comm()
    open_page(comm, message(language="en"))
    assert "no-such-backend" in comm.sent[0]["failed"]


def test_jupyterlab_finds_the_extension_and_it_knows_the_comm_s_name() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    script = (EXTENSION / package["jupyterlab"]["_build"]["load"]).read_text(encoding="utf-8")
    assert package["name"] == TARGET
    assert f'const NAME = "{TARGET}"' in script
    assert f"from {page.__name__} import serve" in script
    assert "http://" not in script.replace("http://www.w3.org/2000/svg", "")
