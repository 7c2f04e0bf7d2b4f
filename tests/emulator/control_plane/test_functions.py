"""Functions: what CreateFunction and its siblings keep, answer and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.control_plane.conftest import PlaneFactory
from tests.emulator.control_plane.lambda_client import (
    ENDPOINT,
    FUNCTION_ARN,
    ROLE,
    Cloud,
    Refusal,
    connect,
    create,
    refused,
    zipped,
)


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_new_function_is_pending_and_has_awss_defaults(client: Any) -> None:
    answer = create(client)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert len(answer["CodeSha256"]) == 44
    sent = without_metadata(answer)
    assert sent.pop("RevisionId")
    assert sent.pop("CodeSha256")
    assert sent == {
        "FunctionName": "fn",
        "FunctionArn": f"{FUNCTION_ARN}:fn",
        "Runtime": "python3.13",
        "Role": ROLE,
        "Handler": "lambda_function.handler",
        "CodeSize": len(zipped()),
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "LastModified": "2026-09-21T14:13:20.000+0000",
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:lambda-dojo-python3.13"
        },
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/fn"},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
    }


def test_the_next_look_sees_it_active_under_a_new_revision_id(client: Any) -> None:
    created = create(client)
    seen = client.get_function_configuration(FunctionName="fn")
    assert (seen["State"], seen["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in seen
    assert seen["RevisionId"] != created["RevisionId"]


def test_settings_come_back_as_given(client: Any) -> None:
    create(
        client,
        Description="resizes",
        Timeout=900,
        MemorySize=10240,
        Architectures=["arm64"],
        EphemeralStorage={"Size": 10240},
        Environment={"Variables": {"TABLE": "orders"}},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        TracingConfig={"Mode": "Active"},
        LoggingConfig={"LogFormat": "JSON", "LogGroup": "/my/group"},
        Tags={"team": "a"},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    )
    answer = client.get_function(FunctionName="fn")
    seen = answer["Configuration"]
    assert seen["Description"] == "resizes"
    assert (seen["Timeout"], seen["MemorySize"]) == (900, 10240)
    assert seen["Architectures"] == ["arm64"]
    assert seen["EphemeralStorage"] == {"Size": 10240}
    assert seen["Environment"] == {"Variables": {"TABLE": "orders"}}
    assert seen["DeadLetterConfig"]["TargetArn"].endswith(":dead")
    assert seen["TracingConfig"] == {"Mode": "Active"}
    assert seen["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": "/my/group",
    }
    assert seen["VpcConfig"]["SubnetIds"] == ["subnet-1"]
    assert answer["Tags"] == {"team": "a"}


def test_environment_is_answered_only_once_it_was_set(client: Any) -> None:
    assert "Environment" not in create(client)
    client.update_function_configuration(FunctionName="fn", Environment={"Variables": {}})
    seen = client.get_function_configuration(FunctionName="fn")
    assert seen["Environment"] == {"Variables": {}}


def test_a_second_function_of_the_same_name_is_refused(client: Any) -> None:
    create(client)
    assert refused(create, client=client) == Refusal(
        409, "ResourceConflictException", "Function already exist: fn"
    )


def test_functions_of_two_regions_do_not_meet(plane: Any) -> None:
    tokyo, virginia = connect(plane, "ap-northeast-1"), connect(plane)
    arn = create(tokyo)["FunctionArn"]
    assert arn == "arn:aws:lambda:ap-northeast-1:123456789012:function:fn"
    assert virginia.list_functions()["Functions"] == []
    create(virginia)


@pytest.mark.parametrize("reference", ["fn", f"{FUNCTION_ARN}:fn", "123456789012:function:fn"])
def test_a_function_is_found_by_name_arn_and_partial_arn(client: Any, reference: str) -> None:
    create(client)
    seen = client.get_function_configuration(FunctionName=reference)
    assert seen["FunctionArn"] == f"{FUNCTION_ARN}:fn"


def test_a_missing_function_is_named_by_its_arn(client: Any) -> None:
    for operation in (
        client.get_function,
        client.get_function_configuration,
        client.delete_function,
        client.list_versions_by_function,
        client.publish_version,
        client.list_aliases,
        client.get_function_concurrency,
        client.get_function_code_signing_config,
        client.get_function_recursion_config,
        client.list_provisioned_concurrency_configs,
    ):
        assert refused(operation, FunctionName="gone") == Refusal(
            404, "ResourceNotFoundException", f"Function not found: {FUNCTION_ARN}:gone"
        )


def test_an_arn_of_another_region_is_not_reachable(client: Any) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:fn"
    assert refused(client.get_function, FunctionName=arn) == Refusal(
        404,
        "ResourceNotFoundException",
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    )


def test_an_arn_of_another_account_is_denied(client: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:999999999999:function:fn"
    seen = refused(client.get_function, FunctionName=arn)
    assert (seen.status, seen.code) == (403, "AccessDeniedException")


def test_an_update_is_in_progress_until_its_time_is_over(
    make_plane: PlaneFactory, cloud: Cloud
) -> None:
    client = connect(make_plane(state_delay_s=2.0))
    create(client)
    assert client.get_function_configuration(FunctionName="fn")["State"] == "Pending"
    in_progress = Refusal(
        409,
        "ResourceConflictException",
        "The operation cannot be performed at this time. "
        f"An update is in progress for resource: {FUNCTION_ARN}:fn",
    )
    assert refused(client.publish_version, FunctionName="fn") == in_progress
    cloud.clock.advance(2.0)
    answer = client.update_function_configuration(FunctionName="fn", Timeout=5)
    assert (answer["State"], answer["LastUpdateStatus"]) == ("Active", "InProgress")
    assert answer["LastUpdateStatusReasonCode"] == "Creating"
    for operation, change in (
        (client.update_function_configuration, {"Timeout": 6}),
        (client.update_function_code, {"ZipFile": zipped()}),
    ):
        assert refused(operation, FunctionName="fn", **change) == in_progress
    cloud.clock.advance(2.0)
    seen = client.get_function_configuration(FunctionName="fn")
    assert (seen["LastUpdateStatus"], seen["Timeout"]) == ("Successful", 5)


def test_an_update_changes_what_it_names_and_nothing_else(client: Any) -> None:
    create(client, Description="old", Environment={"Variables": {"AA": "1"}}, MemorySize=256)
    before = client.get_function_configuration(FunctionName="fn")
    client.update_function_configuration(FunctionName="fn", Description="new", Timeout=9)
    after = client.get_function_configuration(FunctionName="fn")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed - {"ResponseMetadata"} == {"Description", "Timeout", "RevisionId"}


def test_an_empty_target_takes_the_dead_letter_queue_away(client: Any) -> None:
    create(client, DeadLetterConfig={"TargetArn": "arn:aws:sns:us-east-1:123456789012:dead"})
    client.update_function_configuration(FunctionName="fn", DeadLetterConfig={"TargetArn": ""})
    assert "DeadLetterConfig" not in client.get_function_configuration(FunctionName="fn")


@pytest.mark.parametrize(
    "arn",
    ["arn:aws:s3:::bucket", "arn:aws:sqs:us-east-1:123456789012:q.fifo"],
    ids=["neither queue nor topic", "fifo"],
)
def test_a_dead_letter_queue_is_a_standard_queue_or_topic(client: Any, arn: str) -> None:
    seen = refused(create, client=client, DeadLetterConfig={"TargetArn": arn})
    assert (seen.status, seen.code) == (400, "InvalidParameterValueException")


def test_new_code_changes_the_hash_and_asks_to_discard_environments(
    plane: Any, client: Any
) -> None:
    stale: list[tuple[str, str, str]] = []
    plane.on_environment_stale(lambda *which: stale.append(which))
    old = create(client)
    new = client.update_function_code(FunctionName="fn", ZipFile=zipped({"a.py": "x = 1"}))
    assert new["CodeSha256"] != old["CodeSha256"]
    assert stale == [("us-east-1", "fn", "$LATEST")]
    version = plane.resolve("us-east-1", "fn").version
    assert (plane.code_dir("us-east-1", version) / "a.py").read_text() == "x = 1"


def test_a_dry_run_checks_the_code_and_changes_nothing(client: Any) -> None:
    created = create(client)
    answer = client.update_function_code(
        FunctionName="fn", ZipFile=zipped({"a.py": ""}), DryRun=True
    )
    assert answer["CodeSha256"] != created["CodeSha256"]
    seen = client.get_function_configuration(FunctionName="fn")
    assert seen["CodeSha256"] == created["CodeSha256"]


def test_changes_are_refused_under_an_old_revision_id(client: Any) -> None:
    create(client)
    revision = client.get_function_configuration(FunctionName="fn")["RevisionId"]
    client.update_function_configuration(FunctionName="fn", RevisionId=revision, Timeout=4)
    stale = Refusal(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    )
    for operation, change in (
        (client.update_function_configuration, {"Timeout": 6}),
        (client.update_function_code, {"ZipFile": zipped()}),
        (client.publish_version, {}),
    ):
        assert refused(operation, FunctionName="fn", RevisionId=revision, **change) == stale


def test_a_deleted_function_is_gone_and_its_environments_with_it(plane: Any, client: Any) -> None:
    stale: list[tuple[str, str, str]] = []
    plane.on_environment_stale(lambda *which: stale.append(which))
    create(client, Publish=True)
    answer = client.delete_function(FunctionName="fn")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert answer["StatusCode"] == 204
    assert stale == [("us-east-1", "fn", "$LATEST"), ("us-east-1", "fn", "1")]
    assert refused(client.get_function, FunctionName="fn").status == 404


def test_code_location_downloads_the_package(plane: Any, client: Any) -> None:
    create(client)
    code = client.get_function(FunctionName="fn")["Code"]
    assert code["RepositoryType"] == "S3"
    prefix = f"{ENDPOINT}/_lambda/code/"
    assert code["Location"].startswith(prefix)
    assert plane.download(code["Location"].removeprefix(prefix)) == zipped()


def test_account_settings_count_what_is_used(client: Any) -> None:
    create(client)
    client.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=5)
    settings = client.get_account_settings()
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 995
    assert settings["AccountLimit"]["CodeSizeZipped"] == 52_428_800
    assert settings["AccountUsage"] == {"TotalCodeSize": len(zipped()), "FunctionCount": 1}
