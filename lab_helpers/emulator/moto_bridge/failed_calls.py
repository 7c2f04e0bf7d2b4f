"""When moto fails over a request: was the request wrong, or is it more than moto can do?

moto checks few inputs. The service's model (botocore's) tells what of the input is not as the
service wants it; then the caller is told that, as AWS tells it. A request that is in order and
fails nevertheless is one that the emulator has no answer for, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request as MotoRequest
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

from lab_helpers.emulator.access.errors import AwsError, Protocol, protocol_of
from lab_helpers.emulator.control_plane.constraints import as_java, broken_constraints
from lab_helpers.emulator.http import Request

CLOUD_NAME = "Lambda Dojo's embedded cloud"
_CLIENT_OF_SIGNING_NAME = {
    "email": "ses",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
_OF_AN_UPLOAD = frozenset({"CompleteMultipartUpload", "UploadPart", "UploadPartCopy"})
MOST_FAULTS = 5
DEEPEST = 20


def error_for(service: str, operation: str, request: Request, failure: Exception) -> AwsError:
    """What the caller is told.

    Args:
        service: the signing name.
        request: as moto got it.
    """
    faults = list(_input_faults(service, operation, request))
    if faults:
        plural = "s" if len(faults) > 1 else ""
        text = f"{len(faults)} validation error{plural} detected: "
        return AwsError(_code(service, request), text + "; ".join(faults[:MOST_FAULTS]), 400)
    if not operation:
        text = f"{CLOUD_NAME} does not know which operation of {service} this request asks for."
        return AwsError("UnknownOperationException", text, 400)
    return _known_failure(service, operation, request, failure) or not_implemented(
        service, operation, failure
    )


def _known_failure(
    service: str, operation: str, request: Request, failure: Exception
) -> AwsError | None:
    """Inputs that the model takes and the service does not."""
    if service == "s3" and isinstance(failure, ExpatError):
        text = "The XML you provided was not well-formed or did not validate against our "
        return AwsError("MalformedXML", f"{text}published schema", 400)
    if isinstance(failure, KeyError) and operation in _OF_AN_UPLOAD:
        text = "The specified upload does not exist. The upload ID may be invalid, or the upload "
        return AwsError("NoSuchUpload", f"{text}may have been aborted or completed.", 404)
    if isinstance(failure, ValueError):  # a token that is no number, an ARN that is none
        text = f"A value of the input is not well-formed: {failure}"
        return AwsError(_code(service, request), text[:300], 400)
    return None


def not_implemented(service: str, operation: str, failure: Exception) -> AwsError:
    reason = f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
    return AwsError(
        "NotImplemented",
        f"{service}:{operation} is not implemented in {CLOUD_NAME}, or not for this input. "
        f"({reason[:200]})",
        501,
    )


def _code(service: str, request: Request) -> str:
    protocol = protocol_of(service, request.headers.get("content-type"))
    names = {Protocol.S3: "InvalidRequest", Protocol.QUERY: "ValidationError"}
    return names.get(protocol, "ValidationException")


def _input_faults(service: str, operation: str, request: Request) -> Iterator[str]:
    """In AWS's words; nothing where the model does not object, or is not known."""
    try:
        model = get_service_model(_client_name(service, request)).operation_model(operation)
    except (UnknownServiceError, KeyError, ValueError, AttributeError):
        return
    except Exception:  # of botocore or moto: an operation without a model
        return
    if model.input_shape is None:
        return
    try:
        given = _input(service, model, request)
    except (ParseError, SyntaxError):
        yield "The XML you provided was not well-formed or did not validate against our schema"
        return
    except Exception as error:  # whatever the input makes the parser raise
        yield f"The input cannot be read: {type(error).__name__}: {error}"[:300]
        return
    yield from _faults(model.input_shape, given, "", 0)


def _client_name(service: str, request: Request) -> str:
    if "DynamoDBStreams" in request.headers.get("x-amz-target"):
        return "dynamodbstreams"
    return _CLIENT_OF_SIGNING_NAME.get(service, service)


def _input(service: str, model: OperationModel, request: Request) -> Any:
    """Read as moto reads it, by the protocol's own rules."""
    query = f"?{request.raw_query}" if request.raw_query else ""
    made = MotoRequest.from_primitives(
        request.method,
        f"http://{service}{request.raw_path}{query}",
        dict(request.headers),
        request.body,
    )
    protocol = determine_request_protocol(model.service_model, made.content_type)
    uri: dict[str, Any] = {}
    if protocol.startswith("rest"):
        _, uri = get_service_router(_client_name(service, request)).match(made)
    fields = {"method": made.method, "values": made.values, "headers": made.headers}
    return PROTOCOL_PARSERS[protocol](model).parse(
        {**fields, "body": request.body, "url_path": made.path, "url_params": uri}
    )


def _faults(shape: Shape, value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        yield f"The input is nested too deeply at '{path}'"
    elif isinstance(shape, StructureShape):
        yield from _structure_faults(shape, value, path, depth)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield _wrong_type(value, path, "a list")
            return
        yield from _broken(shape, value, path)
        for number, item in enumerate(value, 1):
            yield from _faults(shape.member, item, f"{path}.{number}.member", depth + 1)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield _wrong_type(value, path, "a map")
            return
        for key, item in value.items():
            yield from _faults(shape.value, item, f"{path}.{key}.member", depth + 1)
    elif isinstance(value, dict | list):
        yield _wrong_type(value, path, f"a {shape.type_name}")
    else:
        yield from _broken(shape, value, path)


def _structure_faults(shape: StructureShape, value: Any, path: str, depth: int) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _wrong_type(value, path, "a structure")
        return
    for name, member in shape.members.items():
        place = f"{path}.{name}" if path else name
        given = value.get(name)
        if given is not None:
            yield from _faults(member, given, place[0].lower() + place[1:], depth + 1)
        elif name in shape.required_members:
            yield _fault("null", place[0].lower() + place[1:], "Member must not be null")


def _broken(shape: Shape, value: Any, path: str) -> Iterator[str]:
    constraints = {**shape.metadata, "type": shape.type_name}
    try:
        found = broken_constraints(constraints, value)
    except re.error:  # a pattern in a dialect that Python does not speak
        return
    except (TypeError, ValueError):
        yield _wrong_type(value, path, f"a {shape.type_name}")
        return
    for each in found:
        yield _fault(f"'{as_java(value)}'", path, each)


def _wrong_type(value: Any, path: str, wanted: str) -> str:
    return _fault(f"'{str(value)[:100]}'", path, f"Member must be {wanted}")


def _fault(shown: str, path: str, constraint: str) -> str:
    return f"Value {shown[:300]} at '{path}' failed to satisfy constraint: {constraint}"
