"""The whole embedded cloud, put together: rooms are built here and nowhere else."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lab_helpers.arns import function_arn
from lab_helpers.clock import Clock, SystemClock
from lab_helpers.emulator import owner_routes
from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.cloudwatch.metric_store import MetricStore
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.denials import Denials
from lab_helpers.emulator.durability.account_key import keep_key
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.environment_specs import EnvironmentSpecs
from lab_helpers.emulator.event_source_reading import EventSourceReading
from lab_helpers.emulator.front import Front
from lab_helpers.emulator.front_doors.function_urls import FunctionUrls
from lab_helpers.emulator.function_logs import FunctionLogs
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.invocation.deliveries import Delivery, Origin
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.kept_account import KeptAccount
from lab_helpers.emulator.lambda_data_plane import LambdaDataPlane
from lab_helpers.emulator.lambda_service import LambdaService
from lab_helpers.emulator.moto_bridge import (
    remembered_helpers,
    request_reading,
    trust_policies,
    user_boundaries,
)
from lab_helpers.emulator.moto_bridge.bucket_events import BucketEvents
from lab_helpers.emulator.moto_bridge.deliveries import Deliveries
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.identities import Identities
from lab_helpers.emulator.moto_bridge.lookups import EventSources, Network
from lab_helpers.emulator.moto_bridge.services import (
    OtherServices,
    forget_everything,
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
CODE_PREFIX = "/_lambda/code/"


Deliver = Callable[[Delivery, Origin], None]


class Cloud:
    """One account of AWS on this machine.

    Args:
        front: what answers at the endpoint.
        data_dir: a folder of this process's own; removed at the end.
        account: where what the learner makes is kept; None: it is forgotten at the end.
        on_stop: called when a client asks the cloud to stop.
    """

    def __init__(
        self,
        settings: Settings,
        front: Front,
        data_dir: Path,
        *,
        clock: Clock | None = None,
        account: AccountStore | None = None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self._account = None if account is None else KeptAccount(account)
        self._front = front
        self.key = front.key
        self.endpoint_url = front.endpoint_url
        self._data_dir = data_dir
        self._clock = clock or SystemClock()
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
        self._owner_routes = owner_routes.OwnerRoutes(
            self.key.secret_access_key, self.journal, self._denials, self.reset, on_stop
        )
        self._runtime.serve_cloud_at = front.http.serve_at

    async def start(self) -> None:
        """Answer requests from now on, with all that the account held when it was last open."""
        if self._account is not None:
            self._account.restore()
        self._loop = asyncio.get_running_loop()
        self._let_the_learner_in()
        await self._runtime.start()
        if self._account is not None:
            self._take_up(self._account)
        self._front.open(self.answer)
        await self._front.start()

    async def stop(self) -> None:
        """End every function process, the queue and the server; remove the data folder."""
        await self._end_all_work()
        await self._runtime.close()
        await self._front.stop()
        self._path.close()
        if self._account is not None:
            self._account.close()
        forget_everything()
        shutil.rmtree(self._data_dir, ignore_errors=True)

    async def reset(self) -> None:
        """An empty account with the same credentials."""
        await self._end_all_work()
        forget_everything()
        self._metrics.clear()
        if self._account is not None:
            self._account.clear()
        self._denials.forget()
        self._identities.forget_sessions()
        self._let_the_learner_in()
        with self._control_plane.state.lock:
            self._control_plane.state.regions.clear()
            self._data_plane.reservations_changed()
            self._control_plane.state.code_store.prune(())

    async def _end_all_work(self) -> None:
        await self._sources.close()
        await self._push_services.close()
        await self._data_plane.queue.close()
        await self._data_plane.provisioner.close()
        await self._pool.close()

    def _let_the_learner_in(self) -> None:
        self._identities.add_learner(self.key.access_key_id, self.key.secret_access_key)
        if self._account is not None:
            keep_key(self._account.store, self.key.access_key_id, self.key.secret_access_key)

    def _take_up(self, account: KeptAccount) -> None:
        """Go on where the last run ended: mappings are read, events attempted, schedules kept."""
        account.take_up(self._control_plane.state)
        account.keep_metrics(self._metrics)
        self._sources.keep_positions(account.store)
        for region, state in self._control_plane.state.regions.items():
            for uuid in state.event_source_mappings:
                self._sources.follow(region, uuid)
            for function in state.functions.values():
                if function.provisioned:
                    self._data_plane.provisioner.follow(region, function.name)
        self._data_plane.queue.resume()
        self._push_services.resume()

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

    async def answer(self, request: Request) -> Response:
        """One request, as the endpoint answers it."""
        if (returned := await self._urls.answer(request)) is not None:
            return returned
        if request.raw_path.startswith(owner_routes.PREFIX):
            return await self._owner_routes.answer(request)
        if request.raw_path.startswith(CODE_PREFIX):
            return self._code(request.raw_path.removeprefix(CODE_PREFIX))
        return await self._path.answer(request)

    def _keep_lambda(self, region: str, kind: str, name: str) -> None:
        """Lambda's records have changed: this one, or without a kind any of the Region."""
        self._data_plane.reservations_changed()
        records = self._account.lambda_records if self._account is not None else None
        if records is not None and kind:
            records.save_one(region, kind, name)
        elif records is not None:
            records.save(region)

    def _code(self, token: str) -> Response:
        try:
            package = self._control_plane.download(token)
        except LambdaError as error:
            return error.response("")
        return Response(200, Headers([("Content-Type", "application/zip")]), package)

    def _environment_stale(self, region: str, function_name: str, version: str) -> None:
        arn = function_arn(region, self.settings.account_id, function_name)
        self._on_loop(lambda: self._pool.discard(arn, version))

    def _on_loop(self, work: Callable[[], object]) -> None:
        """moto and the control plane call from threads; the pool and the queue live on the loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)
