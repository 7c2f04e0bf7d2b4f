"""Aliases: their life, their weights, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    Refusal,
    create,
    refused,
)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


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
