"""STS says who signed a request: its answer is read as AWS's own model of STS says."""

from __future__ import annotations

import botocore.session
from botocore.parsers import create_parser

from lab_helpers.emulator.access.caller_identity import caller_identity
from lab_helpers.emulator.access.principals import Caller

ARN = "arn:aws:sts::123456789012:assumed-role/role/a&b"


def test_the_answer_parses_to_the_callers_arn_id_and_account() -> None:
    caller = Caller(ARN, "AROAEXAMPLE:a&b", "ASIAEXAMPLE", "us-east-1", "sts")
    answer = caller_identity(caller, "request-1")
    model = botocore.session.Session().get_service_model("sts")
    parsed = create_parser(model.protocol).parse(
        {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body},
        model.operation_model("GetCallerIdentity").output_shape,
    )
    assert (parsed["Arn"], parsed["UserId"]) == (ARN, "AROAEXAMPLE:a&b")
    assert parsed["Account"] == "123456789012"
    assert parsed["ResponseMetadata"]["RequestId"] == "request-1"
