"""CloudWatch and CloudWatch Logs.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

_GROUP_MEMBERS = (
    "logGroupName",
    "logGroupNames",
    "logGroupIdentifier",
    "logGroupIdentifiers",
    "logGroupNamePrefix",
    "logGroupArn",
    "resourceArn",
)
_ABOUT_ALARMS = ("Alarm", "Alarms", "AlarmActions", "AlarmHistory", "AlarmState")


def cloudwatch_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """Alarms are resources; metrics are not."""
    action = f"cloudwatch:{call.operation}"
    name = call.text("AlarmName", "AlarmNames.member.1")
    many = call.parameters.get("AlarmNames")
    names = [str(one) for one in many] if isinstance(many, list) else [name] if name else []
    if names and call.operation.endswith(_ABOUT_ALARMS):
        return tuple(Asked(action, call.arn(f"alarm:{one}", "cloudwatch")) for one in names)
    namespace = call.text("Namespace") if call.operation == "PutMetricData" else ""
    return (Asked(action, context=present({"cloudwatch:namespace": namespace})),)


def logs_actions(call: ApiRequest) -> tuple[Asked, ...]:
    action = f"logs:{call.operation}"
    stream = call.text("logStreamName", "logStreamNamePrefix")
    account = call.arn("")[:-1]
    groups = dict.fromkeys(_groups(call))  # each that is named, in whichever member
    return tuple(log_action(action, account, group, stream) for group in groups) or (
        log_action(action, account, ""),
    )


def _groups(call: ApiRequest) -> Iterator[str]:
    for member in _GROUP_MEMBERS:
        value = call.parameters.get(member)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one:
                name = one.removesuffix(":*").partition(":log-group:")[2]
                yield name if one.startswith("arn:") else one


def log_action(action: str, account: str, group: str, stream: str = "") -> Asked:
    """An action on a log group or stream; policies name groups with ``:*`` or without.

    Args:
        account: the beginning of the ARN, ``arn:aws:logs:us-east-1:123456789012``.
    """
    resource = f"{account}:log-group:{group}"
    return Asked(action, f"{resource}:log-stream:{stream}", (resource,))
