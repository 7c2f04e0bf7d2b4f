"""Versions and aliases: numbers, immutability, weights, and every refusal."""

from __future__ import annotations

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
    zipped,
)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


@pytest.fixture
def two_versions(client: Any) -> Any:
    """A client of a cloud with ``fn`` in versions 1 and 2."""
    create(client, Publish=True, Environment={"Variables": {"STAGE": "one"}})
    client.update_function_configuration(
        FunctionName="fn", Environment={"Variables": {"STAGE": "two"}}
    )
    client.publish_version(FunctionName="fn")
    return client


def test_create_with_publish_answers_version_1_under_the_plain_arn(client: Any) -> None:
    answer = create(client, Publish=True)
    assert (answer["Version"], answer["FunctionArn"]) == ("1", f"{FUNCTION_ARN}:fn")
    assert answer["State"] == "Pending"


def test_a_published_version_is_active_at_once_and_never_changes(client: Any) -> None:
    create(client, Description="latest")
    version = client.publish_version(FunctionName="fn", Description="first")
    assert version["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (version["State"], version["LastUpdateStatus"]) == ("Active", "Successful")
    assert version["FunctionArn"] == f"{FUNCTION_ARN}:fn:1"
    assert version["Description"] == "first"
    client.update_function_configuration(FunctionName="fn", Timeout=60)
    client.update_function_code(FunctionName="fn", ZipFile=zipped({"new.py": ""}))
    seen = client.get_function_configuration(FunctionName="fn", Qualifier="1")
    assert {**seen, "ResponseMetadata": 0} == {**version, "ResponseMetadata": 0}
    latest = client.get_function_configuration(FunctionName="fn")
    assert (latest["Description"], latest["Version"]) == ("latest", "$LATEST")


def test_nothing_changed_nothing_published(client: Any) -> None:
    create(client)
    first = client.publish_version(FunctionName="fn")
    again = client.publish_version(FunctionName="fn", Description="other words")
    assert (again["Version"], again["RevisionId"]) == ("1", first["RevisionId"])
    client.update_function_configuration(FunctionName="fn", Timeout=60)
    assert client.publish_version(FunctionName="fn")["Version"] == "2"


def test_a_version_number_is_never_given_twice(two_versions: Any) -> None:
    client = two_versions
    client.delete_function(FunctionName="fn", Qualifier="2")
    assert client.publish_version(FunctionName="fn")["Version"] == "3"
    client.delete_function(FunctionName="fn")
    create(client)
    assert client.publish_version(FunctionName="fn")["Version"] == "4"


def test_publishing_checks_the_code_hash(client: Any) -> None:
    actual = create(client)["CodeSha256"]
    seen = refused(client.publish_version, FunctionName="fn", CodeSha256="somenonexistentsha256")
    assert seen == invalid(
        "CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST "
        f"({actual}). Please try again with the CodeSHA256 in $LATEST."
    )
    client.publish_version(FunctionName="fn", CodeSha256=actual)


def test_update_code_with_publish_answers_the_new_version(two_versions: Any) -> None:
    answer = two_versions.update_function_code(
        FunctionName="fn", ZipFile=zipped({"c.py": ""}), Publish=True
    )
    assert (answer["Version"], answer["FunctionArn"]) == ("3", f"{FUNCTION_ARN}:fn:3")


def test_versions_are_listed_from_latest_upwards(client: Any) -> None:
    create(client, Publish=True)
    for timeout in range(4, 14):
        client.update_function_configuration(FunctionName="fn", Timeout=timeout)
        client.publish_version(FunctionName="fn")
    pages = client.get_paginator("list_versions_by_function").paginate(
        FunctionName="fn", PaginationConfig={"PageSize": 5}
    )
    listed = [version["Version"] for page in pages for version in page["Versions"]]
    assert listed == ["$LATEST", *(str(number) for number in range(1, 12))]


def test_a_missing_version_is_named_by_its_arn(client: Any) -> None:
    create(client)
    for operation in (client.get_function, client.get_function_configuration):
        for where in ({"FunctionName": "fn", "Qualifier": "7"}, {"FunctionName": "fn:7"}):
            missing = not_found(f"Function not found: {FUNCTION_ARN}:fn:7")
            assert refused(operation, **where) == missing


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration"])
def test_two_qualifiers_must_agree(two_versions: Any, operation: str) -> None:
    call = getattr(two_versions, operation)
    assert refused(call, FunctionName=f"{FUNCTION_ARN}:fn:1", Qualifier="2") == invalid(
        "The derived qualifier from the function name does not match the specified qualifier."
    )
    call(FunctionName=f"{FUNCTION_ARN}:fn:1", Qualifier="1")


def test_deleting_a_function_checks_its_qualifier(two_versions: Any) -> None:
    delete = two_versions.delete_function
    mismatch = (
        "The derived qualifier from the function name does not match the specified qualifier."
    )
    assert refused(delete, FunctionName=f"{FUNCTION_ARN}:fn:1", Qualifier="2") == invalid(mismatch)
    assert refused(delete, FunctionName="fn", Qualifier="$LATEST") == invalid(
        "$LATEST version cannot be deleted without deleting the function."
    )
    missing = not_found(f"Function not found: {FUNCTION_ARN}:gone")
    assert refused(delete, FunctionName="gone", Qualifier="1") == missing
    delete(FunctionName="fn", Qualifier="77")


def test_a_version_that_an_alias_points_to_cannot_be_deleted(two_versions: Any) -> None:
    two_versions.create_alias(
        FunctionName="fn",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}},
    )
    for number in ("1", "2"):
        seen = refused(two_versions.delete_function, FunctionName="fn", Qualifier=number)
        assert (seen.status, seen.code) == (409, "ResourceConflictException")
        assert "live" in seen.message
    two_versions.delete_alias(FunctionName="fn", Name="live")
    two_versions.delete_function(FunctionName="fn", Qualifier="1")


