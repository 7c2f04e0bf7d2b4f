"""LocalStack is found where its own client finds it, and is given time after an update."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.stub import ANY, Stubber
from localstack_client import config

from lab_helpers.backends.localstack import AFTER_UPDATE_S, LocalStackBackend, localstack_url
from lab_helpers.backends.select import select_backend
from lab_helpers.errors import DojoError

VARIABLES = ("AWS_ENDPOINT_URL", "LOCALSTACK_HOST", "USE_SSL")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LOCALSTACK_HOST": "localstack"},
        {"LOCALSTACK_HOST": "localstack:4577"},
        {"LOCALSTACK_HOST": ":4577"},
        {"LOCALSTACK_HOST": "localstack", "USE_SSL": "1"},
        {"USE_SSL": "false"},
        {"AWS_ENDPOINT_URL": "http://elsewhere:1234", "LOCALSTACK_HOST": "localstack:4577"},
        {"AWS_ENDPOINT_URL": " ", "LOCALSTACK_HOST": "localstack"},
    ],
)
def test_it_is_found_where_its_own_client_finds_it(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert select_backend("localstack").endpoint_url == config.get_service_endpoint("lambda")


def test_a_host_that_is_none_is_told_with_what_to_do() -> None:
    with pytest.raises(DojoError, match="LOCALSTACK_HOST=here:there") as told:
        localstack_url({"LOCALSTACK_HOST": "here:there"})
    assert told.value.now


@pytest.mark.parametrize(
    ("operation", "waits"),
    [("update_function_code", True), ("publish_version", False)],
)
def test_an_update_of_a_function_is_followed_by_a_pause(operation: str, waits: bool) -> None:
    paused: list[float] = []
    backend = select_backend("localstack", environ={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    assert isinstance(backend, LocalStackBackend)
    client = replace(backend, pause=paused.append).session().client("lambda")
    with Stubber(client) as stub:
        stub.add_response(operation, {}, {"FunctionName": ANY})
        getattr(client, operation)(FunctionName="f")
    assert paused == ([AFTER_UPDATE_S] if waits else [])
