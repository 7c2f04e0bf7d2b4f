"""What Lambda's control plane refuses: code, HTTP status and text."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud_process import own_runtime, zipped
from tests.parity.clouds import ECHO, ParityCloud, new_name, refused
from tests.parity.pages import parity

INVALID = "InvalidParameterValueException"
CONFLICT = "ResourceConflictException"
MISSING = "ResourceNotFoundException"
VALIDATION = "ValidationException"
ONE_ERROR = "1 validation error detected: Value "

Request = Callable[[ParityCloud, str], Any]
"""(cloud, an active function of the caller's own) → the call that is to be refused."""


def create(cloud: ParityCloud, **settings: Any) -> Any:
    asked: dict[str, Any] = {
        "FunctionName": new_name(),
        "Runtime": own_runtime(),
        "Handler": "m.handler",
        "Role": cloud.role(),
        "Code": {"ZipFile": zipped({"m.py": ECHO})},
    }
    return cloud.client("lambda").create_function(**asked | settings)


def case(
    behaviour: str, page: str, code: str, status: int, text: str, request: Request, name: str
) -> Any:
    """``text`` is whole, or ends in ``…``; ``{arn}`` is the function's, ``{name}`` its name."""
    return pytest.param(request, code, status, text, marks=parity(behaviour, page), id=name)


CREATE, ALIASES = "API_CreateFunction", "configuring-alias-routing"
REFUSED_FUNCTIONS = [
    case(
        "A runtime that was never there is refused with the list of those that are",
        CREATE,
        INVALID,
        400,
        "Value non-existent-runtime at 'runtime' failed to satisfy constraint: "
        "Member must satisfy enum value set: […",
        lambda cloud, _: create(cloud, Runtime="non-existent-runtime"),
        "unknown-runtime",
    ),
    case(
        "A runtime that AWS has retired is refused",
        "lambda-runtimes",
        INVALID,
        400,
        "The runtime parameter of python3.7 is no longer supported for creating or updating AWS "
        "Lambda functions. We recommend you use a supported runtime while creating or updating "
        "functions.",
        lambda cloud, _: create(cloud, Runtime="python3.7"),
        "retired-runtime",
    ),
    case(
        "A function has one architecture",
        CREATE,
        VALIDATION,
        400,
        ONE_ERROR + "'[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
        "Member must have length less than or equal to 1",
        lambda cloud, _: create(cloud, Architectures=["x86_64", "arm64"]),
        "two-architectures",
    ),
    case(
        "A name has at most 64 characters",
        CREATE,
        INVALID,
        400,
        ONE_ERROR + f"'{'a' * 65}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64",
        lambda cloud, _: create(cloud, FunctionName="a" * 65),
        "long-name",
    ),
    case(
        "Memory begins at 128 MB",
        "configuration-memory",
        VALIDATION,
        400,
        ONE_ERROR + "'127' at 'memorySize' failed to satisfy constraint: "
        "Member must have value greater than or equal to 128",
        lambda cloud, _: create(cloud, MemorySize=127),
        "small-memory",
    ),
    case(
        "A package that is no zip file is refused",
        "configuration-function-zip",
        INVALID,
        400,
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        lambda cloud, _: create(cloud, Code={"ZipFile": b"this is no zip file"}),
        "no-zip",
    ),
    case(
        "Code in a bucket that is not there: S3's error is told",
        CREATE,
        INVALID,
        400,
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
        "S3 Error Message: The specified bucket does not exist",
        lambda cloud, _: create(cloud, Code={"S3Bucket": new_name("none"), "S3Key": "k"}),
        "no-bucket",
    ),
    case(
        "A role that Lambda cannot assume is refused",
        "lambda-intro-execution-role",
        INVALID,
        400,
        "The role defined for the function cannot be assumed by Lambda.",
        lambda cloud, _: create(cloud, Role=f"arn:aws:iam::{cloud.account_id}:role/not-there"),
        "no-role",
    ),
    case(
        "Environment variables have 4 KB together",
        "configuration-envvars",
        INVALID,
        400,
        "Lambda was unable to configure your environment variables because the environment "
        'variables you have provided exceeded the 4KB limit. String measured: {"LARGE…',
        lambda cloud, _: create(cloud, Environment={"Variables": {"LARGE": "x" * 4096}}),
        "large-environment",
    ),
    case(
        "Lambda's own environment variables cannot be set",
        "configuration-envvars",
        INVALID,
        400,
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys…",
        lambda cloud, _: create(cloud, Environment={"Variables": {"AWS_REGION": "x"}}),
        "reserved-variable",
    ),
    case(
        "A name is taken once",
        CREATE,
        CONFLICT,
        409,
        "Function already exist: {name}",
        lambda cloud, name: create(cloud, FunctionName=name),
        "name-taken",
    ),
    case(
        "A function refers to five layers at most",
        "chapter-layers",
        INVALID,
        400,
        "Cannot reference more than 5 layers.",
        lambda cloud, _: create(
            cloud, Layers=[cloud.arn("lambda", f"layer:none-{n}:1") for n in range(6)]
        ),
        "six-layers",
    ),
    case(
        "A layer version must be there",
        "chapter-layers",
        INVALID,
        400,
        "Layer version arn:aws:lambda:us-east-1:{account}:layer:none:9 does not exist.",
        lambda cloud, _: create(cloud, Layers=[cloud.arn("lambda", "layer:none:9")]),
        "no-layer",
    ),
    case(
        "What is not there is told by its ARN",
        "API_GetFunction",
        MISSING,
        404,
        "Function not found: arn:aws:lambda:us-east-1:{account}:function:none",
        lambda cloud, _: cloud.client("lambda").get_function(FunctionName="none"),
        "no-function",
    ),
    case(
        "Another Region's function is out of reach",
        "API_GetFunction",
        MISSING,
        404,
        "Functions from 'eu-west-3' are not reachable in this region ('us-east-1')",
        lambda cloud, name: cloud.client("lambda").get_function(
            FunctionName=f"arn:aws:lambda:eu-west-3:{cloud.account_id}:function:{name}"
        ),
        "other-region",
    ),
    case(
        "A name's qualifier and the Qualifier parameter must agree",
        "API_GetFunction",
        INVALID,
        400,
        "The derived qualifier from the function name does not match the specified qualifier.",
        lambda cloud, name: cloud.client("lambda").get_function(
            FunctionName=f"{name}:1", Qualifier="2"
        ),
        "two-qualifiers",
    ),
    case(
        "An update with an old revision id is refused",
        "API_UpdateFunctionConfiguration",
        "PreconditionFailedException",
        412,
        "The Revision Id provided does not match the latest Revision Id. Call the "
        "GetFunction/GetAlias API to retrieve the latest Revision Id",
        lambda cloud, name: cloud.client("lambda").publish_version(
            FunctionName=name, RevisionId="11111111-2222-3333-4444-555555555555"
        ),
        "old-revision",
    ),
    case(
        "Tags belong to the function, not to its versions",
        "configuration-tags",
        INVALID,
        400,
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        lambda cloud, name: cloud.client("lambda").tag_resource(
            Resource=cloud.function_arn(f"{name}:$LATEST"), Tags={"a": "b"}
        ),
        "tagged-version",
    ),
    case(
        "$LATEST is not deleted alone",
        "API_DeleteFunction",
        INVALID,
        400,
        "$LATEST version cannot be deleted without deleting the function.",
        lambda cloud, name: cloud.client("lambda").delete_function(
            FunctionName=name, Qualifier="$LATEST"
        ),
        "delete-latest",
    ),
]
REFUSED_VERSIONS = [
    case(
        "Publishing with another code's hash is refused",
        "API_PublishVersion",
        INVALID,
        400,
        "CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST (…",
        lambda cloud, name: cloud.client("lambda").publish_version(
            FunctionName=name, CodeSha256="somenonexistentsha256"
        ),
        "other-hash",
    ),
    case(
        "An alias has one further version at most",
        ALIASES,
        INVALID,
        400,
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
        lambda cloud, name: alias(cloud, name, "1", {"2": 0.1, "3": 0.1}),
        "three-versions",
    ),
    case(
        "An alias with two versions has no $LATEST",
        ALIASES,
        INVALID,
        400,
        "$LATEST is not supported for an alias pointing to more than 1 version",
        lambda cloud, name: alias(cloud, name, "$LATEST", {"1": 0.5}),
        "weighted-latest",
    ),
    case(
        "An alias's two versions are different ones",
        ALIASES,
        INVALID,
        400,
        "Invalid function version 1. Function version 1 is already included in routing "
        "configuration.",
        lambda cloud, name: alias(cloud, name, "1", {"1": 0.5}),
        "same-version-twice",
    ),
    case(
        "An alias's name is taken once",
        "API_CreateAlias",
        CONFLICT,
        409,
        "Alias already exists: {arn}:taken",
        lambda cloud, name: (
            alias(cloud, name, "1", alias_name="taken"),
            alias(cloud, name, "1", alias_name="taken"),
        ),
        "alias-taken",
    ),
    case(
        "An alias that is not there is told by its ARN",
        "API_GetAlias",
        MISSING,
        404,
        "Cannot find alias arn: {arn}:none",
        lambda cloud, name: cloud.client("lambda").get_alias(FunctionName=name, Name="none"),
        "no-alias",
    ),
    case(
        "Provisioned concurrency is for versions and aliases",
        "provisioned-concurrency",
        INVALID,
        400,
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        lambda cloud, name: cloud.client("lambda").put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="$LATEST", ProvisionedConcurrentExecutions=1
        ),
        "provisioned-latest",
    ),
    case(
        "At least 100 of the account's concurrency stay unreserved",
        "configuration-concurrency",
        INVALID,
        400,
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of […",
        lambda cloud, name: cloud.client("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=950
        ),
        "unreserved-minimum",
    ),
    case(
        "Concurrency is reserved for a function, not for a version",
        "configuration-concurrency",
        INVALID,
        400,
        "This operation is permitted on Lambda functions only. Aliases and versions do not "
        "support this operation. Please specify either a function name or an unqualified "
        "function ARN.",
        lambda cloud, name: cloud.client("lambda").put_function_concurrency(
            FunctionName=f"{cloud.function_arn(name)}:1", ReservedConcurrentExecutions=1
        ),
        "reserved-version",
    ),
]
REFUSED_SETTINGS = [
    case(
        "A statement id is taken once",
        "API_AddPermission",
        CONFLICT,
        409,
        "The statement id (s1) provided already exists. Please provide a new statement id, or "
        "remove the existing statement.",
        lambda cloud, name: (allow_s3(cloud, name), allow_s3(cloud, name)),
        "statement-taken",
    ),
    case(
        "$LATEST has no policy of its own",
        "API_AddPermission",
        INVALID,
        400,
        "We currently do not support adding policies for $LATEST.",
        lambda cloud, name: allow_s3(cloud, name, Qualifier="$LATEST"),
        "policy-of-latest",
    ),
    case(
        "A principal must be one",
        "API_AddPermission",
        INVALID,
        400,
        "The provided principal was invalid. Please check the principal and try again.",
        lambda cloud, name: allow_s3(cloud, name, Principal="not-a-principal"),
        "no-principal",
    ),
    case(
        "A statement that is not there cannot be removed",
        "API_RemovePermission",
        MISSING,
        404,
        "Statement none is not found in resource policy.",
        lambda cloud, name: (
            allow_s3(cloud, name),
            cloud.client("lambda").remove_permission(FunctionName=name, StatementId="none"),
        ),
        "no-statement",
    ),
    case(
        "A function without permissions has no policy",
        "API_GetPolicy",
        MISSING,
        404,
        "The resource you requested does not exist.",
        lambda cloud, name: cloud.client("lambda").get_policy(FunctionName=name),
        "no-policy",
    ),
    case(
        "A function is no destination of its own",
        "invocation-async-retain-records",
        INVALID,
        400,
        "You can't specify the function as a destination for itself.",
        lambda cloud, name: async_config(
            cloud,
            name,
            DestinationConfig={"OnSuccess": {"Destination": cloud.function_arn(name)}},
        ),
        "own-destination",
    ),
    case(
        "An asynchronous configuration says something",
        "API_PutFunctionEventInvokeConfig",
        INVALID,
        400,
        "You must specify at least one of error handling or destination setting.",
        lambda cloud, name: async_config(cloud, name),
        "empty-async-configuration",
    ),
    case(
        "An asynchronous configuration that was never made is missing",
        "API_GetFunctionEventInvokeConfig",
        MISSING,
        404,
        "The function {arn}:$LATEST doesn't have an EventInvokeConfig",
        lambda cloud, name: cloud.client("lambda").get_function_event_invoke_config(
            FunctionName=name
        ),
        "no-async-configuration",
    ),
    case(
        "A function has one URL",
        "API_CreateFunctionUrlConfig",
        CONFLICT,
        409,
        "Failed to create function url config for [functionArn = {arn}]. Error message:  "
        "FunctionUrlConfig exists for this Lambda function",
        lambda cloud, name: (url_of(cloud, name), url_of(cloud, name)),
        "url-taken",
    ),
    case(
        "A URL belongs to $LATEST or to an alias, not to a version",
        "API_CreateFunctionUrlConfig",
        VALIDATION,
        400,
        ONE_ERROR + "'1' at 'qualifier' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        lambda cloud, name: url_of(cloud, name, Qualifier="1"),
        "url-of-version",
    ),
]
REFUSED_MAPPINGS = [
    case(
        "A mapping's queue must be there",
        "services-sqs-configure",
        INVALID,
        400,
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. "
        "SQS Error Message: The specified queue does not exist.",
        lambda cloud, name: mapping(cloud, name, cloud.arn("sqs", "none")),
        "no-queue",
    ),
    case(
        "A mapping's function must be there",
        "API_CreateEventSourceMapping",
        INVALID,
        400,
        "Function does not exist",
        lambda cloud, _: mapping(cloud, "none", cloud.queue()[1]),
        "no-function-to-map",
    ),
    case(
        "A batch of more than ten needs a window",
        "services-sqs-configure",
        INVALID,
        400,
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
        "greater than 10",
        lambda cloud, name: mapping(cloud, name, cloud.queue()[1], BatchSize=11),
        "no-window",
    ),
    case(
        "A queue's visibility timeout is no shorter than the function's timeout",
        "services-sqs-configure",
        INVALID,
        400,
        "Queue visibility timeout: 1 seconds is less than Function timeout: 3 seconds",
        lambda cloud, name: mapping(cloud, name, cloud.queue(VisibilityTimeout="1")[1]),
        "short-visibility",
    ),
    case(
        "A filter pattern must be one",
        "invocation-eventfiltering",
        INVALID,
        400,
        "Invalid filter pattern definition.",
        lambda cloud, name: mapping(
            cloud, name, cloud.queue()[1], FilterCriteria={"Filters": [{"Pattern": "text"}]}
        ),
        "no-pattern",
    ),
    case(
        "A stream's mapping has a starting position",
        "API_CreateEventSourceMapping",
        INVALID,
        400,
        ONE_ERROR + "null at 'startingPosition' failed to satisfy constraint: "
        "Member must not be null.",
        lambda cloud, name: mapping(cloud, name, stream(cloud)),
        "no-starting-position",
    ),
    case(
        "A queue is mapped to a function once",
        "API_CreateEventSourceMapping",
        CONFLICT,
        409,
        'An event source mapping with SQS arn (" …',
        lambda cloud, name: twice_mapped(cloud, name),
        "mapped-twice",
    ),
]
REFUSALS = REFUSED_FUNCTIONS + REFUSED_VERSIONS + REFUSED_SETTINGS + REFUSED_MAPPINGS


def alias(
    cloud: ParityCloud,
    name: str,
    version: str,
    weights: dict[str, float] | None = None,
    alias_name: str = "live",
) -> None:
    """With three published versions behind it."""
    client = cloud.client("lambda")
    published = client.list_versions_by_function(FunctionName=name)["Versions"]
    for number in range(len(published), 4):
        cloud.configure(name, Description=f"before version {number}")
        client.publish_version(FunctionName=name)
    routing = {"RoutingConfig": {"AdditionalVersionWeights": weights}} if weights else {}
    client.create_alias(FunctionName=name, Name=alias_name, FunctionVersion=version, **routing)


def allow_s3(cloud: ParityCloud, name: str, **settings: Any) -> None:
    asked = {
        "FunctionName": name,
        "StatementId": "s1",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": "arn:aws:s3:::some-bucket",
    }
    cloud.client("lambda").add_permission(**asked | settings)


def async_config(cloud: ParityCloud, name: str, **settings: Any) -> None:
    cloud.client("lambda").put_function_event_invoke_config(FunctionName=name, **settings)


def url_of(cloud: ParityCloud, name: str, **settings: Any) -> None:
    cloud.client("lambda").create_function_url_config(
        FunctionName=name, AuthType="AWS_IAM", **settings
    )


def mapping(cloud: ParityCloud, name: str, source_arn: str, **settings: Any) -> None:
    made = cloud.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=source_arn, **settings
    )
    cloud.client("lambda").delete_event_source_mapping(UUID=made["UUID"])


