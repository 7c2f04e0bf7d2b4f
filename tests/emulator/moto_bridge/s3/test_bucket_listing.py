"""Lists of buckets: S3's results, a page at a time, without a look at the other keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.s3.exceptions import InvalidContinuationToken
from moto.s3.models import s3_backends

from lab_helpers.emulator.moto_bridge.s3 import bucket_listing
from lab_helpers.emulator.moto_bridge.s3.keys_in_order import names_in_order, place_behind

S3 = s3_backends["123456789012"]["aws"]
KEYS = st.text("ab/\U0010ffff", min_size=1, max_size=5)
PREFIXES = st.sampled_from(["", "a", "a/", "ab", "/", "b/a", "\U0010ffff"])
DELIMITERS = st.sampled_from(["", "/", "a", "b/"])
CHANGES = st.lists(st.tuples(st.sampled_from(("put", "put", "delete")), KEYS), max_size=25)


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    bucket_listing.install()
    yield
    for name in [name for name in S3.buckets if name.startswith("listed-")]:
        keys = S3.buckets.pop(name).keys
        for key in list(dict.__iter__(keys)):
            for one in keys.getlist(key):
                getattr(one, "dispose", lambda: None)()


def bucket_with(changes: list[tuple[str, str]], versioned: bool = False) -> Any:
    bucket = S3.create_bucket(f"listed-{uuid.uuid4().hex}", "us-east-1")
    if versioned:
        S3.put_bucket_versioning(bucket.name, "Enabled")
    for change, key in changes:
        if change == "put":
            S3.put_object(bucket.name, key, b"")
        else:
            S3.delete_object(bucket.name, key)
        names_in_order(bucket.keys)  # so that every change finds an order to keep
    return bucket


def expected(keys: set[str], prefix: str, delimiter: str) -> list[str]:
    """As S3 describes it: what follows the prefix is cut behind the first delimiter."""
    entries = set()
    for key in keys:
        if key.startswith(prefix):
            before, found, _ = key[len(prefix) :].partition(delimiter or "\0")
            entries.add(prefix + before + found if found else key)
    return sorted(entries)


def is_folder(entry: str, prefix: str, delimiter: str) -> bool:
    return bool(delimiter) and delimiter in entry[len(prefix) :]


def named(entries: list[Any]) -> list[str]:
    return [entry if isinstance(entry, str) else entry.name for entry in entries]


def pages(bucket: Any, prefix: str, delimiter: str, size: int) -> Iterator[list[str]]:
    token, more = None, True
    while more:
        entries, more, token = S3.list_objects_v2(bucket, prefix, delimiter, token, None, size)
        assert more == (token is not None)
        yield named(entries)


@settings(deadline=None, max_examples=80)
@given(CHANGES, PREFIXES, DELIMITERS, st.integers(1, 4), st.booleans(), KEYS)
def test_pages_hold_each_entry_once_and_in_order(
    changes: list[tuple[str, str]],
    prefix: str,
    delimiter: str,
    size: int,
    versioned: bool,
    after: str,
) -> None:
    bucket = bucket_with(changes, versioned)
    keys = {key for key, last in {key: change for change, key in changes}.items() if last == "put"}
    whole = expected(keys, prefix, delimiter)
    shown = [*pages(bucket, prefix, delimiter, size)]
    assert [entry for page in shown for entry in page] == whole
    assert all(len(page) == size for page in shown[:-1])
    entries, _, _ = S3.list_objects_v2(bucket, prefix, delimiter, None, after, 1000)
    assert named(entries) == [entry for entry in whole if entry > after]
    objects, folders, *_ = S3.list_objects(bucket, prefix, delimiter, after, None)
    common = [entry for entry in whole if is_folder(entry, prefix, delimiter)]
    assert folders == common
    assert named(objects) == [entry for entry in whole if entry > after and entry not in common]


@settings(deadline=None, max_examples=50)
@given(CHANGES, PREFIXES, DELIMITERS, st.integers(1, 4))
def test_versions_are_listed_newest_first_and_pages_lose_none(
    changes: list[tuple[str, str]], prefix: str, delimiter: str, size: int
) -> None:
    bucket = bucket_with(changes, versioned=True)
    whole = expected(set(bucket.keys), prefix, delimiter)
    shown: list[Any] = []
    folders: list[str] = []
    marker = version = None
    while True:
        versions, prefixes, deleted, marker, version = S3.list_object_versions(
            bucket.name, delimiter, marker, size, prefix, version
        )
        assert len(versions) + len(prefixes) + len(deleted) <= size
        shown += sorted([*versions, *deleted], key=lambda one: one.name)
        folders += prefixes
        if marker is None:
            break
    assert folders == [entry for entry in whole if is_folder(entry, prefix, delimiter)]
    kept = [key for key in whole if key not in folders]
    assert {one.version_id for one in shown} == {
        one.version_id for key in kept for one in bucket.keys.getlist(key)
    }
    assert len(shown) == sum(len(bucket.keys.getlist(key)) for key in kept)
    latest = [one.version_id for one in shown if one.is_latest]
    assert latest == [bucket.keys[key].version_id for key in kept]


def test_versions_go_on_where_the_last_page_was_deleted_meanwhile() -> None:
    bucket = bucket_with([("put", "a")] * 3 + [("put", "b")], versioned=True)
    (first,), _, _, marker, version = S3.list_object_versions(bucket.name, max_keys=1)
    S3.delete_object(bucket.name, "a", version_id=first.version_id)
    rest, *_ = S3.list_object_versions(bucket.name, key_marker=marker, version_id_marker=version)
    assert [one.name for one in rest] == ["a", "a", "b"]


def test_a_page_looks_at_its_own_keys_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = bucket_with([("put", f"{number:03d}/{part}") for number in range(50) for part in "ab"])
    looked_at: list[str] = []
    folder_of = bucket_listing._folder_of

    def watched(name: str, prefix: str, delimiter: str | None) -> str:
        looked_at.append(name)
        return folder_of(name, prefix, delimiter)

    monkeypatch.setattr(bucket_listing, "_folder_of", watched)
    S3.list_objects_v2(bucket, None, None, None, "020", 3)
    assert looked_at == ["020/a", "020/b", "021/a", "021/b"]
    looked_at.clear()
    S3.list_objects_v2(bucket, "", "/", None, None, 3)
    assert looked_at == ["000/a", "001/a", "002/a", "003/a"]
    looked_at.clear()
    S3.list_object_versions(bucket.name, key_marker="030/a", max_keys=2)
    assert looked_at == ["030/a", "030/b", "031/a", "031/b"]


def test_a_token_that_was_never_given_is_refused() -> None:
    with pytest.raises(InvalidContinuationToken):
        S3.list_objects_v2(bucket_with([]), None, None, "never given", None, 10)


def test_the_place_behind_a_prefix_is_behind_all_that_start_with_it() -> None:
    names = sorted(["a", "a/b", "a/\U0010ffff", "a0", "\U0010ffff"])
    assert names[place_behind(names, "a/")] == "a0"
    assert place_behind(names, "\U0010ffff") == len(names)
