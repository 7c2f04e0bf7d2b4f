"""The wire: routing, parsing, error bodies; and that no request breaks the control plane."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.operations import INVOCATIONS, OPERATIONS
from lab_helpers.emulator.control_plane.service_model import route, service_model
from lab_helpers.emulator.http import Request, Response
from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    REGION,
    connect,
    create,
    refused,
    zipped,
)

FUNCTIONS = "/2015-03-31/functions"


def send(
    plane: LambdaControlPlane, method: str, path: str, body: Any = b"", query: str = ""
) -> tuple[Response, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = plane.handle(Request(method, path, query, body=raw), REGION, "id-1")
    return response, json.loads(response.body) if response.body else None


@pytest.mark.parametrize(
    ("method", "path", "query", "operation"),
    [
        ("POST", FUNCTIONS, "", "CreateFunction"),
        ("GET", f"{FUNCTIONS}/", "MaxItems=5", "ListFunctions"),
        ("GET", f"{FUNCTIONS}/fn", "", "GetFunction"),
        ("POST", f"{FUNCTIONS}/fn/invocations", "", "Invoke"),
        ("POST", "/2014-11-13/functions/fn/invoke-async/", "", "InvokeAsync"),
        ("GET", "/2018-10-31/layers", "", "ListLayers"),
        ("GET", "/2018-10-31/layers", "find=LayerVersion&Arn=x", "GetLayerVersionByArn"),
        (
            "GET",
            "/2019-09-30/functions/fn/provisioned-concurrency",
            "List=ALL",
            "ListProvisionedConcurrencyConfigs",
        ),
        (
            "GET",
            "/2019-09-30/functions/fn/provisioned-concurrency",
            "Qualifier=1",
            "GetProvisionedConcurrencyConfig",
        ),
    ],
)
def test_requests_are_routed_by_the_model(
    method: str, path: str, query: str, operation: str
) -> None:
    routed = route(method, path, query)
    assert routed is not None
    assert routed.name == operation


def test_every_operation_of_the_model_is_reached_by_its_own_uri() -> None:
    for name, operation in service_model()["operations"].items():
        path, _, query = operation["http"]["requestUri"].partition("?")
        routed = route(operation["http"]["method"], path, query)
        assert routed is not None
        assert routed.name == name


def test_labels_are_percent_decoded() -> None:
    routed = route("GET", f"{FUNCTIONS}/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Afn")
    assert routed is not None
    assert routed.uri_params == {"FunctionName": "arn:aws:lambda:us-east-1:1:function:fn"}


@pytest.mark.parametrize("path", ["/", "", "/2015-03-31", "/2015-03-31/nothing", "/x/y/z"])
def test_an_unknown_path_is_a_clear_404(plane: LambdaControlPlane, path: str) -> None:
    assert route("GET", path) is None
    assert not plane.handles(Request("GET", path))
    response, body = send(plane, "GET", path)
    assert response.status == 404
    assert response.headers.get("x-amzn-ErrorType") == "UnknownOperationException"
    assert path in body["message"]


def test_invocations_are_left_to_the_invocation_room(plane: LambdaControlPlane) -> None:
    request = Request("POST", f"{FUNCTIONS}/fn/invocations")
    assert not plane.handles(request)
    assert plane.handles(Request("GET", f"{FUNCTIONS}/fn"))
    assert INVOCATIONS.isdisjoint(OPERATIONS)


def test_an_operation_that_is_missing_here_says_so(plane: LambdaControlPlane) -> None:
    missing = set(service_model()["operations"]) - OPERATIONS.keys() - INVOCATIONS
    assert "CreateCapacityProvider" in missing
    response, body = send(plane, "POST", "/2025-11-30/capacity-providers", {})
    assert response.status == 501
    assert body["message"].startswith(
        "CreateCapacityProvider is not implemented in Lambda Dojo's embedded cloud."
    )


def test_what_is_left_out_is_managed_instances_durable_functions_and_signing() -> None:
    missing = set(service_model()["operations"]) - OPERATIONS.keys() - INVOCATIONS
    left_out = ("CapacityProvider", "DurableExecution", "ScalingConfig", "CodeSigningConfig")
    assert [name for name in missing if not any(part in name for part in left_out)] == []


def test_lambdas_errors_carry_type_and_message(plane: LambdaControlPlane) -> None:
    response, body = send(plane, "GET", f"{FUNCTIONS}/gone")
    assert response.status == 404
    assert response.headers.get("x-amzn-ErrorType") == "ResourceNotFoundException"
    assert response.headers.get("x-amzn-RequestId") == "id-1"
    assert response.headers.get("Content-Type") == "application/json"
    assert body == {"Type": "User", "Message": f"Function not found: {FUNCTION_ARN}:gone"}
    _, body = send(plane, "GET", f"{FUNCTIONS}/fn:1", query="Qualifier=2")
    assert set(body) == {"Type", "message"}


def test_validation_errors_carry_a_message_alone(plane: LambdaControlPlane) -> None:
    response, body = send(plane, "POST", FUNCTIONS, {})
    assert response.status == 400
    assert response.headers.get("x-amzn-ErrorType") == "ValidationException"
    assert body == {
        "message": "3 validation errors detected: Value null at 'functionName' failed to satisfy "
        "constraint: Member must not be null; Value null at 'role' failed to satisfy constraint: "
        "Member must not be null; Value null at 'code' failed to satisfy constraint: Member must "
        "not be null"
    }


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"[1]", b'"text"', b"null", b"[" * 100_000, b'{"Timeout":' * 5000],
    ids=["cut off", "no utf-8", "list", "text", "null", "deep list", "deep object"],
)
def test_a_body_that_is_no_json_object_is_a_serialization_error(
    plane: LambdaControlPlane, body: bytes
) -> None:
    response, answer = send(plane, "POST", FUNCTIONS, body)
    assert response.status == 400
    assert response.headers.get("x-amzn-ErrorType") == "SerializationException"
    assert answer["Message"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("FunctionName", 1),
        ("FunctionName", ["fn"]),
        ("Timeout", "3"),
        ("Timeout", 1.5),
        ("Timeout", True),
        ("Publish", "true"),
        ("Layers", "arn"),
        ("Tags", ["a"]),
        ("Tags", {"a": 1}),
        ("Code", "zip"),
        ("Code", {"ZipFile": "not base64!"}),
        ("Code", {"ZipFile": 5}),
        ("Environment", {"Variables": {"AB": {"C": "d"}}}),
    ],
)
def test_a_wrong_type_is_a_serialization_error(
    plane: LambdaControlPlane, member: str, value: Any
) -> None:
    response, _ = send(plane, "POST", FUNCTIONS, {member: value})
    assert response.status == 400
    assert response.headers.get("x-amzn-ErrorType") == "SerializationException"


def test_members_given_as_null_or_unknown_do_not_count(plane: LambdaControlPlane) -> None:
    response, _ = send(
        plane,
        "POST",
        FUNCTIONS,
        {
            "FunctionName": "fn",
            "Runtime": "python3.13",
            "Handler": "a.b",
            "Role": "arn:aws:iam::123456789012:role/r",
            "Code": {"ZipFile": base64.b64encode(zipped()).decode(), "S3Key": None},
            "Timeout": None,
            "FromTheFuture": {"x": 1},
        },
    )
    assert response.status == 201


def test_a_number_in_the_query_must_be_one(plane: LambdaControlPlane) -> None:
    response, _ = send(plane, "GET", FUNCTIONS, query="MaxItems=many")
    assert response.headers.get("x-amzn-ErrorType") == "SerializationException"


def test_a_body_above_70_mb_is_refused_unread(plane: LambdaControlPlane) -> None:
    response, body = send(plane, "POST", FUNCTIONS, b"x" * 70_167_212)
    assert response.status == 413
    assert response.headers.get("x-amzn-ErrorType") == "RequestEntityTooLargeException"
    assert body["message"] == (
        "Request must be smaller than 70167211 bytes for the CreateFunction operation"
    )


def test_answers_are_utf_8(client: Any) -> None:
    description = "画像のサムネイルを作る 🖼"
    create(client, Description=description)
    assert client.get_function_configuration(FunctionName="fn")["Description"] == description


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
OPERATION_NAMES = sorted(OPERATIONS)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Any operation, with its own members and any values, or with any bytes."""
    name = draw(st.sampled_from(OPERATION_NAMES))
    operation = service_model()["operations"][name]
    path, _, query = operation["http"]["requestUri"].partition("?")
    label = draw(st.sampled_from(["fn", "1", FUNCTION_ARN + ":fn", "%2F", "", "é"]))
    for member in service_model()["shapes"][operation["input"]["shape"]]["members"].values():
        path = path.replace(f"{{{member.get('locationName')}}}", label)
    members = service_model()["shapes"][operation["input"]["shape"]]["members"]
    body = draw(
        st.binary(max_size=50)
        | st.dictionaries(st.sampled_from(sorted(members) or ["x"]), json_values).map(
            lambda value: json.dumps(value).encode()
        )
    )
    extra = draw(st.text("=&%+QualifierMaxItemsMarker1$", max_size=20))
    return Request(operation["http"]["method"], path, f"{query}&{extra}".strip("&"), body=body)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=150,
)
@given(request=requests())
def test_no_request_breaks_the_control_plane(plane: LambdaControlPlane, request: Request) -> None:
    response = plane.handle(request, REGION, "id-1")
    assert 200 <= response.status < 500 or response.status == 501
    if response.body:
        json.loads(response.body)


def test_threads_see_one_function_created_once(plane: LambdaControlPlane) -> None:
    codes: list[str] = []

    def work(client: Any, name: str) -> None:
        try:
            create(client, name)
            codes.append("created")
        except client.exceptions.ResourceConflictException:
            codes.append("conflict")
        client.list_functions(FunctionVersion="ALL")
        plane.resolve(REGION, name)

    jobs = [(connect(plane), f"fn{number % 3}") for number in range(12)]
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["conflict"] * 9 + ["created"] * 3
    assert refused(create, client=jobs[0][0], name="fn0").status == 409


def test_a_value_of_megabytes_is_refused_in_no_time(plane: LambdaControlPlane) -> None:
    body = {
        "FunctionName": "a" * 1_000_000,
        "SelfManagedEventSource": {
            "Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": [("a-" * 500_000) + "!"]}
        },
    }
    response, _ = send(plane, "POST", "/2015-03-31/event-source-mappings", body)
    assert response.headers.get("x-amzn-ErrorType") == "ValidationException"
