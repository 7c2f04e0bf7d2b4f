"""The panel on the kernel's side: what is shown, what is sent, and what is kept out of the file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab_helpers.notebook.console import widget as widget_module
from lab_helpers.notebook.console.widget import ConsoleWidget
from tests.cloud_process import CloudProcess, eventually

from .conftest import ECHO


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was displayed."""
    outputs: list[dict[str, Any]] = []
    monkeypatch.setattr(widget_module, "display", lambda data, raw: outputs.append(data))
    return outputs


def test_the_notebook_gets_a_picture_for_later_and_the_panel(
    cloud: CloudProcess, shown: list[dict[str, Any]]
) -> None:
    function = cloud.create_function(ECHO, Environment={"Variables": {"PASSWORD": "open-sesame"}})
    panel = ConsoleWidget(cloud.backend(), function, "ja")
    panel._ipython_display_()
    sentence, picture, live = shown
    assert "もう一度実行" in sentence["text/html"]
    assert function in picture["image/svg+xml"]
    assert "application/vnd.jupyter.widget-view+json" in live
    # What a notebook may save of it: its outputs, and the state of the widget.
    saved = json.dumps([shown, panel.get_state()], default=str)
    assert "open-sesame" not in saved
    assert cloud.secret_access_key not in saved
    assert "open-sesame" in panel.table("environment_variables")
    panel.close()


def test_a_question_of_the_browser_is_answered_by_a_message(
    cloud: CloudProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = ConsoleWidget(cloud.backend(), cloud.create_function(ECHO), "en")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(panel, "send", sent.append)
    panel._handle_custom_msg({"id": "7", "ask": "general"}, [])
    assert eventually(lambda: sent)[0]["id"] == "7"
    assert sent[0]["data"]["title"] == "General configuration"
    assert sent[0]["calls"][0]["name"] == "lambda:get_function_configuration"
    panel.close()


def test_the_scripts_are_joined_into_one_module() -> None:
    module = ConsoleWidget._esm
    assert str(module).count("export default") == 1
    assert "import " not in [line[:7] for line in str(module).splitlines()]
