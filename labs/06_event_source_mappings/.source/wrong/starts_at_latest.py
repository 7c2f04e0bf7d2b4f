"""What was in the stream before the mapping is never read."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "map_stream"
DIAGNOSIS = "starts_too_late"


def apply(lab: SolutionContext) -> None:
    stream = lab.client("kinesis").describe_stream_summary(StreamName=lab.name("readings"))
    lab.client("iam").attach_role_policy(
        RoleName="dojo-mapping-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole",
    )
    lab.client("lambda").create_event_source_mapping(
        FunctionName="dojo-store-readings",
        EventSourceArn=stream["StreamDescriptionSummary"]["StreamARN"],
        StartingPosition="LATEST",
        BatchSize=10,
    )
