"""The rooms of one account, put together: they are built here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lab_helpers.arns import function_arn
from lab_helpers.clock import Clock
from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.cloudwatch.metric_store import MetricStore
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.denials import Denials
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.endpoint.front import Front
from lab_helpers.emulator.environment_specs import EnvironmentSpecs
from lab_helpers.emulator.event_source_reading import EventSourceReading
from lab_helpers.emulator.front_doors.function_urls import FunctionUrls
from lab_helpers.emulator.function_logs import FunctionLogs
from lab_helpers.emulator.invocation.deliveries import Delivery, Origin
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.kept_account import KeptAccount
from lab_helpers.emulator.lambda_data_plane import LambdaDataPlane
from lab_helpers.emulator.lambda_service import LambdaService
from lab_helpers.emulator.moto_bridge import remembered_helpers, request_reading
from lab_helpers.emulator.moto_bridge.deliveries import Deliveries
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.iam import trust_policies, user_boundaries
from lab_helpers.emulator.moto_bridge.iam.identities import Identities
from lab_helpers.emulator.moto_bridge.lookups import EventSources, Network
from lab_helpers.emulator.moto_bridge.s3 import bucket_policies
from lab_helpers.emulator.moto_bridge.s3.bucket_events import BucketEvents
from lab_helpers.emulator.moto_bridge.services import (
    OtherServices,
)
from lab_helpers.emulator.permissions import Permissions
from lab_helpers.emulator.push_services import PushServices
from lab_helpers.emulator.push_sources import PushSources
from lab_helpers.emulator.request_path import RequestPath
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.s3_service import S3Service
from lab_helpers.emulator.stack_access import StackAccess
from lab_helpers.emulator.stack_calls import StackCalls
from lab_helpers.emulator.url_access import UrlAccess
from lab_helpers.settings import Settings

LAMBDA_PRINCIPAL = "lambda.amazonaws.com"

Deliver = Callable[[Delivery, Origin], None]


class Rooms:
    """Everything that a cloud consists of, and what one room is told by another.

    Args:
        front: what answers at the endpoint.
        data_dir: a folder of this process's own.
        account: where what the learner makes is kept; None: it is forgotten at the end.
    """

    def __init__(
        self,
        settings: Settings,
        front: Front,
        data_dir: Path,
        clock: Clock,
        account: AccountStore | None,
    ) -> None:
        self.settings = settings
        self._account = None if account is None else KeptAccount(account)
        self._front = front
        self.key = front.key
        self.endpoint_url = front.endpoint_url
        self._data_dir = data_dir
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self.journal = front.journal
        self._denials = Denials(self.journal)
        self._identities = Identities(settings.account_id, settings.region)
        self._metrics = MetricStore()
        self._other = OtherServices(settings.account_id)
        self._runtime = RuntimeHost(self._clock)
        self._control_plane = self._new_control_plane()
        self._permissions = self._new_permissions()
        self._pool = self._new_pool()
        deliver = Deliveries(settings.account_id).deliver
        self._data_plane = self._new_data_plane(deliver)
        push = self._new_push_sources()
        self._push_services = self._new_push_services(push, deliver)
        self._path = self._new_path(push)
        self._sources = EventSourceReading(
            self._control_plane, self._data_plane, self.journal, self._clock, self._on_loop
        )
        self._runtime.serve_cloud_at = front.http.serve_at

    def _new_control_plane(self) -> LambdaControlPlane:
        plane = LambdaControlPlane(
            self.settings.account_id,
            self._clock,
            CodeStore((self._account.folder if self._account else self._data_dir) / "code"),
            partial(self._other.read_code, self.settings.region),
            lambda role_arn: self._permissions.role_trusts(role_arn, LAMBDA_PRINCIPAL),
            self.endpoint_url,
            event_sources=EventSources(self.settings.account_id),
            network=Network(self.settings.account_id),
            concurrency_limit=self.settings.account_concurrency,
        )
        plane.on_environment_stale(self._environment_stale)
        plane.state.why_not_run = self._runtime.why_not
        plane.state.principal_exists = partial(trust_policies.iam_knows, plane.state.account_id)
        return plane

    def _new_permissions(self) -> Permissions:
        permissions = Permissions(
            self.settings, self._control_plane, self._identities, self._clock, self._denials
        )
        self._control_plane.state.role_may = permissions.role_may
        return permissions

    def _new_pool(self) -> EnvironmentPool:
        account_id = self.settings.account_id
        specs = EnvironmentSpecs(self._control_plane, self._identities, self.endpoint_url)
        logs = FunctionLogs(account_id, self._permissions, self._denials, self.journal)
        return EnvironmentPool(self._runtime, specs.spec_of, logs.stream_of, self._clock)

    def _new_push_sources(self) -> PushSources:
        return PushSources(
            self.settings.account_id,
            self._control_plane,
            self._data_plane.queue,
            self.journal,
            self._denials,
            self._on_loop,
        )

    def _new_data_plane(self, deliver: Deliver) -> LambdaDataPlane:
        return LambdaDataPlane(
            self._control_plane,
            self._pool,
            self.journal,
            self._clock,
            self.settings.time_scale,
            deliver,
            self._metrics.put,
            self._permissions.role_may,
            self._account.events if self._account else None,
        )

    def _new_push_services(self, push: PushSources, deliver: Deliver) -> PushServices:
        services = PushServices(
            self.settings.account_id,
            push,
            deliver,
            self._metrics,
            self.journal,
            self._data_plane.waits,
            self._permissions.role_trusts,
            self._permissions.role_may,
            self._permissions.service_may,
        )
        services.install()
        BucketEvents(
            self._clock,
            self._other,
            push.deliver_from_bucket,
            services.buses.put,
            self._permissions.bucket_may_publish,
        ).install()
        request_reading.install()
        remembered_helpers.install()
        user_boundaries.install()
        trust_policies.install()
        bucket_policies.install()
        return services

    def _new_path(self, push: PushSources) -> RequestPath:
        data_plane = self._data_plane
        moto = MotoServices(self.settings.account_id, self._identities.known_to_moto_as)
        lambda_service = LambdaService(
            self._control_plane, data_plane.api, data_plane.provisioner, self._keep_lambda
        )
        s3_service = S3Service(
            push.bucket_may_invoke,
            self._other.destination_exists,
            self._other.bucket_region,
            self._permissions.bucket_may_publish,
        )
        stack_access = StackAccess(self._permissions, self._denials)
        StackCalls(
            lambda_service, moto, s3_service, stack_access, self.endpoint_url, self._on_loop
        ).install()
        authentication = Authentication(
            self._clock, self._identities.owner_of, self.settings.region
        )
        access = UrlAccess(self.settings, authentication, self._permissions, self._denials)
        self._urls = FunctionUrls(
            self._control_plane, self._data_plane.invoker, access, self._clock.now
        )
        return RequestPath(
            authentication,
            self._permissions,
            self._denials,
            moto,
            lambda_service,
            s3_service,
            self.journal,
            self._clock,
            self.endpoint_url,
            data_plane.invoker.request_behind,
        )

    def _keep_lambda(self, region: str, kind: str, name: str) -> None:
        """Lambda's records have changed: this one, or without a kind any of the Region."""
        self._data_plane.reservations_changed()
        records = self._account.lambda_records if self._account is not None else None
        if records is not None and kind:
            records.save_one(region, kind, name)
        elif records is not None:
            records.save(region)

    def _environment_stale(self, region: str, function_name: str, version: str) -> None:
        arn = function_arn(region, self.settings.account_id, function_name)
        self._on_loop(lambda: self._pool.discard(arn, version))

    def _on_loop(self, work: Callable[[], object]) -> None:
        """moto and the control plane call from threads; the pool and the queue live on the loop."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        try:
            is_on_loop = asyncio.get_running_loop() is loop
        except RuntimeError:  # in a thread
            is_on_loop = False
        if is_on_loop:
            loop.call_soon(work)  # spares the byte through a pipe that would wake it
        else:
            loop.call_soon_threadsafe(work)
