"""Versions: numbers that are never reused, immutability, qualifiers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    Refusal,
    create,
    refused,
    zipped,
)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


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
    for name in ("fn", "gone"):
        assert refused(delete, FunctionName=name, Qualifier="$LATEST") == invalid(
            "$LATEST version cannot be deleted without deleting the function."
        )
    assert refused(delete, FunctionName="fn", Qualifier="live") == invalid(
        "Deletion of aliases is not currently supported."
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
