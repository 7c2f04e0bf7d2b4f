"""One request's way through the cloud: authenticate → authorise → dispatch → record → answer."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeVar

from lab_helpers.clock import Clock
from lab_helpers.emulator.access.authentication import Authentication, service_guess
from lab_helpers.emulator.access.caller_identity import caller_identity
from lab_helpers.emulator.access.content_checks import refuse_untrue_content
from lab_helpers.emulator.access.denials import denial
from lab_helpers.emulator.access.errors import AwsError, error_response, protocol_of
from lab_helpers.emulator.access.evaluation import Decision
from lab_helpers.emulator.access.plain_request import plain_request
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.access.upload_form import OPERATION as POST_OBJECT
from lab_helpers.emulator.access.upload_form import UploadForm, read_upload_form
from lab_helpers.emulator.control_plane.errors import LambdaError
from lab_helpers.emulator.denials import API, Denials
from lab_helpers.emulator.durability.errors import NotKeptError
from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.journal import Journal
from lab_helpers.emulator.lambda_service import LambdaService
from lab_helpers.emulator.long_polling import is_receive_message, receive_message
from lab_helpers.emulator.moto_bridge.current_call import (
    CurrentCall,
    current_call,
    stack_caller,
)
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices, UnknownServiceError
from lab_helpers.emulator.moto_bridge.failed_calls import CLOUD_NAME, error_for, not_implemented
from lab_helpers.emulator.moto_bridge.iam.sts_gaps import refuse_credentials_of_no_use
from lab_helpers.emulator.moto_bridge.operations import operation_name
from lab_helpers.emulator.moto_bridge.quotas import refuse_beyond_quota
from lab_helpers.emulator.moto_bridge.s3.s3_gaps import refuse_what_is_overlooked
from lab_helpers.emulator.permissions import Permissions
from lab_helpers.emulator.s3_service import S3Service

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

MOTO_THREADS = 8
_REQUEST_ID = re.compile(rb"(?<=<RequestId>)[^<]*(?=</RequestId>)")
"""Query services repeat it in the body, where moto has made up another."""

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""Characters that no XML may hold; answers repeat what they were given."""
SIMULATIONS = frozenset({"SimulateCustomPolicy", "SimulatePrincipalPolicy"})
_OBJECT_READS = frozenset({"GetObject", "GetObjectAttributes", "GetObjectTagging", "HeadObject"})


@dataclass(frozen=True)
class Call:
    """One authenticated request."""

    request: Request
    caller: Caller
    request_id: str
    operation: str

    @property
    def is_lambda(self) -> bool:
        return self.caller.service == "lambda"

    @property
    def resource(self) -> str:
        """ARN of the bucket or object of an S3 request; empty for other services."""
        if self.caller.service != "s3":
            return ""
        return "arn:aws:s3:::" + self.request.path.lstrip("/")


