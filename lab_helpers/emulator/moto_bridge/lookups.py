"""What Lambda's control plane looks up in other services when it checks a request.

Asked while Lambda's lock is held, so moto's lock is not taken: each look is one step into a
dictionary.
"""

from __future__ import annotations

from typing import Any

import moto.backends
from moto.sqs.models import sqs_backends

from lab_helpers.arns import Arn


class EventSources:
    """Queues and streams behind event source mappings."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def queue_visibility_timeout_s(self, arn: str) -> int | None:
        """None where there is no such queue."""
        parsed = Arn.parse(arn)
        queue = sqs_backends[self._account_id][parsed.region].queues.get(parsed.resource)
        return None if queue is None else int(queue.visibility_timeout)

    def stream_exists(self, arn: str) -> bool:
        """Whether there is a Kinesis or DynamoDB stream with this ARN."""
        parsed = Arn.parse(arn)
        backend = moto.backends.get_backend(parsed.service)[self._account_id][parsed.region]
        if parsed.service == "kinesis":
            # stream/NAME, or stream/NAME/consumer/CONSUMER:TIME for enhanced fan-out
            name, _, consumer = parsed.resource.removeprefix("stream/").partition("/")
            stream = backend.streams.get(name)
            return stream is not None and (
                not consumer or any(one.consumer_arn == arn for one in stream.consumers)
            )
        tables = list(backend.tables.values())
        return any(table.latest_stream_label and _stream_arn(table) == arn for table in tables)


class Network:
    """Subnets and security groups of a function's VpcConfig.

    EC2 takes a third of a second to import and few learners need it: it is loaded when asked for.
    """

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def vpc_of_subnet(self, region: str, subnet_id: str) -> str | None:
        """None where there is no such subnet."""
        zones = self._ec2(region).subnets.values()
        subnet = next((zone[subnet_id] for zone in list(zones) if subnet_id in zone), None)
        return None if subnet is None else str(subnet.vpc_id)

    def security_group_exists(self, region: str, group_id: str) -> bool:
        groups = self._ec2(region).groups.values()
        return any(group_id in of_vpc for of_vpc in list(groups))

    def _ec2(self, region: str) -> Any:
        return moto.backends.get_backend("ec2")[self._account_id][region]


def _stream_arn(table: Any) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"
