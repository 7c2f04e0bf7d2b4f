"""Logs Insights asked through boto3, over what a function has logged."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import CloudProcess

LANGUAGE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html"
CODE = """\
import logging

logger = logging.getLogger()

def handler(event, context):
    logger.error("rejected", extra={"currency": event["currency"]})
"""


def ask(cloud: CloudProcess, group: str, query: str, **more: Any) -> dict[str, Any]:
    logs = cloud.client("logs")
    now = int(time.time())
    wanted = {"logGroupName": group, "startTime": now - 600, "endTime": now + 60, **more}
    query_id = logs.start_query(**wanted, queryString=query)["queryId"]
    answer: dict[str, Any] = logs.get_query_results(queryId=query_id)
    return answer


def rows(answer: dict[str, Any]) -> list[dict[str, str]]:
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


@pytest.mark.fidelity(
    "Logs Insights filters, counts, groups and sorts log events and finds Lambda's fields",
    page=LANGUAGE,
    difference="Queries are done at once; pattern, join, diff and the like are not there",
)
def test_what_functions_log_can_be_counted_and_measured(cloud: CloudProcess) -> None:
    client = cloud.client("lambda")
    text, structured = cloud.create_function(CODE), cloud.create_function(CODE)
    client.update_function_configuration(
        FunctionName=structured, LoggingConfig={"LogFormat": "JSON"}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName=structured)
    for name in (text, structured):
        for currency in ("CHF", "NOK", "CHF"):
            client.invoke(FunctionName=name, Payload=f'{{"currency": "{currency}"}}')
    query = 'filter level = "ERROR" | stats count(*) as n by currency | sort n desc'
    answer = ask(cloud, f"/aws/lambda/{structured}", query)
    assert answer["status"] == "Complete"
    assert rows(answer) == [{"currency": "CHF", "n": "2"}, {"currency": "NOK", "n": "1"}]
    assert answer["statistics"]["recordsMatched"] == 3
    query = 'filter @type = "REPORT" | stats count(*) as runs, max(@memorySize / 1000000) as mb'
    assert rows(ask(cloud, f"/aws/lambda/{text}", query)) == [{"runs": "3", "mb": "128"}]
    query = 'fields @message | filter @message like "[ERROR]"'
    found = rows(ask(cloud, f"/aws/lambda/{text}", query, limit=2))
    assert [row["@message"].split("\t")[-1] for row in found] == ["rejected"] * 2


def test_a_query_with_a_mistake_is_refused_with_its_place(cloud: CloudProcess) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/empty")
    with pytest.raises(logs.exceptions.MalformedQueryException) as refused:
        ask(cloud, "/empty", "fields @message\n| filtre a = 1")
    assert "line 2 and position 3" in str(refused.value)
    error: dict[str, Any] = dict(refused.value.response)
    assert error["queryCompileError"]["location"]["startCharOffset"] == 18
    logs.delete_log_group(logGroupName="/empty")


def test_groups_and_queries_that_do_not_exist_are_not_found(cloud: CloudProcess) -> None:
    logs = cloud.client("logs")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        ask(cloud, "/no-such-group", "fields @message")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.get_query_results(queryId="no-such-query")
    with pytest.raises(ClientError, match="Exactly one of"):
        ask(cloud, "/a", "fields @message", logGroupNames=["/b"])
