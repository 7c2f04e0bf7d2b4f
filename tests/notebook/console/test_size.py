"""A thousand functions, versions or triggers: as many calls as there are pages, and work to fit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab_helpers.backends.capability_table import capabilities_of
from lab_helpers.notebook.console.function_console import FunctionConsole
from tests.notebook.map.test_size import calls_of

PAGE = 50
"""https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: at most 50 at a time."""


class Client:
    """Lambda, IAM and all, with so many of everything."""

    def __init__(self, number: int) -> None:
        arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
        names = [f"f{one}" for one in range(number)]
        self.asked: list[str] = []
        self.lists: dict[str, Any] = {
            "list_functions": [{"FunctionName": name} for name in names],
            "list_versions_by_function": [{"Version": str(one)} for one in range(1, number + 1)],
            "list_aliases": [
                {"Name": name, "FunctionVersion": str(one + 1)} for one, name in enumerate(names)
            ],
            "list_event_source_mappings": [
                {"UUID": name, "EventSourceArn": f"arn:aws:sqs:us-east-1:123456789012:{name}"}
                for name in names
            ],
        }
        self.answers: dict[str, Any] = {
            "get_function_configuration": {"FunctionName": "f0", "FunctionArn": arn},
            "get_policy": {"Policy": '{"Statement": []}'},
            "get_function_event_invoke_config": {},
        }

    def can_paginate(self, _operation: str) -> bool:
        return True

    def get_paginator(self, operation: str) -> Any:
        found = self.lists[operation]
        key = {"list_functions": "Functions", "list_aliases": "Aliases"}.get(operation)
        key = key or ("Versions" if "versions" in operation else "EventSourceMappings")

        def paginate(**_given: Any) -> Any:
            for start in range(0, len(found), PAGE):
                self.asked.append(operation)
                yield {key: found[start : start + PAGE]}

        return SimpleNamespace(paginate=paginate)

    def __getattr__(self, operation: str) -> Any:
        def answer(**_given: Any) -> Any:
            self.asked.append(operation)
            return self.answers[operation]

        return answer


def console_with(number: int) -> tuple[FunctionConsole, Client]:
    client = Client(number)
    session = SimpleNamespace(client=lambda _service, **_config: client)
    cloud: Any = SimpleNamespace(
        session=lambda: session,
        region="us-east-1",
        account_id="123456789012",
        name="aws",
        capabilities=capabilities_of("aws"),
    )
    return FunctionConsole(cloud, "f0", "en"), client


def test_it_opens_with_as_many_calls_as_there_are_pages() -> None:
    console, client = console_with(1_000)
    answer = console.answer({"ask": "open"})
    assert len(answer["data"]["functions"]) == 1_000
    assert len(client.asked) == 20 + 20 + 3  # functions, mappings; configuration, policy, settings
    assert "and 993 more" in answer["data"]["overview"]


@pytest.mark.parametrize("page", ["open", "versions", "aliases", "triggers"])
def test_twice_as_much_is_twice_the_work(page: str) -> None:
    def work(number: int) -> int:
        console, _client = console_with(number)
        return calls_of(lambda: console.answer({"ask": page}))

    small, large = work(500), work(1_000)
    assert large < 2.2 * small
    assert large < 1_000 * 1_500