def test_an_alias_lives_through_create_get_update_delete(two_versions: Any) -> None:
    client = two_versions
    created = client.create_alias(
        FunctionName="fn", Name="live", FunctionVersion="1", Description="d"
    )
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert created["AliasArn"] == f"{FUNCTION_ARN}:fn:live"
    assert "RoutingConfig" not in created
    got = client.get_alias(FunctionName="fn", Name="live")
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert got["RevisionId"] == created["RevisionId"]
    updated = client.update_alias(
        FunctionName="fn",
        Name="live",
        FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.25}},
    )
    assert updated["RoutingConfig"] == {"AdditionalVersionWeights": {"1": 0.25}}
    assert updated["Description"] == "d"
    assert updated["RevisionId"] != created["RevisionId"]
    emptied = client.update_alias(FunctionName="fn", Name="live", RoutingConfig={})
    assert "RoutingConfig" not in emptied
    gone = client.delete_alias(FunctionName="fn", Name="live")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    client.delete_alias(FunctionName="fn", Name="live")
    assert refused(client.get_alias, FunctionName="fn", Name="live") == not_found(
        f"Cannot find alias arn: {FUNCTION_ARN}:fn:live"
    )


def test_a_function_seen_through_its_alias(two_versions: Any) -> None:
    two_versions.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    seen = two_versions.get_function(FunctionName="fn:live")["Configuration"]
    assert (seen["FunctionArn"], seen["Version"]) == (f"{FUNCTION_ARN}:fn:live", "1")
    missing = not_found(f"Function not found: {FUNCTION_ARN}:fn:nope")
    assert refused(two_versions.get_function, FunctionName="fn", Qualifier="nope") == missing


def test_aliases_are_listed_by_name_and_by_version(two_versions: Any) -> None:
    for name, version in (("b", "1"), ("a", "2"), ("c", "1")):
        two_versions.create_alias(FunctionName="fn", Name=name, FunctionVersion=version)
    listed = two_versions.list_aliases(FunctionName="fn")["Aliases"]
    assert [alias["Name"] for alias in listed] == ["a", "b", "c"]
    listed = two_versions.list_aliases(FunctionName="fn", FunctionVersion="1")["Aliases"]
    assert [alias["Name"] for alias in listed] == ["b", "c"]


def weights(**shares: float) -> dict[str, Any]:
    return {"AdditionalVersionWeights": {name[1:]: share for name, share in shares.items()}}


@pytest.mark.parametrize(
    ("version", "routing", "refusal"),
    [
        (
            "1",
            weights(v1=0.5, v2=0.5),
            invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"),
        ),
        (
            "1",
            weights(v1=0.5),
            invalid(
                "Invalid function version 1. Function version 1 is already included in routing "
                "configuration."
            ),
        ),
        (
            "$LATEST",
            weights(v1=0.5),
            invalid("$LATEST is not supported for an alias pointing to more than 1 version"),
        ),
        ("10", {}, not_found(f"Function not found: {FUNCTION_ARN}:fn:10")),
        ("1", weights(v10=0.5), not_found(f"Function not found: {FUNCTION_ARN}:fn:10")),
        (
            "1",
            weights(v2=-1.0),
            Refusal(
                400,
                "ValidationException",
                "1 validation error detected: Value '{2=-1.0}' at "
                "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value "
                "must satisfy constraint: [Member must have value less than or equal to 1.0, "
                "Member must have value greater than or equal to 0.0, Member must not be null]",
            ),
        ),
        (
            "1",
            {"AdditionalVersionWeights": {"$LATEST": 0.5}},
            Refusal(
                400,
                "ValidationException",
                "1 validation error detected: Value '{$LATEST=0.5}' at "
                "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys "
                "must satisfy constraint: [Member must have length less than or equal to 1024, "
                "Member must have length greater than or equal to 1, Member must satisfy regular "
                "expression pattern: [0-9]+]",
            ),
        ),
    ],
    ids=["two weights", "itself", "latest", "no version", "no other", "negative", "latest key"],
)
def test_routing_that_aws_refuses(
    two_versions: Any, unchecked: Any, version: str, routing: dict[str, Any], refusal: Refusal
) -> None:
    seen = refused(
        unchecked.create_alias,
        FunctionName="fn",
        Name="live",
        FunctionVersion=version,
        RoutingConfig=routing,
    )
    assert seen == refusal


