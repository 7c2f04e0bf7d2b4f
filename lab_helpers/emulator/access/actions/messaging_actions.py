"""SQS, SNS and EventBridge.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
"""

from __future__ import annotations

from collections.abc import Mapping

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

_ABOUT_SUBSCRIPTIONS = frozenset(
    {"GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"}
)


def sqs_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """There are no permissions for batches; SQS names its actions in lower case."""
    action = "sqs:" + call.operation.removesuffix("Batch").lower()
    if call.operation == "ListQueues":
        return (Asked(action),)
    if call.operation in ("CreateQueue", "GetQueueUrl"):
        return (Asked(action, call.arn(call.text("QueueName"))),)
    if call.operation in ("StartMessageMoveTask", "ListMessageMoveTasks"):
        return (Asked(action, call.text("SourceArn") or "*"),)
    url = call.text("QueueUrl") or call.request.path  # query requests go to the queue's URL
    return (Asked(action, call.arn(url.rsplit("/", 1)[-1])),)


def sns_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """SNS names its actions with ``SNS:``; a subscription's resource is its topic."""
    action = "SNS:" + call.operation.removesuffix("Batch")
    if call.operation == "CreateTopic":
        resource = call.arn(call.text("Name"))
    elif call.operation in _ABOUT_SUBSCRIPTIONS:
        resource = call.text("SubscriptionArn").rpartition(":")[0]
    elif call.operation == "Publish":
        resource = call.text("TopicArn", "TargetArn", "PhoneNumber")
    else:
        resource = call.text("ResourceArn" if "Tag" in call.operation else "TopicArn")
    context = present(
        {"sns:protocol": call.text("Protocol"), "sns:endpoint": call.text("Endpoint")}
    )
    return (Asked(action, resource or "*", context=context),)


def events_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """PutEvents asks for each entry's bus; targets with a role ask for ``iam:PassRole``."""
    action = f"events:{call.operation}"
    if call.operation == "PutEvents":
        return _put_events(call, action)
    rule = call.text("Name" if call.operation.endswith("Rule") else "Rule")
    bus = call.text("EventBusName").rsplit("/", 1)[-1]
    if "EventBus" in call.operation:
        bus = call.text("Name", "EventBusName").rsplit("/", 1)[-1]
        return (Asked(action, call.arn(f"event-bus/{bus or 'default'}")),)
    if not rule:
        return (Asked(action, call.text("ResourceARN") or "*"),)
    place = f"{bus}/" if bus not in ("", "default") else ""
    asked = Asked(action, call.arn(f"rule/{place}{rule}"))
    targets = call.parameters.get("Targets")
    roles = [call.text("RoleArn")] + [
        str(target.get("RoleArn") or "")
        for target in (targets if isinstance(targets, list) else [])
        if isinstance(target, Mapping)
    ]
    passed = present({"iam:passedtoservice": "events.amazonaws.com"})
    passing = {role: Asked("iam:PassRole", role, context=passed) for role in roles if role}
    return (asked, *passing.values())


def _put_events(call: ApiRequest, action: str) -> tuple[Asked, ...]:
    entries = call.parameters.get("Entries")
    asked: dict[tuple[str, str, str], Asked] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, Mapping):
            continue
        bus = str(entry.get("EventBusName") or "default")
        source, detail_type = str(entry.get("Source") or ""), str(entry.get("DetailType") or "")
        context = present({"events:source": source, "events:detail-type": detail_type})
        arn = call.arn_or(bus, "event-bus/")
        asked[arn, source, detail_type] = Asked(action, arn, context=context)
    return tuple(asked.values()) or (Asked(action, call.arn("event-bus/default")),)
