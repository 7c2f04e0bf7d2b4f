"""A console on a real cloud, and one with answers made up."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.notebook.console.function_console import FunctionConsole
from tests.cloud_process import CloudProcess

ECHO = """
def handler(event, context):
    print("seen", event)
    return {"echo": event}
"""


class Panel:
    """Asks as the panel in the browser does."""

    def __init__(self, cloud: CloudProcess, function: str, language: str = "en") -> None:
        self.console = FunctionConsole(cloud.backend(), function, language)
        self.calls: list[dict[str, Any]] = []

    def told(self, ask: str, **given: Any) -> dict[str, Any]:
        answer = self.console.answer({"id": "1", "ask": ask, "with": given})
        self.calls = answer["calls"]
        return answer

    def ask(self, ask: str, **given: Any) -> Any:
        answer = self.told(ask, **given)
        assert "error" not in answer, answer["error"]
        return answer["data"]

    def act(self, action: str, **given: Any) -> str:
        """Do it; the sentence that says so."""
        answer = self.console.answer({"id": "1", "ask": "act", "action": action, "with": given})
        self.calls = answer["calls"]
        assert "error" not in answer, answer["error"]
        return str(answer["data"])

    def changes(self) -> list[str]:
        """The text of the calls that changed something."""
        return [call["text"] for call in self.calls if call["changes"]]

    def facts(self, page: str) -> dict[str, str]:
        return dict(self.ask(page)["facts"])


@pytest.fixture
def panel(cloud: CloudProcess) -> Panel:
    """A console with a function of its own open."""
    return Panel(cloud, cloud.create_function(ECHO))
