"""What an ARN at the end of a connection stands for, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.notebook.map.arns import place_of, service_of
from lab_helpers.notebook.map.cloud_records import CloudState
from lab_helpers.notebook.map.graph import Node

_KINDS = {
    "lambda": "function",
    "s3": "bucket",
    "sqs": "queue",
    "sns": "topic",
    "events": "bus",
    "dynamodb": "table",
    "kinesis": "stream",
}


def node_of(arn: str) -> Node:
    """A resource that only its ARN is known of. A stream of a table stands for the table."""
    kind = _KINDS.get(service_of(arn), "other")
    last = arn.split(":", 5)[-1]
    if kind in ("table", "stream", "bus"):
        name = last.split("/")[1] if "/" in last else last
    else:
        name = last.removeprefix("function:")
    if kind == "function" and ":" in name:
        kind = "alias"
    return Node(arn, kind, name)


class FarEnds:
    """Describes an end that nothing has drawn so far; only what was looked for can be missing."""

    def __init__(self, state: CloudState, say: Callable[..., str], account_id: str) -> None:
        self.account_id = account_id
        self._say = say
        self._unread = set(state.unread)
        functions = {str(one["FunctionArn"]): str(one["FunctionName"]) for one in state.functions}
        qualified = {
            f"{arn}:{number}"
            for arn, name in functions.items()
            for number in ("$LATEST", *state.versions.get(name, []))
        }
        self._known = {*functions, *qualified, *state.queues, *state.topics}
        self._names = {"table": set(state.tables), "stream": set(state.streams)}
        own = [*functions, *state.queues, *state.topics]
        self._region = place_of(own[0])[0] if own else ""

    def __call__(self, arn: str) -> Node:
        node = node_of(arn)
        region, account = place_of(arn)
        if account and account != self.account_id:
            node.details = [self._say("other_account", account=account)]
        elif region and self._region and region != self._region:
            node.details = [region]
        else:
            node.missing = not self._is_there(node)
        return node

    def _is_there(self, node: Node) -> bool:
        if node.kind in ("other", "bus") or service_of(node.id) in self._unread:
            return True  # nobody looked
        if node.kind in self._names:
            return node.name in self._names[node.kind]
        return node.id in self._known
