"""Lambda's records come back as they were, also from a file of an older version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.durability.account_store import AccountStore
from lab_helpers.emulator.durability.lambda_records import (
    COUNTERS,
    FUNCTION,
    LAYER,
    LAYER_NUMBER,
    MAPPING,
    VERSION_NUMBER,
    LambdaRecords,
)
from lab_helpers.emulator.durability.mapping_positions import keep_positions
from lab_helpers.emulator.event_sources.checkpoints import Checkpoints, Lane
from tests.emulator.control_plane.lambda_client import (
    ACCOUNT_ID,
    ENDPOINT,
    REGION,
    Cloud,
    connect,
    create,
    zipped,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AccountStore]:
    opened = AccountStore(tmp_path / "account")
    yield opened
    opened.close()


def new_plane(folder: Path) -> LambdaControlPlane:
    cloud = Cloud()
    return LambdaControlPlane(
        ACCOUNT_ID,
        cloud.clock,
        CodeStore(folder / "code"),
        cloud.read_object,
        cloud.role_is_assumable,
        ENDPOINT,
    )


def furnished(client: Any) -> None:
    """Something of everything that Lambda keeps."""
    create(client, Environment={"Variables": {"STAGE": "1"}}, Tags={"t": "v"})
    client.publish_version(FunctionName="fn")
    client.create_alias(FunctionName="fn", Name="prod", FunctionVersion="1")
    client.add_permission(
        FunctionName="fn", StatementId="s", Action="lambda:InvokeFunction", Principal="*"
    )
    client.put_function_event_invoke_config(FunctionName="fn", MaximumRetryAttempts=1)
    client.create_function_url_config(FunctionName="fn", AuthType="NONE")
    client.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=5)
    client.put_provisioned_concurrency_config(
        FunctionName="fn", Qualifier="prod", ProvisionedConcurrentExecutions=2
    )
    client.publish_layer_version(LayerName="l", Content={"ZipFile": zipped({"python/a.py": ""})})
    client.create_event_source_mapping(
        FunctionName="fn",
        EventSourceArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT_ID}:stream/s",
        StartingPosition="LATEST",
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": {"a": [1]}})}]},
    )


def shown(plane: LambdaControlPlane) -> Any:
    """All records as JSON: some hold tuples, which JSON makes lists."""
    return json.loads(json.dumps(asdict(plane.state.regions[REGION]), default=_plain))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else asdict(value)


def test_everything_comes_back_as_it_was(store: AccountStore, tmp_path: Path) -> None:
    before = new_plane(tmp_path)
    furnished(connect(before))
    LambdaRecords(store, before.state).save(REGION)

    after = new_plane(tmp_path)
    LambdaRecords(store, after.state).load()

    assert shown(after) == shown(before)


def test_without_a_change_nothing_new_is_published_after_a_restart_either(
    store: AccountStore, tmp_path: Path
) -> None:
    before = new_plane(tmp_path)
    furnished(connect(before))
    LambdaRecords(store, before.state).save(REGION)

    after = new_plane(tmp_path)
    LambdaRecords(store, after.state).load()

    assert connect(after).publish_version(FunctionName="fn")["Version"] == "1"


def test_what_was_deleted_stays_deleted_and_its_version_numbers_are_not_given_again(
    store: AccountStore, tmp_path: Path
) -> None:
    before = new_plane(tmp_path)
    records, client = LambdaRecords(store, before.state), connect(before)
    furnished(client)
    records.save(REGION)
    client.delete_function(FunctionName="fn")
    client.delete_layer_version(LayerName="l", VersionNumber=1)
    records.save(REGION)

    after = new_plane(tmp_path)
    LambdaRecords(store, after.state).load()

    assert after.state.regions[REGION].functions == {}
    create(connect(after))
    assert connect(after).publish_version(FunctionName="fn")["Version"] == "2"


def test_only_what_has_changed_is_written(store: AccountStore, tmp_path: Path) -> None:
    plane = new_plane(tmp_path)
    records, client = LambdaRecords(store, plane.state), connect(plane)
    create(client, FunctionName="one")
    create(client, FunctionName="two")
    records.save(REGION)
    written: list[str] = []
    put = store.put_document
    store.put_document = lambda kind, name, content: written.append(name)  # type: ignore[method-assign]

    client.tag_resource(
        Resource=f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:two", Tags={"a": "b"}
    )
    records.save(REGION)
    records.save(REGION)

    assert written == [f"{REGION}/two"]
    store.put_document = put  # type: ignore[method-assign]


def test_a_function_written_by_itself_comes_back_and_one_that_is_gone_goes(
    store: AccountStore, tmp_path: Path
) -> None:
    before = new_plane(tmp_path)
    records, client = LambdaRecords(store, before.state), connect(before)
    furnished(client)
    records.save_one(REGION, FUNCTION, "fn")
    create(client, FunctionName="short-lived")
    records.save_one(REGION, FUNCTION, "short-lived")
    client.delete_function(FunctionName="short-lived")
    records.save_one(REGION, FUNCTION, "short-lived")

    after = new_plane(tmp_path)
    LambdaRecords(store, after.state).load()

    assert shown(after)["functions"] == shown(before)["functions"]
    assert shown(after)["last_version_numbers"] == shown(before)["last_version_numbers"]


def test_one_record_is_written_without_a_look_at_the_others(
    store: AccountStore, tmp_path: Path
) -> None:
    plane = new_plane(tmp_path)
    records, client = LambdaRecords(store, plane.state), connect(plane)
    furnished(client)
    (uuid,) = plane.state.regions[REGION].event_source_mappings
    written: list[tuple[str, str]] = []
    store.put_document = lambda kind, name, content: written.append((kind, name))  # type: ignore[method-assign]

    records.save_one(REGION, MAPPING, uuid)
    records.save_one(REGION, LAYER, "l")
    records.save_one(REGION, FUNCTION, "no-such-function")

    assert written == [
        (MAPPING, f"{REGION}/{uuid}"),
        (LAYER, f"{REGION}/l"),
        (LAYER_NUMBER, f"{REGION}/l"),
    ]


def test_version_numbers_of_an_account_that_kept_them_together_are_read(
    store: AccountStore, tmp_path: Path
) -> None:
    kept = {"versions": {"fn": 7, "other": 2}, "layers": {"l": 3}}
    store.put_document(COUNTERS, REGION, json.dumps(kept).encode())
    store.put_document(VERSION_NUMBER, f"{REGION}/fn", b"8")
    plane = new_plane(tmp_path)
    records = LambdaRecords(store, plane.state)
    records.load()
    assert plane.state.regions[REGION].last_version_numbers == {"fn": 8, "other": 2}
    assert plane.state.regions[REGION].last_layer_numbers == {"l": 3}

    records.save(REGION)
    assert list(store.documents(COUNTERS)) == []
    assert dict(store.documents(VERSION_NUMBER))[f"{REGION}/other"] == b"2"


def test_a_file_of_an_older_version_lacks_fields_and_has_strange_ones(
    store: AccountStore, tmp_path: Path
) -> None:
    before = new_plane(tmp_path)
    create(connect(before))
    LambdaRecords(store, before.state).save(REGION)
    ((name, content),) = store.documents(FUNCTION)
    old = json.loads(content)
    del old["recursive_loop"], old["latest"]["description"]
    old["of_another_time"] = {"a": 1}
    store.put_document(FUNCTION, name, json.dumps(old).encode())

    after = new_plane(tmp_path)
    LambdaRecords(store, after.state).load()

    function = after.state.regions[REGION].functions["fn"]
    assert (function.recursive_loop, function.latest.description) == ("Terminate", "")


def test_a_mapping_goes_on_behind_the_last_record_it_was_done_with(store: AccountStore) -> None:
    checkpoints = Checkpoints()
    keep_positions(store, checkpoints)
    lane = Lane("shardId-0", 1, 2)
    checkpoints.begin("uuid", [lane])
    checkpoints.reach("uuid", lane, 49_600_000_000_000_000_000_000_000_000_000_000_000_000_000)
    checkpoints.finish("uuid", "shardId-9")
    checkpoints.begin("gone", [lane])
    checkpoints.forget("gone")

    after = Checkpoints()
    keep_positions(store, after)

    assert after.position("uuid", lane) == checkpoints.position("uuid", lane)
    assert after.is_finished("uuid", "shardId-9")
    assert after.of("gone") is None
