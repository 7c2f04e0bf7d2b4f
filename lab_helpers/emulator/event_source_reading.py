"""Event source mappings, put together: what the control plane keeps, and who reads for it."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.clock import Clock
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import EventSourceMapping
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.mapping_positions import keep_positions
from lab_helpers.emulator.event_sources.batch_invoker import BatchInvoker
from lab_helpers.emulator.event_sources.checkpoints import Checkpoints
from lab_helpers.emulator.event_sources.dynamodb_stream_poller import dynamodb_stream_poller
from lab_helpers.emulator.event_sources.failed_batches import FailedBatches
from lab_helpers.emulator.event_sources.filter_patterns import is_filter_pattern
from lab_helpers.emulator.event_sources.kinesis_poller import kinesis_poller
from lab_helpers.emulator.event_sources.mapping_pollers import MappingPollers, Poller
from lab_helpers.emulator.event_sources.sources import StreamSource
from lab_helpers.emulator.event_sources.sqs_poller import SqsPoller
from lab_helpers.emulator.event_sources.stream_poller import StreamReading
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.lambda_data_plane import LambdaDataPlane
from lab_helpers.emulator.moto_bridge.sqs.queue_polling import Queues
from lab_helpers.emulator.moto_bridge.stream_reading import DynamoDBStreams, KinesisStreams

OnLoop = Callable[[Callable[[], object]], None]
"""Runs a call on the event loop, from whichever thread."""


class EventSourceReading:
    """The pollers of one cloud; ``close`` ends them, new mappings start new ones."""

    def __init__(
        self,
        control_plane: LambdaControlPlane,
        data_plane: LambdaDataPlane,
        journal: Journal,
        clock: Clock,
        on_loop: OnLoop,
    ) -> None:
        account_id = control_plane.state.account_id
        self._control_plane = control_plane
        self._clock = clock
        self._waits = data_plane.waits
        self._invoker = BatchInvoker(
            data_plane.invoker,
            control_plane.resolve,
            journal,
            data_plane.metrics,
            data_plane.role_may,
        )
        self._failures = FailedBatches(self._invoker, data_plane.deliver)
        self._checkpoints = Checkpoints()
        self._queues = Queues(account_id, self._told_of_source)
        self._kinesis = KinesisStreams(account_id, self._told_of_source)
        self._dynamodb = DynamoDBStreams(account_id, self._told_of_source)
        self._on_loop = on_loop
        self._pollers = MappingPollers(
            control_plane.event_source_mappings,
            self._poller,
            self._checkpoints.forget,
            clock,
            journal,
        )
        for source in (self._queues, self._kinesis, self._dynamodb):
            source.install()
        control_plane.state.is_filter_pattern = is_filter_pattern
        control_plane.on_event_source_mapping_changed(self._told_of_mapping)

    def keep_positions(self, store: AccountStore) -> None:
        """Go on reading where the account's last run ended; write down how far it goes."""
        keep_positions(store, self._checkpoints)

    def follow(self, region: str, uuid: str) -> None:
        """Read for a mapping that is there already. On the loop."""
        self._pollers.mapping_changed(region, uuid)

    async def close(self) -> None:
        """End every poller and what it is at."""
        await self._pollers.close()

    def _told_of_mapping(self, mapping: EventSourceMapping) -> None:
        region, uuid = mapping.region, mapping.uuid
        self._on_loop(lambda: self._pollers.mapping_changed(region, uuid))

    def _told_of_source(self, source_arn: str) -> None:
        self._on_loop(lambda: self._pollers.source_changed(source_arn))

    def _poller(self, mapping: EventSourceMapping) -> Poller | None:
        """None for the sources that this cloud does not have: Kafka, MQ, DocumentDB."""
        match (mapping.event_source_arn or "::").split(":")[2]:
            case "sqs":
                return SqsPoller(mapping, self._queues, self._invoker, self._clock, self._waits)
            case "kinesis":
                return kinesis_poller(mapping, self._stream_reading(self._kinesis))
            case "dynamodb":
                return dynamodb_stream_poller(mapping, self._stream_reading(self._dynamodb))
            case _:
                return None

    def _stream_reading(self, source: StreamSource) -> StreamReading:
        return StreamReading(
            source,
            self._invoker,
            self._failures,
            self._checkpoints,
            self._clock,
            self._waits,
            self._report,
        )

    def _report(self, mapping: EventSourceMapping, result: str) -> None:
        self._control_plane.mapping_processed(mapping.region, mapping.uuid, result)
