"""Resource-based policies: statements as AWS writes them, and its refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    REGION,
    Refusal,
    create,
    refused,
)

S3: dict[str, Any] = {
    "FunctionName": "fn",
    "StatementId": "s3",
    "Action": "lambda:InvokeFunction",
    "Principal": "s3.amazonaws.com",
}


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


@pytest.fixture
def function(client: Any) -> Any:
    """A client of a cloud with ``fn``, its version 1 and its alias ``live``."""
    create(client, Publish=True)
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    return client


def test_s3_with_source_arn_and_account(plane: LambdaControlPlane, function: Any) -> None:
    answer = function.add_permission(
        **S3, SourceArn="arn:aws:s3:::bucket", SourceAccount="123456789012"
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    statement = {
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{FUNCTION_ARN}:fn",
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"},
        },
    }
    assert json.loads(answer["Statement"]) == statement
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    assert json.loads(function.get_policy(FunctionName="fn")["Policy"]) == policy
    assert plane.policy_document(REGION, f"{FUNCTION_ARN}:fn") == policy


@pytest.mark.parametrize(
    ("principal", "element"),
    [
        ("*", "*"),
        ("111122223333", {"AWS": "arn:aws:iam::111122223333:root"}),
        ("arn:aws:iam::111122223333:role/r", {"AWS": "arn:aws:iam::111122223333:role/r"}),
        ("events.amazonaws.com", {"Service": "events.amazonaws.com"}),
    ],
)
def test_principals(function: Any, principal: str, element: Any) -> None:
    answer = function.add_permission(**{**S3, "Principal": principal})
    assert json.loads(answer["Statement"])["Principal"] == element


def test_a_function_urls_two_statements(function: Any) -> None:
    answer = function.add_permission(
        FunctionName="fn",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    condition = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    assert json.loads(answer["Statement"])["Condition"] == condition
    answer = function.add_permission(
        **{**S3, "StatementId": "via", "Principal": "*"}, InvokedViaFunctionUrl=True
    )
    condition = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    assert json.loads(answer["Statement"])["Condition"] == condition


def test_each_qualifier_has_its_own_policy(plane: LambdaControlPlane, function: Any) -> None:
    answer = function.add_permission(**S3, Qualifier="live")
    assert json.loads(answer["Statement"])["Resource"] == f"{FUNCTION_ARN}:fn:live"
    missing = not_found("The resource you requested does not exist.")
    assert refused(function.get_policy, FunctionName="fn") == missing
    assert refused(function.get_policy, FunctionName="fn", Qualifier="1") == missing
    assert refused(function.get_policy, FunctionName="fn", Qualifier="99") == missing
    assert plane.policy_document(REGION, "fn") is None
    assert plane.policy_document(REGION, "fn:live") is not None
    with pytest.raises(LambdaError):
        plane.policy_document(REGION, "gone")


def test_removing_the_last_statement_removes_the_policy(function: Any) -> None:
    function.add_permission(**S3)
    function.add_permission(**{**S3, "StatementId": "s4"})
    first = function.get_policy(FunctionName="fn")
    answer = function.remove_permission(FunctionName="fn", StatementId="s3")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    second = function.get_policy(FunctionName="fn")
    assert second["RevisionId"] != first["RevisionId"]
    assert [s["Sid"] for s in json.loads(second["Policy"])["Statement"]] == ["s4"]
    function.remove_permission(FunctionName="fn", StatementId="s4")
    assert refused(function.get_policy, FunctionName="fn") == not_found(
        "The resource you requested does not exist."
    )
    assert refused(function.remove_permission, FunctionName="fn", StatementId="s4") == not_found(
        "No policy is associated with the given resource."
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (
            {"StatementId": "example.com"},
            Refusal(
                400,
                "ValidationException",
                "1 validation error detected: Value 'example.com' at 'statementId' failed to "
                "satisfy constraint: Member must satisfy regular expression pattern: "
                "([a-zA-Z0-9-_]+)",
            ),
        ),
        (
            {"Qualifier": "$LATEST"},
            Refusal(
                400,
                "InvalidParameterValueException",
                "We currently do not support adding policies for $LATEST.",
            ),
        ),
        (
            {"Principal": "invalidprincipal"},
            Refusal(
                400,
                "InvalidParameterValueException",
                "The provided principal was invalid. Please check the principal and try again.",
            ),
        ),
        (
            {"FunctionName": "doesnotexist"},
            not_found(f"Function not found: {FUNCTION_ARN}:doesnotexist"),
        ),
        ({"Qualifier": "42"}, not_found(f"Function not found: {FUNCTION_ARN}:fn:42")),
        ({"Qualifier": "nope"}, not_found(f"Cannot find alias arn: {FUNCTION_ARN}:fn:nope")),
        (
            {"Qualifier": "valid-with-$-but"},
            not_found(f"Function not found: {FUNCTION_ARN}:fn:valid-with-$-but"),
        ),
        (
            {"FunctionName": "fn:1", "Qualifier": "live"},
            Refusal(
                400,
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the specified "
                "qualifier.",
            ),
        ),
        (
            {"FunctionUrlAuthType": "NONE"},
            Refusal(
                400,
                "InvalidParameterValueException",
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
            ),
        ),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_statements_that_aws_refuses(
    function: Any, change: dict[str, str], refusal: Refusal
) -> None:
    assert refused(function.add_permission, **{**S3, **change}) == refusal


def test_a_statement_id_is_used_once(function: Any) -> None:
    function.add_permission(**S3)
    assert refused(function.add_permission, **S3) == Refusal(
        409,
        "ResourceConflictException",
        "The statement id (s3) provided already exists. Please provide a new statement id, or "
        "remove the existing statement.",
    )


def test_a_policy_changes_under_its_latest_revision_id_only(function: Any) -> None:
    function.add_permission(**S3)
    old = function.get_policy(FunctionName="fn")["RevisionId"]
    function.add_permission(**{**S3, "StatementId": "s4"}, RevisionId=old)
    stale = Refusal(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetPolicy API to retrieve the latest Revision Id",
    )
    again = {**S3, "StatementId": "s5", "RevisionId": old}
    assert refused(function.add_permission, **again) == stale
    remove = function.remove_permission
    assert refused(remove, FunctionName="fn", StatementId="s3", RevisionId=old) == stale


def test_removals_that_aws_refuses(function: Any) -> None:
    remove = function.remove_permission
    assert refused(remove, FunctionName="doesnotexist", StatementId="s") == not_found(
        f"No policy found for: {FUNCTION_ARN}:doesnotexist"
    )
    assert refused(remove, FunctionName="fn", StatementId="s", Qualifier="nope") == not_found(
        f"Cannot find alias arn: {FUNCTION_ARN}:fn:nope"
    )
    function.add_permission(**S3)
    assert refused(remove, FunctionName="fn", StatementId="non-existent") == not_found(
        "Statement non-existent is not found in resource policy."
    )


def test_a_policy_ends_at_20_kb(function: Any) -> None:
    def add(number: int) -> None:
        function.add_permission(
            **{**S3, "StatementId": f"s{number}"}, SourceArn=f"arn:aws:s3:::{'b' * 2000}"
        )

    for number in range(9):
        add(number)
    assert refused(add, number=9).code == "PolicyLengthExceededException"
    assert len(function.get_policy(FunctionName="fn")["Policy"]) <= 20480


DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": "*"}],
}


def test_a_whole_policy_replaces_the_statements(plane: LambdaControlPlane, function: Any) -> None:
    function.add_permission(**S3)
    arn = f"{FUNCTION_ARN}:fn"
    put = function.put_resource_policy(ResourceArn=arn, Policy=json.dumps(DENY))
    assert json.loads(put["Policy"]) == DENY
    got = function.get_resource_policy(ResourceArn=arn)
    assert (json.loads(got["Policy"]), got["RevisionId"]) == (DENY, put["RevisionId"])
    assert plane.policy_document(REGION, "fn") == DENY
    assert json.loads(function.get_policy(FunctionName="fn")["Policy"]) == DENY
    stale = refused(
        function.delete_resource_policy,
        ResourceArn=arn,
        RevisionId="00000000-0000-0000-0000-000000000000",
    )
    assert stale.status == 412
    function.delete_resource_policy(ResourceArn=arn, RevisionId=put["RevisionId"])
    assert refused(function.get_resource_policy, ResourceArn=arn).status == 404


@pytest.mark.parametrize(
    "policy",
    ["{", "[]", "{}", '{"Statement": []}', '{"Statement": [1]}', '{"Statement": {"Effect": "x"}}'],
)
def test_a_policy_that_is_none_is_refused(function: Any, policy: str) -> None:
    seen = refused(function.put_resource_policy, ResourceArn=f"{FUNCTION_ARN}:fn", Policy=policy)
    assert (seen.status, seen.code) == (400, "InvalidParameterValueException")
