"""A short-lived copy of a learner's function, to try it with settings that no one expects.

The learner's own function keeps its configuration, its environments and its log: a check neither
moves its counters nor leaves invocations that the learner did not make.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lab_helpers.grading.deployment_package import Package
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import CannotLook

COPIED = ("Runtime", "Role", "Handler", "Timeout", "MemorySize", "Architectures")
LOGGING_COPIED = ("LogFormat", "ApplicationLogLevel", "SystemLogLevel")
"""Not the log group: a copy's lines do not belong among the learner's own."""


@contextlib.contextmanager
def function_copy(
    evidence: Evidence,
    function: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    logging: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Name of a function with the same code and settings.

    Args:
        function: what GetFunction returned.
        environment: variables on top of the function's own.
        logging: settings of ``LoggingConfig`` on top of the function's own.

    Raises:
        CannotLook: the code cannot be read back, or no copy can be created.
    """
    configuration = function["Configuration"]
    name = f"dojo-check-{evidence.token()}"
    own = configuration.get("Environment", {}).get("Variables", {})
    client = evidence.lambda_client
    settings = {key: configuration[key] for key in COPIED if key in configuration}
    logs = configuration.get("LoggingConfig", {})
    if log_settings := {key: logs[key] for key in LOGGING_COPIED if key in logs}:
        settings["LoggingConfig"] = {**log_settings, **(logging or {})}
    try:
        client.create_function(
            FunctionName=name,
            Description="Short-lived copy made by a check of Lambda Dojo; safe to delete",
            Code={"ZipFile": Package.of_function(function).content},
            Environment={"Variables": {**own, **(environment or {})}},
            Layers=[layer["Arn"] for layer in configuration.get("Layers", [])],
            **settings,
        )
    except ClientError as error:  # the role is gone, or the account has no room
        raise CannotLook(f"a copy of the function cannot be created: {error}") from error
    try:
        client.get_waiter("function_active_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        yield name
    finally:
        client.delete_function(FunctionName=name)
        group = f"/aws/lambda/{name}"
        absent_as_none(lambda: evidence.logs_client.delete_log_group(logGroupName=group))
