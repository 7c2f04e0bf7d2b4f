"""Permissions, destinations and URLs that Lambda refuses."""

from __future__ import annotations

from typing import Any

from tests.parity.clouds import ParityCloud
from tests.parity.refusal_cases import CONFLICT, INVALID, MISSING, ONE_ERROR, VALIDATION, case


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
