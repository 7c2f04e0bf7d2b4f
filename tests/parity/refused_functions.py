"""Requests about functions that Lambda refuses."""

from __future__ import annotations

from typing import Any

from tests.cloud_process import own_runtime, zipped
from tests.parity.clouds import ECHO, ParityCloud, new_name
from tests.parity.refusal_cases import (
    CONFLICT,
    INVALID,
    MISSING,
    ONE_ERROR,
    VALIDATION,
    alone,
    case,
)

CREATE = "API_CreateFunction"


def create(cloud: ParityCloud, **settings: Any) -> Any:
    asked: dict[str, Any] = {
        "FunctionName": new_name(),
        "Runtime": own_runtime(),
        "Handler": "m.handler",
        "Role": cloud.role(),
        "Code": {"ZipFile": zipped({"m.py": ECHO})},
    }
    return cloud.client("lambda").create_function(**asked | settings)


REFUSED_FUNCTIONS = [
    alone(
        "A runtime that was never there is refused with the list of those that are",
        CREATE,
        INVALID,
        400,
        "Value non-existent-runtime at 'runtime' failed to satisfy constraint: "
        "Member must satisfy enum value set: […",
        lambda cloud: create(cloud, Runtime="non-existent-runtime"),
        "unknown-runtime",
    ),
    alone(
        "A runtime that AWS has retired is refused",
        "lambda-runtimes",
        INVALID,
        400,
        "The runtime parameter of python3.7 is no longer supported for creating or updating AWS "
        "Lambda functions. We recommend you use a supported runtime while creating or updating "
        "functions.",
        lambda cloud: create(cloud, Runtime="python3.7"),
        "retired-runtime",
    ),
    alone(
        "A function has one architecture",
        CREATE,
        VALIDATION,
        400,
        ONE_ERROR + "'[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
        "Member must have length less than or equal to 1",
        lambda cloud: create(cloud, Architectures=["x86_64", "arm64"]),
        "two-architectures",
    ),
    alone(
        "A name has at most 64 characters",
        CREATE,
        INVALID,
        400,
        ONE_ERROR + f"'{'a' * 65}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64",
        lambda cloud: create(cloud, FunctionName="a" * 65),
        "long-name",
    ),
    alone(
        "Memory begins at 128 MB",
        "configuration-memory",
        VALIDATION,
        400,
        ONE_ERROR + "'127' at 'memorySize' failed to satisfy constraint: "
        "Member must have value greater than or equal to 128",
        lambda cloud: create(cloud, MemorySize=127),
        "small-memory",
    ),
    alone(
        "A package that is no zip file is refused",
        "configuration-function-zip",
        INVALID,
        400,
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        lambda cloud: create(cloud, Code={"ZipFile": b"this is no zip file"}),
        "no-zip",
    ),
    alone(
        "Code in a bucket that is not there: S3's error is told",
        CREATE,
        INVALID,
        400,
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
        "S3 Error Message: The specified bucket does not exist",
        lambda cloud: create(cloud, Code={"S3Bucket": new_name("none"), "S3Key": "k"}),
        "no-bucket",
    ),
    alone(
        "A role that Lambda cannot assume is refused",
        "lambda-intro-execution-role",
        INVALID,
        400,
        "The role defined for the function cannot be assumed by Lambda.",
        lambda cloud: create(cloud, Role=f"arn:aws:iam::{cloud.account_id}:role/not-there"),
        "no-role",
    ),
    alone(
        "Environment variables have 4 KB together",
        "configuration-envvars",
        INVALID,
        400,
        "Lambda was unable to configure your environment variables because the environment "
        'variables you have provided exceeded the 4KB limit. String measured: {"LARGE…',
        lambda cloud: create(cloud, Environment={"Variables": {"LARGE": "x" * 4096}}),
        "large-environment",
    ),
    alone(
        "Lambda's own environment variables cannot be set",
        "configuration-envvars",
        INVALID,
        400,
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys…",
        lambda cloud: create(cloud, Environment={"Variables": {"AWS_REGION": "x"}}),
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
    alone(
        "A function refers to five layers at most",
        "chapter-layers",
        INVALID,
        400,
        "Cannot reference more than 5 layers.",
        lambda cloud: create(
            cloud, Layers=[cloud.arn("lambda", f"layer:none-{n}:1") for n in range(6)]
        ),
        "six-layers",
    ),
    alone(
        "A layer version must be there",
        "chapter-layers",
        INVALID,
        400,
        "Layer version arn:aws:lambda:us-east-1:{account}:layer:none:9 does not exist.",
        lambda cloud: create(cloud, Layers=[cloud.arn("lambda", "layer:none:9")]),
        "no-layer",
    ),
    alone(
        "What is not there is told by its ARN",
        "API_GetFunction",
        MISSING,
        404,
        "Function not found: arn:aws:lambda:us-east-1:{account}:function:none",
        lambda cloud: cloud.client("lambda").get_function(FunctionName="none"),
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
