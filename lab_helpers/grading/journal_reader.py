"""Reads the journal of a backend that keeps one, over its local HTTP route."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.grading.expectations import CannotLook

# No proxy: the endpoint is on loopback, and a proxy from the environment would not reach it.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class JournalRecord:
    """One fact of the journal.

    Attributes:
        time: seconds since the epoch.
        kind: dotted, such as ``invocation.report``.
        cause_id: request id of what led here, if known.
    """

    sequence: int
    time: float
    kind: str
    request_id: str
    cause_id: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class JournalPage:
    """Attributes: newest, the sequence of the journal's newest entry, of whatever kind."""

    records: list[JournalRecord]
    newest: int


class JournalReader:
    """``GET {endpoint}/_dojo/journal``; only who holds the cloud's secret key may read."""

    def __init__(self, endpoint_url: str, secret_access_key: str) -> None:
        self._url = endpoint_url.rstrip("/") + "/_dojo/journal"
        self._key = secret_access_key

    def records(self, *, after: int = 0, kind: str = "") -> list[JournalRecord]:
        """Entries with a sequence above ``after``; ``kind`` matches as a dotted prefix.

        Raises:
            CannotLook: the backend does not answer, or not with a journal.
        """
        return self.page({"after": after, "kind": kind}).records

    def page(self, query: Mapping[str, str | int]) -> JournalPage:
        """One answer of the route, at most 1,000 entries.

        Args:
            query: ``after``, ``kind``, ``request_id``, and ``wait``: how many whole seconds the
                answer may take to come while there is no entry, at most 60.

        Raises:
            CannotLook: the backend does not answer, or not with a journal.
        """
        encoded = urllib.parse.urlencode(query)
        headers = {"x-dojo-key": self._key}
        request = urllib.request.Request(f"{self._url}?{encoded}", headers=headers)
        try:
            with _opener.open(request, timeout=10 + int(query.get("wait", 0))) as answer:
                told = json.load(answer)
            records = [JournalRecord(**entry) for entry in told["entries"]]
            return JournalPage(records, int(told.get("newest", 0)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CannotLook(f"the journal cannot be read: {error}") from error

    def queued_events(self, *, after: int = 0) -> list[JournalRecord]:
        """Events put into queues of asynchronous invocations.

        ``request_id`` is that of the invocation and of its retries, ``cause_id`` that of the
        call which brought it about, such as a PutObject.
        """
        return self.records(after=after, kind="async.enqueued")
