"""What is done in the console happens in the cloud, and is told as a boto3 call."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from lab_helpers.notebook.console.function_console import CONFIGURATION
from tests.cloud_process import CloudProcess, eventually

from .conftest import ECHO, Panel


def name() -> str:
    return f"n-{uuid.uuid4().hex[:10]}"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_opens_and_tells_its_calls(cloud: CloudProcess, language: str) -> None:
    panel = Panel(cloud, cloud.create_function(ECHO), language)
    for page in ("open", "code", "test", "metrics", "logs", *CONFIGURATION, "versions", "aliases"):
        assert panel.ask(page)
        assert panel.calls
        assert panel.changes() == []
        json.dumps(panel.told(page))  # it travels to the browser
    assert panel.console.table().count("\n") > 30


def test_no_answer_holds_a_key_or_a_presigned_address(panel: Panel, cloud: CloudProcess) -> None:
    told = json.dumps([panel.told(page) for page in ("open", "code", "test", "logs")])
    for secret in (cloud.secret_access_key, cloud.access_key_id, "X-Amz-Signature", "Signature="):
        assert secret not in told


def test_test_invokes_and_shows_result_duration_memory_and_log(panel: Panel) -> None:
    done = panel.ask("invoke", event='{"name": "愛子"}', type="RequestResponse")
    assert done["outcome"] == "succeeded"
    assert json.loads(done["result"]) == {"echo": {"name": "愛子"}}
    facts = dict(done["summary"]["facts"])
    assert facts["Function version"] == "$LATEST"
    assert facts["Resources configured"] == "128 MB"
    assert facts["Billed duration"].endswith(" ms")
    assert "REPORT RequestId" in done["log"]
    assert 'Payload=json.dumps({"name": "愛子"})' in panel.changes()[0]
    assert panel.ask("invoke", event="{}", type="Event")["outcome"] == "accepted"
    assert panel.ask("invoke", event="{}", type="DryRun")["outcome"] == "accepted"


def test_a_failing_function_and_a_broken_event_are_told_apart(cloud: CloudProcess) -> None:
    panel = Panel(cloud, cloud.create_function("def handler(e, c): raise ValueError('no')"))
    done = panel.ask("invoke", event="{}", type="RequestResponse")
    assert done["outcome"] == "failed"
    assert '"errorMessage": "no"' in done["result"]
    assert "The event is not JSON" in panel.told("invoke", event="{name: 1}")["error"]
    assert panel.calls == []


def test_an_edit_runs_once_it_is_deployed(panel: Panel) -> None:
    files = panel.ask("code")["files"]
    assert files == {"m.py": ECHO}
    panel.act(
        "deploy", files={"m.py": "from b import x\ndef handler(e, c): return x", "b.py": "x=7"}
    )
    assert "update_function_code" in panel.changes()[0]
    assert panel.ask("invoke", event="{}", type="RequestResponse")["result"] == "7"
    assert sorted(panel.ask("code")["files"]) == ["b.py", "m.py"]


def test_only_what_changed_is_sent(panel: Panel) -> None:
    same = {"description": "", "memory_size_mb": "128", "storage_mb": "512", "timeout_s": "3"}
    assert "nothing was called" in panel.act("general", **same)
    assert panel.changes() == []
    panel.act("general", **{**same, "memory_size_mb": "256"})
    assert "MemorySize=256" in panel.changes()[0]
    assert "Timeout" not in panel.changes()[0]
    assert panel.facts("general")["Memory"] == "256 MB"


def test_aws_s_refusal_is_told_in_its_words_with_the_call_that_failed(panel: Panel) -> None:
    message = {"description": "", "memory_size_mb": "99999", "storage_mb": "512", "timeout_s": "3"}
    answer = panel.console.answer({"ask": "act", "action": "general", "with": message})
    assert answer["error"].startswith("ValidationException (400): ")
    assert answer["calls"][-1]["failed"] == "ValidationException"
    wrong = {**message, "memory_size_mb": "1"}  # boto3 itself refuses it
    answer = panel.console.answer({"ask": "act", "action": "general", "with": wrong})
    assert answer["calls"][-1]["failed"] == "ParamValidationError"
    wrong = {**message, "memory_size_mb": "lots"}
    answer = panel.console.answer({"ask": "act", "action": "general", "with": wrong})
    assert "lots" in answer["error"]


def test_environment_variables_reach_the_function(cloud: CloudProcess) -> None:
    source = "import os\ndef handler(e, c): return os.environ.get('TABLE')"
    panel = Panel(cloud, cloud.create_function(source))
    panel.act("environment", variables=[["TABLE", "orders"], ["", "ignored"]])
    assert panel.ask("invoke", event="{}")["result"] == '"orders"'
    panel.act("environment", variables=[])
    assert panel.ask("invoke", event="{}")["result"] == "null"


def test_versions_are_published_and_an_alias_splits_between_two(panel: Panel) -> None:
    panel.act("publish_version", description="first")
    panel.act("deploy", files={"m.py": "def handler(e, c): return 2"})
    assert "Version 2" in panel.act("publish_version", description="")
    panel.act(
        "create_alias", name="live", version="1", description="", other_version="2", weight="25"
    )
    table = panel.ask("aliases")["tables"][0]
    assert table["rows"][0][:2] == ("live", "1: 75%, 2: 25%")
    versions = panel.ask("versions")["tables"][0]["rows"]
    assert [(row[0], row[1]) for row in versions] == [("2", "live"), ("1", "live")]
    panel.act("update_alias", name="live", version="2", other_version="", weight="")
    assert panel.ask("aliases")["tables"][0]["rows"][0][1] == "2: 100%"
    done = panel.ask("invoke", event="{}", qualifier="live")
    assert dict(done["summary"]["facts"])["Function version"] == "2"
    panel.act("delete_alias", name="live")
    assert panel.ask("aliases")["tables"][0]["rows"] == []


def test_asynchronous_settings_leave_the_destinations_alone(
    panel: Panel, cloud: CloudProcess
) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name())["QueueUrl"]
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{url.rsplit('/', 1)[-1]}"
    panel.act("add_destination", condition="OnFailure", target=arn)
    panel.act("asynchronous", age_s="120", retries="0", dead_letters=arn)
    assert panel.facts("asynchronous")["Dead-letter queue"] == arn
    panel.act("add_destination", condition="OnSuccess", target=arn)
    rows = panel.ask("destinations")["tables"][0]["rows"]
    assert sorted(row[1] for row in rows) == ["On failure", "On success"]
    panel.act("remove_destination", condition="OnFailure")
    assert [row[1] for row in panel.ask("destinations")["tables"][0]["rows"]] == ["On success"]
    assert panel.facts("asynchronous")["Maximum age of event"] == "120 s"
    panel.act("asynchronous", age_s="120", retries="0", dead_letters="")
    assert panel.facts("asynchronous")["Dead-letter queue"] == "None"


def test_concurrency_is_reserved_and_given_back(panel: Panel) -> None:
    panel.act("reserved_concurrency", reserved="5")
    assert panel.facts("concurrency")["Function concurrency"] == "Reserved concurrency: 5"
    panel.act("reserved_concurrency", reserved=" ")
    assert "unreserved" in panel.facts("concurrency")["Function concurrency"]


def test_an_s3_trigger_brings_its_permission_and_keeps_other_rules(
    panel: Panel, cloud: CloudProcess
) -> None:
    s3, bucket, other = cloud.client("s3"), name(), cloud.create_function(ECHO)
    s3.create_bucket(Bucket=bucket)
    given: dict[str, Any] = {"source": "s3", "bucket": bucket, "events": "s3:ObjectCreated:*"}
    Panel(cloud, other).act("add_trigger", **given, prefix="other/", suffix="")
    panel.act("add_trigger", **given, prefix="in/", suffix=".json")
    permission, rules = panel.changes()
    assert "lambda_client.add_permission(" in permission
    assert "s3.put_bucket_notification_configuration(" in rules
    kept = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert len(kept["LambdaFunctionConfigurations"]) == 2
    s3.put_object(Bucket=bucket, Key="in/a.json", Body=b"1")
    assert eventually(lambda: panel.ask("logs", search="seen")["lines"])
    assert bucket in panel.ask("open")["overview"]
    row = panel.ask("triggers")["tables"][0]["rows"][0]
    panel.act("remove_permission", statement_id=row[2])
    assert panel.ask("triggers")["tables"][0]["rows"] == []


def test_a_mapping_is_made_disabled_and_deleted(panel: Panel, cloud: CloudProcess) -> None:
    url = cloud.client("sqs").create_queue(QueueName=name())["QueueUrl"]
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{url.rsplit('/', 1)[-1]}"
    panel.act("add_trigger", source="sqs", arn=arn, batch_size="5")
    table = panel.ask("triggers")["tables"][1]
    assert table["rows"][0][0] == arn
    assert table["rows"][0][2] == "5"
    disable, delete = table["actions"][0]
    assert disable["label"] == "Disable"
    eventually(lambda: panel.ask("triggers")["tables"][1]["rows"][0][1] == "Enabled")
    panel.act("switch_mapping", **disable["arguments"])
    assert eventually(lambda: panel.ask("triggers")["tables"][1]["rows"][0][1] == "Disabled")
    panel.act("delete_mapping", **delete["arguments"])


def test_topics_and_schedules_invoke_the_function(panel: Panel, cloud: CloudProcess) -> None:
    topic = cloud.client("sns").create_topic(Name=name())["TopicArn"]
    panel.act("add_trigger", source="sns", arn=topic)
    rule = name()
    panel.act("add_trigger", source="schedule", rule=rule, schedule="rate(1 hour)")
    targets = cloud.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    assert targets[0]["Arn"] == panel.console.desk.arn
    cloud.client("sns").publish(TopicArn=topic, Message="ping")
    assert eventually(lambda: panel.ask("logs", search="ping")["lines"])
    answer = panel.console.answer({"ask": "act", "action": "add_trigger", "with": {"source": "s3"}})
    assert "the bucket's name is missing" in answer["error"]


def test_rules_with_a_pattern_and_apis_are_told_by_name_with_what_they_send(
    panel: Panel, cloud: CloudProcess
) -> None:
    rule = name()
    pattern = '{"source": ["my.shop"]}'
    panel.act("add_trigger", source="pattern", rule=rule, pattern=pattern)
    http = cloud.client("apigatewayv2").create_api(Name=name(), ProtocolType="HTTP")
    rest = cloud.client("apigateway").create_rest_api(name=name())
    sources = {"http": f"{http['ApiId']}/*/GET/items", "rest": f"{rest['id']}/prod/POST/orders"}
    for statement, way in {**sources, "gone": "0123456789/*/*"}.items():
        cloud.client("lambda").add_permission(
            FunctionName=panel.console.desk.function,
            StatementId=statement,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{way}",
        )
    table = panel.ask("triggers")["tables"][2]
    assert sorted(table["rows"]) == sorted(
        [
            ("EventBridge rule", rule, pattern),
            ("HTTP API", http["Name"], "GET /items (stage: *)"),
            ("REST API", rest["name"], "POST /orders (stage: prod)"),
            ("API Gateway", "0123456789", "does not exist"),
        ]
    )


def test_metrics_are_drawn_and_told_as_rows(panel: Panel) -> None:
    panel.ask("invoke", event="{}")

    def invocations() -> list[Any]:
        rows: list[Any] = panel.ask("metrics", minutes="15")["charts"][0]["rows"]
        return rows

    assert eventually(invocations)[0][1:] == ("Sum", "1")


def test_a_function_that_is_gone_is_said_to_be(cloud: CloudProcess) -> None:
    panel = Panel(cloud, "nowhere")
    assert panel.ask("open")["overview"] == ""
    assert panel.told("code")["error"].startswith("ResourceNotFoundException (404)")
    assert "ResourceNotFoundException" in panel.console.picture()
    assert "no page" in panel.told("surprise")["error"]


def test_a_function_that_is_not_there_yet_is_a_sentence_and_no_traceback(
    cloud: CloudProcess,
) -> None:
    panel = Panel(cloud, "not-made-yet")

    assert "Function not found" in panel.console.table()
    assert "Function not found" in panel.console.table("general")


def test_the_saved_picture_has_no_environment_variables(panel: Panel) -> None:
    panel.act("environment", variables=[["PASSWORD", "open-sesame"]])
    picture = panel.console.picture()
    assert "<svg" in picture
    assert "open-sesame" not in picture
