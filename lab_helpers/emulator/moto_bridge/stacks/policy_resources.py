"""Policies of queues, topics and buckets, and subscriptions, of a stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

import json
from typing import Any

from lab_helpers.emulator.moto_bridge.stacks.resource import StackResource


class StackQueuePolicy(StackResource):
    type_name = "AWS::SQS::QueuePolicy"
    known = frozenset({"PolicyDocument", "Queues"})
    replaced_by = frozenset({"Queues"})

    def make(self) -> None:
        self._set(as_text(self.properties["PolicyDocument"]))

    def change(self, before: dict[str, Any]) -> None:
        self.make()

    def remove(self) -> None:
        self._set("")

    def _set(self, policy: str) -> None:
        for url in self.properties["Queues"]:
            self.api.call("sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": policy})


class StackTopicPolicy(StackResource):
    type_name = "AWS::SNS::TopicPolicy"
    known = frozenset({"PolicyDocument", "Topics"})
    replaced_by = frozenset({"Topics"})

    def make(self) -> None:
        policy = as_text(self.properties["PolicyDocument"])
        for topic in self.properties["Topics"]:
            self.api.call(
                "sns",
                "SetTopicAttributes",
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=policy,
            )

    def change(self, before: dict[str, Any]) -> None:
        self.make()

    def remove(self) -> None:
        """A topic always has a policy: it ends with the topic."""


class StackBucketPolicy(StackResource):
    type_name = "AWS::S3::BucketPolicy"
    known = frozenset({"Bucket", "PolicyDocument"})
    replaced_by = frozenset({"Bucket"})

    def make(self) -> None:
        bucket, policy = self.properties["Bucket"], as_text(self.properties["PolicyDocument"])
        self.api.call("s3", "PutBucketPolicy", Bucket=bucket, Policy=policy)

    def change(self, before: dict[str, Any]) -> None:
        self.make()

    def remove(self) -> None:
        self.api.call("s3", "DeleteBucketPolicy", Bucket=self.properties["Bucket"])


class StackSubscription(StackResource):
    type_name = "AWS::SNS::Subscription"
    known = frozenset(
        {
            *("DeliveryPolicy", "Endpoint", "FilterPolicy", "FilterPolicyScope", "Protocol"),
            *("RawMessageDelivery", "RedrivePolicy", "Region", "SubscriptionRoleArn", "TopicArn"),
        }
    )
    replaced_by = known

    def make(self) -> None:
        whose = {name: self.properties[name] for name in ("TopicArn", "Protocol", "Endpoint")}
        attributes = {
            name: as_text(value)
            for name, value in self.properties.items()
            if name not in whose and name != "Region"
        }
        asked = whose | {"Attributes": attributes, "ReturnSubscriptionArn": True}
        made = self.api.call("sns", "Subscribe", **asked)
        self.physical_resource_id = str(made["SubscriptionArn"])

    def remove(self) -> None:
        self.api.call("sns", "Unsubscribe", SubscriptionArn=self.physical_resource_id)


def as_text(value: Any) -> str:
    """Documents and booleans as SNS and SQS take attributes."""
    return value if isinstance(value, str) else json.dumps(value)


POLICY_RESOURCES: tuple[type[StackResource], ...] = (
    StackQueuePolicy,
    StackTopicPolicy,
    StackBucketPolicy,
    StackSubscription,
)
