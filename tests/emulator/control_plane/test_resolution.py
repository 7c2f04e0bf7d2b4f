"""From a function reference to the version that runs."""

from __future__ import annotations

from typing import Any

import pytest

from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    REGION,
)


def weights(**shares: float) -> dict[str, Any]:
    return {"AdditionalVersionWeights": {name[1:]: share for name, share in shares.items()}}


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
