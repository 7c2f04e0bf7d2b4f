"""The whole embedded cloud, put together: rooms are built here and nowhere else."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.arns import function_arn
from lab_helpers.clock import Clock, SystemClock
from lab_helpers.emulator import owner_routes
from lab_helpers.emulator.access.authentication import Authentication
from lab_helpers.emulator.asgi import CloudApp
from lab_helpers.emulator.cloudwatch.metric_store import MetricStore
from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.state import S3ObjectError
from lab_helpers.emulator.denials import Denials
from lab_helpers.emulator.environment_specs import EnvironmentSpecs
from lab_helpers.emulator.event_source_reading import EventSourceReading
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.invocation.environments import EnvironmentPool
from lab_helpers.emulator.invocation.log_stream import LogStream
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.lambda_data_plane import LambdaDataPlane
from lab_helpers.emulator.lambda_service import LambdaService
from lab_helpers.emulator.moto_bridge import request_reading
from lab_helpers.emulator.moto_bridge.bucket_events import BucketEvents
from lab_helpers.emulator.moto_bridge.deliveries import Deliveries
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.identities import Identities
from lab_helpers.emulator.moto_bridge.log_events import CloudWatchLogs
from lab_helpers.emulator.moto_bridge.lookups import EventSources, Network
from lab_helpers.emulator.moto_bridge.services import (
    NoSuchBucketError,
    NoSuchKeyError,
    OtherServices,
    forget_everything,
)
from lab_helpers.emulator.permissions import Permissions, RoleLogs
from lab_helpers.emulator.push_services import PushServices
from lab_helpers.emulator.push_sources import PushSources
from lab_helpers.emulator.request_path import RequestPath
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.platform_events import PlatformEvent
from lab_helpers.emulator.runtime.spec import EnvironmentSpec
from lab_helpers.emulator.s3_service import S3Service
from lab_helpers.emulator.server import HOST, HttpServer, bind
from lab_helpers.settings import Settings

LAMBDA_PRINCIPAL = "lambda.amazonaws.com"
CODE_PREFIX = "/_lambda/code/"


@dataclass(frozen=True)
class RootKey:
    """The learner's access key."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    @classmethod
    def random(cls) -> RootKey:
        letters = string.ascii_uppercase + "234567"
        key_id = "AKIA" + "".join(secrets.choice(letters) for _ in range(16))
        return cls(key_id, secrets.token_urlsafe(30))


