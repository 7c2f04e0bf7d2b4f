"""Which runtimes a function may be created with.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.service_model import shape

DEPRECATED = frozenset(
    {
        "dotnetcore1.0",
        "dotnetcore2.0",
        "dotnetcore2.1",
        "dotnetcore3.1",
        "go1.x",
        "java8",
        "nodejs",
        "nodejs4.3",
        "nodejs4.3-edge",
        "nodejs6.10",
        "nodejs8.10",
        "nodejs10.x",
        "nodejs12.x",
        "nodejs14.x",
        "provided",
        "python2.7",
        "python3.6",
        "python3.7",
        "ruby2.5",
        "ruby2.7",
    }
)
"""Runtimes that AWS no longer lets anyone create or update functions with."""

_NO_RUNTIMES = frozenset({"custom"})


def offered_runtimes() -> list[str]:
    """Runtimes that new functions and layers can name, in the model's order."""
    left_out = DEPRECATED | _NO_RUNTIMES
    return [runtime for runtime in shape("Runtime")["enum"] if runtime not in left_out]


def check_runtime(runtime: str, why_not_run: Callable[[str], str]) -> None:
    """Raises LambdaError (``InvalidParameterValueException``): unknown, retired, or not here.

    AWS has every runtime it offers. What this machine cannot run is refused at once, since its
    invocations could only fail.
    """
    if runtime in DEPRECATED:
        raise invalid_parameter(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating "
            "AWS Lambda functions. We recommend you use a supported runtime while creating or "
            "updating functions."
        )
    offered = offered_runtimes()
    if runtime not in offered:
        raise invalid_parameter(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy "
            f"enum value set: [{', '.join(offered)}] or be a valid ARN"
        )
    if reason := why_not_run(runtime):
        raise invalid_parameter(f"The runtime {runtime} cannot run here. {reason}")
