"""A plain message or upload leaves what moto's own way leaves, and is answered in its words."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from moto.core.routing import get_service_router
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.emulator.moto_bridge import direct_operations, operations
from lab_helpers.emulator.moto_bridge.current_call import CurrentCall, current_call
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.moto_request import moto_request

ACCOUNT = "123456789012"
URL = "http://127.0.0.1:4599"
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=AKIA/20261122/eu-west-1/{}/aws4_request, Signature=0"


@pytest.fixture
def services() -> MotoServices:
    return MotoServices(ACCOUNT, lambda key: key)


@pytest.fixture
def queue() -> Any:
    return sqs_backends[ACCOUNT]["eu-west-1"].create_queue(f"q-{uuid.uuid4().hex}")


@pytest.fixture
def bucket() -> Any:
    return s3_backends[ACCOUNT]["aws"].create_bucket(f"b-{uuid.uuid4().hex}", "eu-west-1")


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that were answered directly."""
    found: list[str] = []
    for name, answer in list(direct_operations._DIRECT.items()):

        def told(*arguments: Any, name: Any = name, answer: Any = answer) -> Response | None:
            response: Response | None = answer(*arguments)
            found.extend([] if response is None else [name[1]])
            return response

        monkeypatch.setitem(direct_operations._DIRECT, name, told)
    return found


def ask(services: MotoServices, service: str, operation: str, request: Request) -> Response:
    """With the same random numbers each time."""
    mock_random.seed(7)
    token = current_call.set(CurrentCall("request-id", operation=operation))
    try:
        return services.handle(service, request, URL)
    finally:
        current_call.reset(token)