def test_alias_refusals(two_versions: Any) -> None:
    client = two_versions
    live = {"FunctionName": "fn", "Name": "live", "FunctionVersion": "$LATEST"}
    client.create_alias(**live)
    assert refused(client.create_alias, **live) == Refusal(
        409, "ResourceConflictException", f"Alias already exists: {FUNCTION_ARN}:fn:live"
    )
    missing = {"FunctionName": "gone", "Name": "live", "FunctionVersion": "1"}
    assert refused(client.create_alias, **missing) == not_found(
        f"Function not found: {FUNCTION_ARN}:gone:1"
    )
    update = client.update_alias
    assert refused(update, FunctionName="fn", Name="non-existent") == not_found(
        f"Alias not found: {FUNCTION_ARN}:fn:non-existent"
    )
    stale = refused(update, FunctionName="fn", Name="live", RevisionId="old")
    assert (stale.status, stale.code) == (412, "PreconditionFailedException")


def test_versions_of_one_alias_share_the_role(client: Any) -> None:
    create(client, Publish=True)
    other = "arn:aws:iam::123456789012:role/other"
    client.update_function_configuration(FunctionName="fn", Role=other)
    client.publish_version(FunctionName="fn")
    seen = refused(
        client.create_alias,
        FunctionName="fn",
        Name="live",
        FunctionVersion="1",
        RoutingConfig=weights(v2=0.5),
    )
    assert "same execution role" in seen.message


def test_resolving_draws_between_an_aliass_versions(
    plane: LambdaControlPlane, two_versions: Any
) -> None:
    two_versions.create_alias(
        FunctionName="fn", Name="live", FunctionVersion="1", RoutingConfig=weights(v2=0.2)
    )
    for drawn, version in ((0.0, "2"), (0.19, "2"), (0.2, "1"), (0.99, "1")):
        target = plane.resolve(REGION, "fn:live", draw=lambda drawn=drawn: drawn)
        assert target.version.version == version
        assert target.qualifier == "live"
        assert target.invoked_arn == f"{FUNCTION_ARN}:fn:live"
        assert target.function_arn == f"{FUNCTION_ARN}:fn"


def test_resolving_without_qualifier_runs_latest(
    plane: LambdaControlPlane, two_versions: Any
) -> None:
    two_versions.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=3)
    target = plane.resolve(REGION, f"{FUNCTION_ARN}:fn")
    assert target.version.version == "$LATEST"
    assert (target.qualifier, target.invoked_arn) == (None, f"{FUNCTION_ARN}:fn")
    assert target.reserved_concurrency == 3
    explicit = plane.resolve(REGION, "fn", "$LATEST")
    assert explicit.invoked_arn == f"{FUNCTION_ARN}:fn:$LATEST"


@pytest.mark.parametrize(
    ("reference", "qualifier", "code", "message"),
    [
        ("gone", None, "ResourceNotFoundException", f"Function not found: {FUNCTION_ARN}:gone"),
        ("fn", "9", "ResourceNotFoundException", f"Function not found: {FUNCTION_ARN}:fn:9"),
        (
            "fn:nope",
            None,
            "ResourceNotFoundException",
            f"Function not found: {FUNCTION_ARN}:fn:nope",
        ),
        (
            "fn:1",
            "2",
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.",
        ),
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:fn",
            None,
            "ResourceNotFoundException",
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
        ),
    ],
)
def test_references_that_resolve_to_nothing(
    plane: LambdaControlPlane,
    two_versions: Any,
    reference: str,
    qualifier: str | None,
    code: str,
    message: str,
) -> None:
    with pytest.raises(LambdaError) as caught:
        plane.resolve(REGION, reference, qualifier)
    assert (caught.value.code, caught.value.message) == (code, message)


@pytest.mark.parametrize("reference", ["", " ", "a b", "fn:", "fn:1:2", "a/b", "arn:aws:s3:::b"])
def test_references_that_are_none_are_validation_errors(
    plane: LambdaControlPlane, reference: str
) -> None:
    with pytest.raises(LambdaError) as caught:
        plane.resolve(REGION, reference)
    assert caught.value.code == "ValidationException"