class Cloud:
    """One account of AWS on this machine.

    Args:
        data_dir: a folder of this cloud's own, for code and for functions' ``/tmp``.
        on_stop: called when a client asks the cloud to stop.
    """

    def __init__(
        self,
        settings: Settings,
        data_dir: Path,
        *,
        port: int = 0,
        key: RootKey | None = None,
        clock: Clock | None = None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.key = key or RootKey.random()
        self._listener = bind(port)
        self.port: int = self._listener.getsockname()[1]
        self.endpoint_url = f"http://{HOST}:{self.port}"
        self._data_dir = data_dir
        self._clock = clock or SystemClock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.journal = Journal(self._clock)
        self._denials = Denials(self.journal)
        self._identities = Identities(settings.account_id, settings.region)
        self._metrics = MetricStore()
        self._other = OtherServices(settings.account_id)
        self._logs = CloudWatchLogs(settings.account_id)
        self._runtime = RuntimeHost(self._clock)
        self._control_plane = self._new_control_plane()
        self._permissions = Permissions(
            settings, self._control_plane, self._identities, self._clock, self._denials
        )
        self._control_plane.state.role_may = self._permissions.role_may
        specs = EnvironmentSpecs(self._control_plane, self._identities, self.endpoint_url)
        self._pool = EnvironmentPool(self._runtime, specs.spec_of, self._log_of, self._clock)
        self._data_plane, self._push_services, self._path = self._wire()
        self._sources = EventSourceReading(
            self._control_plane, self._data_plane, self.journal, self._clock, self._on_loop
        )
        routes = owner_routes.OwnerRoutes(
            self.key.secret_access_key, self.journal, self._denials, self.reset, on_stop
        )
        self._owner_routes = routes
        self._http = HttpServer(CloudApp(self._answer), self._listener)

    async def start(self) -> None:
        """Answer requests from now on."""
        self._loop = asyncio.get_running_loop()
        self._identities.add_learner(self.key.access_key_id, self.key.secret_access_key)
        await self._runtime.start()
        await self._http.start()

    async def stop(self) -> None:
        """End every function process, the queue and the server; remove the data folder."""
        await self._sources.close()
        await self._push_services.close()
        await self._data_plane.queue.close()
        await self._data_plane.provisioner.close()
        await self._pool.close()
        await self._runtime.close()
        await self._http.stop()
        self._path.close()
        forget_everything()
        shutil.rmtree(self._data_dir, ignore_errors=True)

    async def reset(self) -> None:
        """An empty account with the same credentials."""
        await self._sources.close()
        await self._push_services.close()
        await self._data_plane.queue.close()
        await self._data_plane.provisioner.close()
        await self._pool.close()
        forget_everything()
        self._metrics.clear()
        self._denials.forget()
        self._identities.forget_sessions()
        self._identities.add_learner(self.key.access_key_id, self.key.secret_access_key)
        with self._control_plane.state.lock:
            self._control_plane.state.regions.clear()
            self._control_plane.state.code_store.prune(())

    def _new_control_plane(self) -> LambdaControlPlane:
        plane = LambdaControlPlane(
            self.settings.account_id,
            self._clock,
            CodeStore(self._data_dir / "code"),
            self._read_code,
            lambda role_arn: self._permissions.role_trusts(role_arn, LAMBDA_PRINCIPAL),
            self.endpoint_url,
            event_sources=EventSources(self.settings.account_id),
            network=Network(self.settings.account_id),
            concurrency_limit=self.settings.account_concurrency,
        )
        plane.on_environment_stale(self._environment_stale)
        plane.state.why_not_run = self._runtime.why_not
        return plane

    def _wire(self) -> tuple[LambdaDataPlane, PushServices, RequestPath]:
        """From the control plane to the HTTP path: who calls whom."""
        plane, account_id = self._control_plane, self.settings.account_id
        deliver, trusts = Deliveries(account_id).deliver, self._permissions.role_trusts
        data_plane = LambdaDataPlane(
            plane,
            self._pool,
            self.journal,
            self._clock,
            self.settings.time_scale,
            deliver,
            self._metrics.put,
            self._permissions.role_may,
        )
        push = PushSources(
            account_id, plane, data_plane.queue, self.journal, self._denials, self._on_loop
        )
        services = PushServices(
            account_id, push, deliver, self._metrics, self.journal, data_plane.waits, trusts
        )
        services.install()
        bucket_events = BucketEvents(
            self._clock, self._other, push.deliver_from_bucket, services.buses.put
        )
        bucket_events.install()
        request_reading.install()
        path = RequestPath(
            Authentication(self._clock, self._identities.owner_of, self.settings.region),
            self._permissions,
            self._denials,
            MotoServices(account_id, self._identities.known_to_moto_as),
            LambdaService(plane, data_plane.api, data_plane.provisioner),
            S3Service(
                push.bucket_may_invoke, self._other.destination_exists, self._other.bucket_region
            ),
            self.journal,
            self._clock,
            self.endpoint_url,
            data_plane.invoker.request_behind,
        )
        return data_plane, services, path

    async def _answer(self, request: Request) -> Response:
        if request.raw_path.startswith(owner_routes.PREFIX):
            return await self._owner_routes.answer(request)
        if request.raw_path.startswith(CODE_PREFIX):
            return self._code(request.raw_path.removeprefix(CODE_PREFIX))
        return await self._path.answer(request)

    def _code(self, token: str) -> Response:
        try:
            package = self._control_plane.download(token)
        except LambdaError as error:
            return error.response("")
        return Response(200, Headers([("Content-Type", "application/zip")]), package)

    def _log_of(self, spec: EnvironmentSpec) -> LogStream:
        logs = RoleLogs(
            self._logs,
            self._permissions,
            self._denials,
            self.settings.account_id,
            spec.credentials.access_key_id,
        )
        return LogStream(
            logs, spec.region, spec.log_group, spec.log_stream, spec.log_format, self._noted
        )

    def _noted(self, log_stream: str, event: PlatformEvent) -> None:
        facts = {name: value for name, value in vars(event).items() if name != "request_id"}
        self.journal.append(
            f"platform.{type(event).__name__}",
            getattr(event, "request_id", ""),
            log_stream=log_stream,
            **facts,
        )

    def _read_code(self, bucket: str, key: str, version_id: str | None) -> bytes:
        try:
            return self._other.read_object(self.settings.region, bucket, key, version_id)
        except NoSuchBucketError as error:
            raise S3ObjectError("NoSuchBucket", "The specified bucket does not exist") from error
        except NoSuchKeyError as error:
            raise S3ObjectError("NoSuchKey", "The specified key does not exist.") from error

    def _environment_stale(self, region: str, function_name: str, version: str) -> None:
        arn = function_arn(region, self.settings.account_id, function_name)
        self._on_loop(lambda: self._pool.discard(arn, version))

    def _on_loop(self, work: Callable[[], object]) -> None:
        """moto and the control plane call from threads; the pool and the queue live on the loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)
