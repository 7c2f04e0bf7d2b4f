"""Calls of the cloud's own API that CloudFormation makes for a stack's resources.

They happen inside the change that the stack's request is. Of Lambda's the answer is kept: when the
change is repeated after a restart, Lambda's records are there already. Of moto's services the call
is made again, as the rest of the change is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import botocore.awsrequest
import botocore.parsers
import botocore.serialize
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.failed_calls import CLOUD_NAME

HOST = "http://cloudformation.internal"

AskLambda = Callable[[Request, str], Response]
"""(request, Region) → the control plane's answer; errors are answers too. Blocks."""
AskMoto = Callable[[str, Request, str], Response]
"""(signing name, request, Region) → the service's answer. Blocks; raises AwsError."""
Authorise = Callable[[str, str, Request, str], None]
"""(signing name, operation, request, Region): raises AwsError where whoever makes the stack may
not."""
Permit = Callable[[str, str], None]
"""(action, ARN): the same, for what is made without a call."""
MayActAs = Callable[[str], bool]
"""(role ARN) → whether CloudFormation may assume it; raises AwsError where the caller may not
pass it."""
LeftOfChange = Callable[[str, str], float]
"""(Region, function name) → seconds until a creation or an update is over."""


service_role: ContextVar[str] = ContextVar("service_role", default="")
"""ARN of the role in whose name the request's resources are made; empty: in the caller's."""


class ApiRefusalError(Exception):
    """A service refuses a call that a stack needs.

    Attributes:
        code, status: as the service answered.
    """

    def __init__(self, service: str, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.service = service
        self.code = code
        self.message = message
        self.status = status

    def reason(self) -> str:
        """As CloudFormation words it in a stack's events."""
        return (
            f'Resource handler returned message: "{self.message} '
            f'(Service: {self.service}, Status Code: {self.status})"'
        )


@dataclass(frozen=True)
class StackApi:
    """What a stack's resources are made with, in one Region.

    ``call("lambda", "CreateFunction", FunctionName=…)`` answers as boto3 does.
    """

    region: str
    ask_lambda: AskLambda
    ask_moto: AskMoto
    left_of_change: LeftOfChange
    authorise: Authorise
    permit_action: Permit
    may_act_as: MayActAs

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Raises ApiRefusalError."""
        model = _service(service).operation_model(operation)
        request = _request(model, parameters)
        with _refusals_of(model.service_model.service_id):
            self.authorise(service, operation, request, self.region)
        if service == "lambda":
            kept = CHANGES.asked(lambda: self._answer_of_lambda(request))
            status, code, body = kept or [200, "", ""]
            response = Response(status, Headers([("x-amzn-ErrorType", code)]), body.encode())
        else:
            response = self._answer_of_moto(service, operation, request)
        answer = _parsed(model, response)
        if response.status >= 300:
            error = answer.get("Error", {})
            raise ApiRefusalError(
                model.service_model.service_id,
                str(error.get("Code", "InternalFailure")),
                str(error.get("Message", "")),
                response.status,
            )
        return answer

    def permit(self, action: str, resource: str) -> None:
        """For what moto makes without a call. Raises ApiRefusalError."""
        with _refusals_of(action.partition(":")[0]):
            self.permit_action(action, resource)

    def wait_for(self, function_name: str) -> None:
        """Until the function can be changed again, as CloudFormation does."""
        CHANGES.asked(lambda: time.sleep(max(self.left_of_change(self.region, function_name), 0)))

    def _answer_of_lambda(self, request: Request) -> list[Any]:
        """Status, error's code and text: plain values, which can be kept."""
        response = self.ask_lambda(request, self.region)
        return [response.status, response.headers.get("x-amzn-errortype"), response.body.decode()]

    def _answer_of_moto(self, service: str, operation: str, request: Request) -> Response:
        scope = f"CLOUDFORMATION/20250101/{self.region}/{service}/aws4_request"
        request.headers.set("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0")
        token = current_call.set(replace(current_call.get(), operation=operation))
        try:
            return self.ask_moto(service, request, self.region)
        except AwsError as error:
            raise ApiRefusalError(service, error.code, error.message, error.status) from error
        except NotImplementedError as error:
            text = f"{service}:{operation} is not implemented in {CLOUD_NAME}"
            raise ApiRefusalError(service, "NotImplemented", text, 501) from error
        finally:
            current_call.reset(token)


@contextmanager
def _refusals_of(service: str) -> Iterator[None]:
    try:
        yield
    except AwsError as error:
        raise ApiRefusalError(service, error.code, error.message, error.status) from error


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def input_shape(service: str, operation: str) -> Any:
    return _service(service).operation_model(operation).input_shape


def _request(model: OperationModel, parameters: dict[str, Any]) -> Request:
    serializer = botocore.serialize.create_serializer(
        model.service_model.protocol, include_validation=False
    )
    asked = serializer.serialize_to_request(parameters, model)
    botocore.awsrequest.prepare_request_dict(asked, HOST)
    prepared = botocore.awsrequest.create_request_object(asked).prepare()
    path, _, query = prepared.url.removeprefix(HOST).partition("?")
    body = prepared.body or b""
    headers = Headers([(name, _text(value)) for name, value in prepared.headers.items()])
    return Request(
        model.http["method"], path, query, headers, body.encode() if isinstance(body, str) else body
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _parsed(model: OperationModel, response: Response) -> dict[str, Any]:
    parser: Any = botocore.parsers.create_parser(model.service_model.protocol)
    headers = botocore.awsrequest.HeadersDict(dict(response.headers))
    document = {"status_code": response.status, "headers": headers, "body": response.body}
    if response.status < 300:
        answer: dict[str, Any] = parser.parse(document, model.output_shape)
        return answer
    failed: dict[str, Any] = parser.parse(document, model.output_shape)
    return failed