class RequestPath:
    """Takes signed requests to the service they are for."""

    def __init__(
        self,
        authentication: Authentication,
        permissions: Permissions,
        denials: Denials,
        moto: MotoServices,
        lambda_service: LambdaService,
        s3_service: S3Service,
        journal: Journal,
        clock: Clock,
        endpoint_url: str,
        request_behind: Callable[[str], str | None],
    ) -> None:
        """
        Args:
            request_behind: (tracing header) → the invocation whose function sent a request.
        """
        self._authentication = authentication
        self._permissions = permissions
        self._denials = denials
        self._moto = moto
        self._lambda = lambda_service
        self._s3 = s3_service
        self._journal = journal
        self._clock = clock
        self._endpoint_url = endpoint_url
        self._request_behind = request_behind
        self._threads = ThreadPoolExecutor(MOTO_THREADS, "moto")

    async def answer(self, request: Request) -> Response:
        """Never raises: what went wrong is an answer in AWS's form."""
        request_id = str(uuid.uuid4())
        came = request
        try:
            form = read_upload_form(request)
            call = self._admitted(request, request_id, form)
            self._authorise(call)
            self._say_whose(call)
            response = await self._dispatch(call)
            if call.caller.service != "s3" and response.body.startswith(b"<"):
                response.body = _NOT_XML.sub(b"?", response.body)
            self._hide_missing_object(call, response)
            if form is not None:
                response = form.answer(response, self._endpoint_url)
        except LambdaError as error:
            response = error.response(request_id)
        except Exception as error:
            return self._failed(came, request_id, error)
        self._record(call, response)
        return response

    def _admitted(self, request: Request, request_id: str, form: UploadForm | None) -> Call:
        """Raises AwsError where the signature or the content is not as it should be."""
        if form is not None:
            caller, request = self._authentication.admit_form(form, request)
            return Call(request, caller, request_id, POST_OBJECT)
        caller, request = self._authentication.admit(request)
        request = plain_request(caller.service, request)
        if caller.service == "s3":
            refuse_untrue_content(request)
        return Call(request, caller, request_id, operation_name(caller.service, request))

    def _failed(self, request: Request, request_id: str, error: Exception) -> Response:
        """A refusal, or whatever else went wrong, in the words of the service that was called."""
        service = service_guess(request)
        if isinstance(error, AwsError):
            self._journal.append("api.refused", request_id, service=service, code=error.code)
            told = error
        elif isinstance(error, NotKeptError):
            self._journal.append("account.not_kept", request_id, reason=str(error))
            told = AwsError("DiskFull", str(error), 507)
        else:
            logger.error("request %s to %s failed", request_id, service, exc_info=error)
            told = AwsError("InternalFailure", f"{CLOUD_NAME} failed: {error!r}", 500)
        protocol = protocol_of(service, request.headers.get("content-type"))
        return error_response(told, protocol, request_id)

    def _authorise(self, call: Call) -> None:
        """Raises AwsError where policies do not allow what the request asks."""
        decision = self._permissions.refusal(call.caller, call.operation, call.request)
        if decision is not None:
            self._deny(call, decision)

    def _deny(self, call: Call, decision: Decision) -> NoReturn:
        self._denials.tell(
            API,
            call.request_id,
            decision,
            cause_id=self._request_behind(call.request.headers.get("x-amzn-trace-id")),
            service=call.caller.service,
            operation=call.operation,
            region=call.caller.region,
            caller=call.caller.arn,
        )
        raise denial(call.caller.service, decision)

    def _hide_missing_object(self, call: Call, response: Response) -> None:
        """Raises AwsError where S3 must not tell that there is no such object."""
        if response.status != 404 or call.operation not in _OBJECT_READS:
            return
        decision = self._permissions.refusal_of_missing_object(call.caller, call.request)
        if decision is not None:
            self._deny(call, decision)

    async def _dispatch(self, call: Call) -> Response:
        if call.is_lambda:
            return await self._lambda.handle(
                call.request, call.caller.region, call.request_id, self._in_thread
            )
        if (call.caller.service, call.operation) == ("sts", "GetCallerIdentity"):
            return caller_identity(call.caller, call.request_id)
        if call.caller.service == "iam" and call.operation in SIMULATIONS:
            return self._permissions.simulated(call.operation, call.request, call.request_id)
        if call.caller.service == "s3":
            refuse_what_is_overlooked(call.request, call.operation)
            self._s3.refuse(call.request, call.caller.region)
        if call.caller.service == "sts":
            refuse_credentials_of_no_use(call.operation)
        refuse_beyond_quota(call.caller.service, call.operation, call.request)
        if call.caller.service == "sqs" and is_receive_message(call.request):

            async def ask(request: Request) -> Response:
                return await self._ask_moto(call, request)

            return await receive_message(call.request, ask, self._clock)
        return await self._ask_moto(call, call.request)

    def _say_whose(self, call: Call) -> None:
        """Whatever this request sets off is done for it."""
        if call.caller.service == "cloudformation":
            stack_caller.set(call.caller)
        current_call.set(
            CurrentCall(
                call.request_id,
                call.request_id,
                principal_id=call.caller.principal_id,
                operation=call.operation,
                trace_header=call.request.headers.get("x-amzn-trace-id"),
            )
        )

    async def _ask_moto(self, call: Call, request: Request) -> Response:
        service = call.caller.service
        try:
            response = self._moto.at_once(service, call.operation, request, self._endpoint_url)
            if response is None:
                response = await self._in_thread(
                    partial(self._moto.handle, service, request, self._endpoint_url)
                )
        except UnknownServiceError as error:
            raise AwsError(
                "UnknownService", f"{CLOUD_NAME} has no service {service!r}.", 501
            ) from error
        except NotImplementedError as error:
            raise not_implemented(service, call.operation, error) from error
        except (AwsError, LambdaError, NotKeptError):
            raise
        except Exception as error:
            answer = error_for(service, call.operation, request, error)
            level = logging.WARNING if answer.status >= 500 else logging.DEBUG
            logger.log(level, "%s:%s failed in moto", service, call.operation, exc_info=True)
            raise answer from error
        if service == "s3":
            response = self._s3.finish(request, response)
            response.headers.set("x-amz-request-id", call.request_id)
            response.headers.set("x-amz-id-2", call.request_id)
            response.headers.remove("x-amzn-RequestId")  # moto's own, which boto3 prefers
        else:
            response.headers.set("x-amzn-RequestId", call.request_id)
            response.body = _REQUEST_ID.sub(call.request_id.encode(), response.body)
        return response

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(context.run, work))

    def _record(self, call: Call, response: Response) -> None:
        self._journal.append(
            "api.call",
            call.request_id,
            cause_id=self._request_behind(call.request.headers.get("x-amzn-trace-id")),
            service=call.caller.service,
            operation=call.operation,
            region=call.caller.region,
            caller=call.caller.arn,
            status=response.status,
            resource=call.resource,
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
