"""Requests about versions, aliases and concurrency that Lambda refuses."""

from __future__ import annotations

from tests.parity.clouds import ParityCloud
from tests.parity.refusal_cases import CONFLICT, INVALID, MISSING, case

ALIASES = "configuring-alias-routing"


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
