"""How long a log group keeps its events, set through boto3."""

from __future__ import annotations

import pytest

from tests.cloud_process import CloudProcess


def test_only_certain_numbers_of_days_are_allowed(cloud: CloudProcess) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/kept")
    try:
        logs.put_retention_policy(logGroupName="/kept", retentionInDays=14)
        with pytest.raises(logs.exceptions.InvalidParameterException, match="Value '13'"):
            logs.put_retention_policy(logGroupName="/kept", retentionInDays=13)
        (group,) = logs.describe_log_groups(logGroupNamePrefix="/kept")["logGroups"]
        assert group["retentionInDays"] == 14
    finally:
        logs.delete_log_group(logGroupName="/kept")
