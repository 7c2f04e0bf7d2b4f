"""The function's console on LocalStack: every tab, and what LocalStack lacks is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.backends.select import select_backend
from lab_helpers.notebook.console.function_console import CONFIGURATION, FunctionConsole
from scripts.localstack_host import Running
from tests.cloud_process import TRUST_LAMBDA, eventually, zipped

pytestmark = [pytest.mark.slow, pytest.mark.localstack, pytest.mark.xdist_group("localstack")]

CODE = """
def handler(event, context):
    print("first edition", event)
    return {"echo": event}
"""
EDITED = 'def handler(event, context):\n    print("second edition")\n    return "edited"\n'


class Panel:
    """Asks as the panel in the browser does; none of its answers is an error."""

    def __init__(self, console: FunctionConsole) -> None:
        self.console = console

    def told(self, ask: str, action: str = "", **given: Any) -> dict[str, Any]:
        return self.console.answer({"id": "1", "ask": ask, "action": action, "with": given})

    def ask(self, ask: str, **given: Any) -> Any:
        answer = self.told(ask, **given)
        assert "error" not in answer, answer["error"]
        return answer["data"]

    def act(self, action: str, **given: Any) -> str:
        answer = self.told("act", action, **given)
        assert "error" not in answer, answer["error"]
        return str(answer["data"])


@pytest.fixture(scope="module")
def session(localstack: Running) -> Any:
    return select_backend("localstack", environ={"AWS_ENDPOINT_URL": localstack.url}).session()


@pytest.fixture
def panel(localstack: Running, session: Any, request: pytest.FixtureRequest) -> Panel:
    """A console with a function of this test's own."""
    name = request.node.name.removeprefix("test_")[:50]
    role = session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST_LAMBDA)
    lambda_client = session.client("lambda")
    lambda_client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="m.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": zipped({"m.py": CODE})},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=name)
    cloud = select_backend("localstack", environ={"AWS_ENDPOINT_URL": localstack.url})
    return Panel(FunctionConsole(cloud, name, "en"))


def test_test_runs_the_function_and_an_edit_runs_once_it_is_deployed(panel: Panel) -> None:
    done = panel.ask("invoke", event='{"name": "愛子"}')
    assert done["outcome"] == "succeeded"
    assert '"name": "愛子"' in done["result"]
    assert "REPORT RequestId" in done["log"]
    assert dict(done["summary"]["facts"])["Billed duration"].endswith(" ms")
    assert panel.ask("code")["files"] == {"m.py": CODE}
    panel.act("deploy", files={"m.py": EDITED})
    assert panel.ask("invoke", event="{}")["result"] == '"edited"'

    lines = eventually(lambda: panel.ask("logs", search="second")["lines"])
    assert [text for _, _, text in lines] == ["second edition"]
    assert "do not match" in panel.ask("logs", search="second")["note"]  # it does not search
    everything = panel.ask("logs", all=True)["lines"]
    assert any("first edition" in text for _, _, text in everything)


def test_monitor_counts_and_says_that_nothing_is_measured(panel: Panel) -> None:
    panel.ask("invoke", event="{}")
    eventually(lambda: panel.ask("metrics", minutes="15")["charts"][0]["rows"])
    shown = panel.ask("metrics", minutes="15")
    assert shown["charts"][0]["rows"][0][1:] == ("Sum", "1")
    assert "counts invocations" in shown["note"]


def test_every_page_opens_and_is_changed(panel: Panel, session: Any) -> None:
    for page in ("open", "test", *CONFIGURATION, "versions", "aliases"):
        panel.ask(page)
    panel.act("environment", variables=[["TABLE", "orders"]])
    assert dict(panel.ask("environment_variables")["facts"]) == {"TABLE": "orders"}
    panel.act("reserved_concurrency", reserved="2")
    assert dict(panel.ask("concurrency")["facts"])["Function concurrency"].endswith(": 2")
    url = session.client("sqs").create_queue(QueueName="seen-in-the-console")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:000000000000:{url.rsplit('/', 1)[-1]}"
    panel.act("add_trigger", source="sqs", arn=queue, batch_size="5")
    panel.act("add_destination", condition="OnFailure", target=queue)
    overview = dict(panel.ask("open")["section"]["facts"])
    assert overview["Trigger"] == overview["On failure"] == "SQS: seen-in-the-console"
    assert "refuses nothing" in panel.told("permissions")["lacking"]
    assert panel.console.table().count("\n") > 30


def test_versions_and_aliases_work_and_weights_are_said_to_break(panel: Panel) -> None:
    panel.act("publish_version", description="first")
    panel.act("deploy", files={"m.py": EDITED})
    panel.act("publish_version", description="second")
    panel.act("create_alias", name="live", version="1", other_version="", weight="")
    done = panel.ask("invoke", event='"old"', qualifier="live")
    assert done["result"] == '{\n  "echo": "old"\n}'
    refused = panel.told(
        "act", "update_alias", name="live", version="1", other_version="2", weight="25"
    )
    assert "The backend itself failed" in refused["error"]
    assert "routing configuration" in panel.told("aliases")["lacking"]
    panel.act("update_alias", name="live", version="2", other_version="", weight="")
    assert panel.ask("invoke", event="{}", qualifier="live")["result"] == '"edited"'
