"""Lists of a bucket's objects and versions that look only at what they show.

moto looks at every key of the bucket for each page, and copies every version with its content.
Results are moto's, but for three that are S3's: a common prefix needs an object that is not
deleted, a list of versions goes on behind its last entry, and of versions of one millisecond the
last is the newest.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import Any

from moto.core.utils import unix_time_millis
from moto.s3.exceptions import InvalidContinuationToken, MethodNotAllowed
from moto.s3.models import FakeDeleteMarker, FakeTableStorageBucket, S3Backend

from lab_helpers.emulator.moto_bridge.s3 import keys_in_order
from lab_helpers.emulator.moto_bridge.s3.keys_in_order import names_in_order, place_behind


def install() -> None:
    keys_in_order.install()
    S3Backend.list_objects = _list_objects
    S3Backend.list_objects_v2 = _list_objects_v2
    S3Backend.list_object_versions = _list_object_versions


def _list_objects(
    backend: Any,
    bucket: Any,
    prefix: str | None,
    delimiter: str | None,
    marker: str | None,
    max_keys: int | None,
) -> tuple[list[Any], list[str], bool, str | None]:
    """As moto has it: ``max_keys`` and ``marker`` are about objects, not about prefixes."""
    after = (backend._pagination_tokens.get(marker) or marker) if marker else ""
    entries = _level(_keys(bucket), prefix or "", delimiter, "" if delimiter else after)
    if max_keys is not None and not delimiter:
        entries = islice(entries, max_keys + 1)
    found = list(entries)
    folders = [one for one in found if isinstance(one, str)]
    objects = [one for one in found if not isinstance(one, str) and one.name > after]
    if max_keys is None:
        return objects, folders, False, None
    objects, truncated, next_marker = backend._truncate_result(objects, max_keys)
    return objects, folders, truncated, next_marker


def _list_objects_v2(
    backend: Any,
    bucket: Any,
    prefix: str | None,
    delimiter: str | None,
    continuation_token: str | None,
    start_after: str | None,
    max_keys: int,
) -> tuple[list[Any], bool, str | None]:
    after = start_after or ""
    if continuation_token:
        after = backend._pagination_tokens.get(continuation_token)
        if after is None:
            raise InvalidContinuationToken
    entries = _level(_keys(bucket), prefix or "", delimiter, after)
    page: tuple[list[Any], bool, str | None] = backend._truncate_result(
        list(islice(entries, max_keys + 1)), max_keys
    )
    return page


def _list_object_versions(
    backend: Any,
    bucket_name: str,
    delimiter: str | None = None,
    key_marker: str | None = None,
    max_keys: int | None = 1000,
    prefix: str = "",
    version_id_marker: str | None = None,
) -> tuple[list[Any], list[str], list[Any], str | None, str | None]:
    """(versions, common prefixes, delete markers, next key marker, next version id marker)."""
    keys = backend.get_bucket(bucket_name).keys
    entries = _level_of_versions(keys, prefix, delimiter, key_marker or "", version_id_marker)
    page = list(entries if max_keys is None else islice(entries, max_keys + 1))
    next_key = next_version = None
    if max_keys is not None and len(page) > max_keys:
        page = page[:max_keys]
        last = page[-1] if page else ""
        next_key = last if isinstance(last, str) else last.name
        next_version = None if isinstance(last, str) else last.version_id or "null"
    versions = [one for one in page if not isinstance(one, str | FakeDeleteMarker)]
    folders = [one for one in page if isinstance(one, str)]
    deleted = [one for one in page if isinstance(one, FakeDeleteMarker)]
    return versions, folders, deleted, next_key, next_version


def _keys(bucket: Any) -> Any:
    if isinstance(bucket, FakeTableStorageBucket):
        raise MethodNotAllowed
    return bucket.keys


def _level(keys: Any, prefix: str, delimiter: str | None, after: str) -> Iterator[Any]:
    """Objects, and the names of common prefixes, in order, that come behind ``after``."""
    names = names_in_order(keys)
    at = bisect_left(names, prefix)
    if after:
        at = max(at, bisect_right(names, after))
    while at < len(names) and names[at].startswith(prefix):
        folder = _folder_of(names[at], prefix, delimiter)
        newest = keys[names[at]]
        if folder and folder <= after:
            at = place_behind(names, folder, at)
        elif isinstance(newest, FakeDeleteMarker):
            at += 1
        elif folder:
            yield folder
            at = place_behind(names, folder, at)
        else:
            yield newest
            at += 1


def _level_of_versions(
    keys: Any, prefix: str, delimiter: str | None, after: str, after_version: str | None
) -> Iterator[Any]:
    """The same of versions and delete markers, the newest of each key first."""
    names = names_in_order(keys)
    at = max(bisect_left(names, prefix), bisect_left(names, after))
    while at < len(names) and names[at].startswith(prefix):
        name = names[at]
        folder = _folder_of(name, prefix, delimiter)
        if folder:
            if folder > after:
                yield folder
            at = place_behind(names, folder, at)
            continue
        at += 1
        if name != after:
            yield from _newest_first(keys, name)
        elif after_version:
            yield from _versions_behind(_newest_first(keys, name), after_version)


def _folder_of(name: str, prefix: str, delimiter: str | None) -> str:
    """The common prefix that a key belongs to; empty where it stands for itself."""
    end = name.find(delimiter, len(prefix)) if delimiter else -1
    return name[: end + len(delimiter or "")] if end >= 0 else ""


def _newest_first(keys: Any, name: str) -> list[Any]:
    oldest_first = sorted(keys.getlist(name), key=lambda one: unix_time_millis(one.last_modified))
    versions = oldest_first[::-1]
    for number, one in enumerate(versions):
        one.is_latest = number == 0
    return versions


def _versions_behind(versions: list[Any], version_id: str) -> list[Any]:
    """All of them where that version has been deleted since: it was the last that was shown."""
    for number, one in enumerate(versions):
        if (one.version_id or "null") == version_id:
            return versions[number + 1 :]
    return versions
