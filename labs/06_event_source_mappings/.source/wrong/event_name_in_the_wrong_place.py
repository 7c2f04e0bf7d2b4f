"""The event name is looked for where no record has one."""

from __future__ import annotations

import json

from lab_helpers.grading.solution import SolutionContext

STEP = "table_changes"
DIAGNOSIS = "no_change_arrives"


def apply(lab: SolutionContext) -> None:
    table = lab.client("dynamodb").create_table(
        TableName=lab.name("stock"),
        AttributeDefinitions=[{"AttributeName": "item", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "item", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    lab.client("iam").attach_role_policy(
        RoleName="dojo-mapping-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        FunctionName="dojo-watch-stock",
        EventSourceArn=table["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"dynamodb": {"eventName": ["MODIFY"]}})}]},
    )
