"""A short-lived copy of a learner's function, to try it with settings that no one expects.

The learner's own function keeps its configuration, its environments and its log.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from lab_helpers.grading.deployment_package import Package
from lab_helpers.grading.evidence import Evidence, absent_as_none

COPIED = ("Runtime", "Role", "Handler", "Timeout", "MemorySize", "Architectures")


@contextlib.contextmanager
def function_copy(
    evidence: Evidence, function: Mapping[str, Any], environment: Mapping[str, str]
) -> Iterator[str]:
    """Name of a function with the same code and settings but ``environment`` on top of its own.

    Args:
        function: what GetFunction returned.

    Raises:
        CannotLook: the code cannot be read back.
    """
    configuration = function["Configuration"]
    name = f"dojo-check-{evidence.token()}"
    variables = {**configuration.get("Environment", {}).get("Variables", {}), **environment}
    client = evidence.lambda_client
    settings = {key: configuration[key] for key in COPIED if key in configuration}
    client.create_function(
        FunctionName=name,
        Description="Short-lived copy made by a check of Lambda Dojo; safe to delete",
        Code={"ZipFile": Package.of_function(function).content},
        Environment={"Variables": variables},
        Layers=[layer["Arn"] for layer in configuration.get("Layers", [])],
        **settings,
    )
    try:
        client.get_waiter("function_active_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        yield name
    finally:
        client.delete_function(FunctionName=name)
        group = f"/aws/lambda/{name}"
        absent_as_none(lambda: evidence.logs_client.delete_log_group(logGroupName=group))