def twice_mapped(cloud: ParityCloud, name: str) -> None:
    client, (_, queue_arn) = cloud.client("lambda"), cloud.queue()
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue_arn)
    try:
        mapping(cloud, name, queue_arn)
    finally:
        client.delete_event_source_mapping(UUID=made["UUID"])


def stream(cloud: ParityCloud) -> str:
    kinesis, name = cloud.client("kinesis"), new_name("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return cloud.arn("kinesis", f"stream/{name}")


@pytest.mark.parametrize(("request_of", "code", "status", "text"), REFUSALS)
def test_refused(
    cloud: ParityCloud, request_of: Request, code: str, status: int, text: str
) -> None:
    name = cloud.create_function()
    try:
        seen_code, seen_text, seen_status = refused(lambda: request_of(cloud, name))
    finally:
        with contextlib.suppress(ClientError):  # where it was deleted in place of a refusal
            cloud.client("lambda").delete_function(FunctionName=name)
    wanted = text.replace("{arn}", cloud.function_arn(name)).replace("{name}", name)
    wanted = wanted.replace("{account}", cloud.account_id)
    assert (seen_status, seen_code) == (status, code), f"{seen_status} {seen_code}"
    pattern = re.escape(wanted.removesuffix("…")) + (".*" if wanted.endswith("…") else "")
    assert re.fullmatch(pattern, seen_text, re.DOTALL), f"says: {seen_text[:200]}"
