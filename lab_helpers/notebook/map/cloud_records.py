"""What is in the cloud: boto3's answers, by what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.notebook.map.apis import Api

Record = Mapping[str, Any]


@dataclass
class CloudState:
    """boto3's answers, by what they are about.

    Attributes:
        policies: function ARN, qualified or not → the statements of its resource-based policy.
        aliases: function name → its aliases.
        versions: function name → numbers of its published versions.
        asynchronous: function name → its asynchronous settings, where it has some.
        notifications: bucket → its notification configuration.
        queues: queue ARN → its attributes.
        topics: topic ARN → the statements of its policy.
        targets: rule name → its targets.
        urls: function ARN, qualified or not → the settings of its function URL.
        roles: ARNs of the roles that exist, of those that functions have.
        allowed: (role ARN, action, resource) → whether the role's policies allow it.
        unread: services that this backend did not answer for, with its words.
    """

    functions: list[Record] = field(default_factory=list)
    policies: dict[str, list[Record]] = field(default_factory=dict)
    aliases: dict[str, list[Record]] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    asynchronous: dict[str, Record] = field(default_factory=dict)
    mappings: list[Record] = field(default_factory=list)
    notifications: dict[str, Record] = field(default_factory=dict)
    queues: dict[str, Record] = field(default_factory=dict)
    topics: dict[str, list[Record]] = field(default_factory=dict)
    subscriptions: list[Record] = field(default_factory=list)
    rules: list[Record] = field(default_factory=list)
    targets: dict[str, list[Record]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    urls: dict[str, Record] = field(default_factory=dict)
    apis: list[Api] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    allowed: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
