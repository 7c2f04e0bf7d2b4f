"""Function URLs, tags, recursion, runtime management, code signing."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.lambda_client import (
    ENDPOINT,
    FUNCTION_ARN,
    Refusal,
    create,
    refused,
)


def not_found(message: str) -> Refusal:
    return Refusal(404, "ResourceNotFoundException", message)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameterValueException", message)


@pytest.fixture
def function(client: Any) -> Any:
    create(client, Publish=True)
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    return client


NO_RESOURCE = not_found("The resource you requested does not exist.")
NO_FUNCTION = not_found("Function does not exist")


def test_a_function_url_lives_through_create_get_update_delete(function: Any) -> None:
    created = function.create_function_url_config(
        FunctionName="fn", AuthType="NONE", Cors={"AllowOrigins": ["*"]}
    )
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert created["FunctionUrl"].startswith(f"{ENDPOINT}/_lambda/url/")
    assert created["FunctionArn"] == f"{FUNCTION_ARN}:fn"
    got = function.get_function_url_config(FunctionName="fn")
    assert (got["AuthType"], got["InvokeMode"]) == ("NONE", "BUFFERED")
    assert got["Cors"] == {"AllowOrigins": ["*"]}
    assert got["LastModifiedTime"] == got["CreationTime"]
    updated = function.update_function_url_config(
        FunctionName="fn", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM"
    )
    assert (updated["AuthType"], updated["FunctionUrl"]) == ("AWS_IAM", created["FunctionUrl"])
    answer = function.delete_function_url_config(FunctionName="fn")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(function.get_function_url_config, FunctionName="fn") == NO_RESOURCE


def test_a_url_follows_the_cloud_to_another_port(function: Any, plane: LambdaControlPlane) -> None:
    created = function.create_function_url_config(FunctionName="fn", AuthType="NONE")
    plane.state.endpoint_url = "http://127.0.0.1:4600"
    got = function.get_function_url_config(FunctionName="fn")
    assert got["FunctionUrl"] == created["FunctionUrl"].replace("4599", "4600")


def test_function_and_alias_have_one_url_each(function: Any) -> None:
    for qualifier, arn in (({}, "fn"), ({"Qualifier": "live"}, "fn:live")):
        where = {"FunctionName": "fn", "AuthType": "NONE", **qualifier}
        answer = function.create_function_url_config(**where)
        assert answer["FunctionArn"] == f"{FUNCTION_ARN}:{arn}"
        assert refused(function.create_function_url_config, **where) == Refusal(
            409,
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {FUNCTION_ARN}:{arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function",
        )
    listed = function.list_function_url_configs(FunctionName="fn")["FunctionUrlConfigs"]
    assert len({config["FunctionUrl"] for config in listed}) == 2


@pytest.mark.parametrize("qualifier", ["1", "$LATEST"])
def test_versions_have_no_url(unchecked: Any, qualifier: str) -> None:
    create(unchecked, Publish=True)
    for operation in ("create", "get", "update", "delete"):
        call = getattr(unchecked, f"{operation}_function_url_config")
        settings = {"FunctionName": "fn", "Qualifier": qualifier}
        if operation == "create":
            settings["AuthType"] = "NONE"
        assert refused(call, **settings) == Refusal(
            400,
            "ValidationException",
            f"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy "
            r"constraint: Member must satisfy regular expression pattern: "
            r"((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        )


@pytest.mark.parametrize("where", [{"FunctionName": "gone"}, {"FunctionName": "fn:nope"}])
def test_urls_of_what_is_not_there(function: Any, where: dict[str, str]) -> None:
    create_url = function.create_function_url_config
    assert refused(create_url, **where, AuthType="NONE") == NO_FUNCTION
    assert refused(function.update_function_url_config, **where) == NO_FUNCTION
    assert refused(function.get_function_url_config, **where) == NO_RESOURCE
    assert refused(function.delete_function_url_config, **where) == NO_RESOURCE
    assert refused(function.update_function_url_config, FunctionName="fn") == NO_RESOURCE
    assert refused(function.list_function_url_configs, FunctionName="gone") == NO_FUNCTION


ARN = f"{FUNCTION_ARN}:fn"


def test_tags_are_added_replaced_and_removed(function: Any) -> None:
    before = function.get_function(FunctionName="fn")["Configuration"]["RevisionId"]
    function.tag_resource(Resource=ARN, Tags={"a": "1", "b": "2"})
    function.tag_resource(Resource=ARN, Tags={"b": "3", "c": ""})
    assert function.list_tags(Resource=ARN)["Tags"] == {"a": "1", "b": "3", "c": ""}
    function.untag_resource(Resource=ARN, TagKeys=["a", "c", "never"])
    seen = function.get_function(FunctionName="fn")
    assert seen["Tags"] == {"b": "3"}
    assert seen["Configuration"]["RevisionId"] != before
    function.untag_resource(Resource=ARN, TagKeys=["b"])
    assert function.list_tags(Resource=ARN)["Tags"] == {}
    assert "Tags" not in function.get_function(FunctionName="fn")


def test_event_source_mappings_have_tags_too(function: Any) -> None:
    mapping = function.create_event_source_mapping(
        FunctionName="fn", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:q", Tags={"a": "1"}
    )
    arn = mapping["EventSourceMappingArn"]
    function.tag_resource(Resource=arn, Tags={"b": "2"})
    assert function.list_tags(Resource=arn)["Tags"] == {"a": "1", "b": "2"}


def test_tag_refusals(function: Any, unchecked: Any) -> None:
    lambda_arn = FUNCTION_ARN.removesuffix("function")
    for resource, message in (
        (f"{FUNCTION_ARN}:gone", f"Function not found: {FUNCTION_ARN}:gone"),
        (
            f"{lambda_arn}event-source-mapping:01234567-89ab-4cde-8f01-23456789abcd",
            f"Event source mapping not found: {lambda_arn}event-source-mapping:"
            "01234567-89ab-4cde-8f01-23456789abcd",
        ),
        (
            f"{lambda_arn}capacity-provider:cp",
            f"Capacity provider not found: {lambda_arn}capacity-provider:cp",
        ),
    ):
        assert refused(function.list_tags, Resource=resource) == not_found(message)
    unqualified = invalid(
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )
    for qualifier in ("1", "live", "$LATEST"):
        resource = f"{ARN}:{qualifier}"
        assert refused(function.tag_resource, Resource=resource, Tags={"a": "1"}) == unqualified
    assert refused(function.tag_resource, Resource=ARN, Tags={}) == invalid(
        "An error occurred and the request cannot be processed."
    )
    assert refused(unchecked.untag_resource, Resource=ARN, TagKeys=[]).message == (
        "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: "
        "Member must not be null"
    )
    seen = refused(function.tag_resource, Resource="arn:aws:something", Tags={"a": "1"})
    assert seen.message.startswith(
        "1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:"
    )


def test_a_function_has_fifty_tags_at_most(function: Any) -> None:
    function.tag_resource(Resource=ARN, Tags={f"{number}_key": "v" for number in range(50)})
    function.tag_resource(Resource=ARN, Tags={"0_key": "replaced"})
    assert refused(function.tag_resource, Resource=ARN, Tags={"one": "more"}) == invalid(
        "Number of tags exceeds resource tag limit."
    )


def test_recursion_is_stopped_by_default(function: Any) -> None:
    get = function.get_function_recursion_config
    assert get(FunctionName="fn")["RecursiveLoop"] == "Terminate"
    function.put_function_recursion_config(FunctionName="fn", RecursiveLoop="Allow")
    assert get(FunctionName="fn")["RecursiveLoop"] == "Allow"


def test_runtime_management_is_automatic_by_default(function: Any) -> None:
    get, put = function.get_runtime_management_config, function.put_runtime_management_config
    seen = get(FunctionName="fn")
    assert (seen["UpdateRuntimeOn"], seen["FunctionArn"]) == ("Auto", f"{ARN}:$LATEST")
    put(FunctionName="fn", UpdateRuntimeOn="FunctionUpdate")
    assert get(FunctionName="fn")["UpdateRuntimeOn"] == "FunctionUpdate"
    assert get(FunctionName="fn", Qualifier="1")["UpdateRuntimeOn"] == "Auto"
    seen = refused(put, FunctionName="fn", UpdateRuntimeOn="Manual")
    assert seen.code == "InvalidParameterValueException"


def test_no_function_has_a_code_signing_configuration(function: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
    seen = function.get_function_code_signing_config(FunctionName="fn")
    assert "CodeSigningConfigArn" not in seen
    assert function.list_code_signing_configs()["CodeSigningConfigs"] == []
    put = function.put_function_code_signing_config
    assert refused(put, FunctionName="fn", CodeSigningConfigArn=arn) == Refusal(
        404,
        "CodeSigningConfigNotFoundException",
        "The code signing configuration cannot be found. Check that the provided configuration "
        f"is not deleted: {arn}.",
    )
    assert refused(function.get_code_signing_config, CodeSigningConfigArn=arn) == not_found(
        f"The Lambda code signing configuration {arn} can not be found."
    )
    function.delete_function_code_signing_config(FunctionName="fn")