def motos_way(services: MotoServices, service: str, operation: str, request: Request) -> Response:
    """moto's own way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(direct_operations, "_DIRECT", {})
        return ask(services, service, operation, request)


def comparable(response: Response) -> tuple[int, dict[str, str], Any]:
    """What a client sees; the id of the request is set by the request path."""
    headers = {name.lower(): value for name, value in response.headers}
    for name in ("x-amzn-requestid", "last-modified"):
        headers.pop(name, None)
    body = json.loads(response.body) if response.body.startswith(b"{") else response.body
    return response.status, headers, body


def message(queue_name: str, **members: Any) -> Request:
    asked = {"QueueUrl": f"{URL}/{ACCOUNT}/{queue_name}", "MessageBody": "hello"} | members
    headers = [
        ("authorization", AUTHORIZATION.format("sqs")),
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "AmazonSQS.SendMessage"),
    ]
    return Request("POST", "/", "", Headers(headers), json.dumps(asked).encode())


def upload(bucket_name: str, key: str = "a/key.txt", query: str = "", **headers: str) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    every = [("authorization", AUTHORIZATION.format("s3")), *named]
    return Request("PUT", f"/{bucket_name}/{key}", query, Headers(every), b"hello")


def test_a_plain_message_is_what_moto_makes_of_it(
    services: MotoServices, queue: Any, used: list[str]
) -> None:
    direct = ask(services, "sqs", "SendMessage", message(queue.name))
    theirs = motos_way(services, "sqs", "SendMessage", message(queue.name))
    assert used == ["SendMessage"]
    assert comparable(direct) == comparable(theirs)
    assert {one.body for one in queue._messages} == {"hello"}


@pytest.mark.parametrize(
    "members",
    [
        {"MessageAttributes": {"a": {"DataType": "String", "StringValue": "b"}}},
        {"DelaySeconds": 5},
        {"MessageBody": "x" * 1_100_000},
        {"MessageBody": 7},
    ],
    ids=["attributes", "a delay", "too long", "no text"],
)
def test_any_other_message_goes_motos_way(
    services: MotoServices, queue: Any, used: list[str], members: dict[str, Any]
) -> None:
    def outcome(way: Any) -> Any:
        try:
            return comparable(way(services, "sqs", "SendMessage", message(queue.name, **members)))
        except Exception as error:
            return repr(error)

    assert outcome(ask) == outcome(motos_way)
    assert used == []


def test_a_queue_that_is_not_there_is_refused_by_moto(
    services: MotoServices, used: list[str]
) -> None:
    answer = ask(services, "sqs", "SendMessage", message("nobody"))
    assert answer.status == 400
    assert b"NonExistentQueue" in answer.body or b"QueueDoesNotExist" in answer.body
    assert used == []


UPLOADS: list[dict[str, str]] = [
    {},
    {"content_type": "text/plain"},
    {"x_amz_sdk_checksum_algorithm": "CRC32", "x_amz_checksum_crc32": "NhCmhg=="},
]


def kept(bucket: Any, key_name: str) -> dict[str, Any]:
    key = bucket.keys[key_name]
    shown = {name: value for name, value in key.response_dict.items() if name != "last-modified"}
    return (
        shown | dict(key.metadata) | {"value": key.value, "acl": key.acl, "sum": key.checksum_value}
    )


@pytest.mark.parametrize("headers", UPLOADS, ids=["bare", "a type", "a checksum"])
def test_a_plain_upload_is_what_moto_makes_of_it(
    services: MotoServices, bucket: Any, used: list[str], headers: dict[str, str]
) -> None:
    direct = ask(services, "s3", "PutObject", upload(bucket.name, "direct", **headers))
    theirs = motos_way(services, "s3", "PutObject", upload(bucket.name, "theirs", **headers))
    assert used == ["PutObject"]
    assert comparable(direct) == comparable(theirs)
    assert kept(bucket, "direct") == kept(bucket, "theirs")


def test_in_a_versioned_bucket_each_upload_has_its_version(
    services: MotoServices, bucket: Any, used: list[str]
) -> None:
    bucket.versioning_status = "Enabled"
    first = ask(services, "s3", "PutObject", upload(bucket.name))
    assert first.headers.get("x-amz-version-id") == bucket.keys["a/key.txt"].version_id
    assert used == ["PutObject"]


def test_an_upload_over_a_tagged_object_has_no_tags(
    services: MotoServices, bucket: Any, used: list[str]
) -> None:
    backend = s3_backends[ACCOUNT]["aws"]
    ask(services, "s3", "PutObject", upload(bucket.name, x_amz_tagging="a=b"))
    assert backend.tagger.get_tag_dict_for_resource(bucket.keys["a/key.txt"].arn) == {"a": "b"}
    assert used == []
    ask(services, "s3", "PutObject", upload(bucket.name))
    assert backend.tagger.get_tag_dict_for_resource(bucket.keys["a/key.txt"].arn) == {}
    assert used == ["PutObject"]


@pytest.mark.parametrize(
    "asked",
    [
        {"key": "a%20key"},
        {"key": "a//key"},
        {"query": "tagging"},
        {"x_amz_meta_a": "b"},
        {"if_none_match": "*"},
        {"x_amz_acl": "public-read"},
        {"x_amz_checksum_crc32": "NhCmhg=="},
        {"x_amz_storage_class": "GLACIER"},
    ],
    ids=lambda asked: next(iter(asked.items()))[1],
)
def test_any_other_upload_goes_motos_way(
    services: MotoServices, bucket: Any, used: list[str], asked: dict[str, str]
) -> None:
    ask(services, "s3", "PutObject", upload(bucket.name, **asked))
    assert used == []


def test_a_bucket_that_is_not_there_or_has_a_policy_is_motos(
    services: MotoServices, bucket: Any, used: list[str]
) -> None:
    assert ask(services, "s3", "PutObject", upload("nobodys")).status == 404
    bucket.policy = b'{"Version": "2012-10-17", "Statement": []}'
    ask(services, "s3", "PutObject", upload(bucket.name))
    assert used == []


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("path", ["/bucket", "/bucket/key", "/b.u-c/a%2Fb", "/bucket/a//"])
def test_a_plain_operation_of_s3_is_named_as_motos_router_names_it(method: str, path: str) -> None:
    operation, _ = get_service_router("s3").match(moto_request(method, "127.0.0.1", path, "", []))
    named = operations._plain_s3_operation("s3", Request(method, path))
    assert named == operation.name


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/", "", []),
        ("/bucket", "tagging", []),
        ("/bucket/", "", []),
        ("/bucket//key", "", []),
        ("/bucket/key", "uploadId=a&partNumber=1", []),
        ("/bucket/key", "", [("x-amz-copy-source", "/other/key")]),
    ],
    ids=["no bucket", "its tags", "with a slash", "an empty part", "a part", "a copy"],
)
def test_whatever_is_more_is_left_to_the_router(
    path: str, query: str, headers: list[tuple[str, str]]
) -> None:
    request = Request("PUT", path, query, Headers(headers))
    assert operations._plain_s3_operation("s3", request) == ""
