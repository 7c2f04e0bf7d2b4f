"""What the cloud offers beside AWS's API, under ``/_dojo/``: health, journal, reset, stop.

Only health answers everyone; the others want the owner's secret key in ``x-dojo-key``.

- ``GET /_dojo/health`` → ``{"status": "running", "version": …}``
- ``GET /_dojo/journal?after=N&kind=K&request_id=R&wait=S`` → ``{"entries": [{"sequence", "time",
  "kind", "request_id", "cause_id", "data"}], "newest": M}``, oldest first, at most 1,000; ask again
  with ``after`` of the last one, or of ``newest`` (of all kinds and requests) where there is none.
  With ``wait`` (seconds, at most 60) the answer comes as soon as there is an entry, at the latest
  when the wait is over. A ``newest`` below ``after`` tells of a cloud that has begun anew.
- ``GET /_dojo/denials?request_id=R`` → ``{"denials": [the same entries of what was refused, each
  with its whole decision]}``, newest first, at most 50; with ``request_id`` those of this
  request, or of what the function asked for in this invocation.
- ``POST /_dojo/reset`` → an empty account, same credentials.
- ``POST /_dojo/stop`` → the cloud ends.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from lab_helpers import __version__
from lab_helpers.emulator.http import Headers, Request, Response

if TYPE_CHECKING:
    from lab_helpers.emulator.denials import Denials
    from lab_helpers.emulator.journal import Journal

PREFIX = "/_dojo/"
ENTRIES_PER_ANSWER = 1000
DENIALS_PER_ANSWER = 50
LONGEST_WAIT_S = 60


class OwnerRoutes:
    """Answers requests under ``PREFIX``."""

    def __init__(
        self,
        owner_key: str,
        journal: Journal,
        denials: Denials,
        reset: Callable[[], Awaitable[None]],
        stop: Callable[[], None],
    ) -> None:
        self._owner_key = owner_key
        self._journal = journal
        self._denials = denials
        self._reset = reset
        self._stop = stop

    async def answer(self, request: Request) -> Response:
        route = f"{request.method} {request.raw_path.removeprefix(PREFIX)}"
        if route == "GET health":
            return _json(200, {"status": "running", "version": __version__})
        if not hmac.compare_digest(
            request.headers.get("x-dojo-key").encode(), self._owner_key.encode()
        ):
            return _json(403, {"message": "Only the owner may ask: send the key in x-dojo-key."})
        match route:
            case "GET journal":
                return await self._entries(request.query)
            case "GET denials":
                found = self._denials.newest_first(request.query.get("request_id", ""))
                told = [entry.as_json() for entry in islice(found, DENIALS_PER_ANSWER)]
                return _json(200, {"denials": told})
            case "POST reset":
                await self._reset()
                return _json(200, {"status": "reset"})
            case "POST stop":
                self._stop()
                return _json(200, {"status": "stopping"})
            case _:
                return _json(404, {"message": f"No route {route!r} under {PREFIX}"})

    async def _entries(self, query: dict[str, str]) -> Response:
        after, wait_s = query.get("after", "0"), query.get("wait", "0")
        if not after.isdecimal():
            return _json(400, {"message": "after must be the sequence number of an entry"})
        if not wait_s.isdecimal() or int(wait_s) > LONGEST_WAIT_S:
            return _json(400, {"message": f"wait must be a whole number, 0 to {LONGEST_WAIT_S}"})
        newest, found = self._found(int(after), query)
        if int(wait_s) and not found:
            with suppress(TimeoutError):
                async with asyncio.timeout(int(wait_s)):
                    while not found:
                        await self._journal.wait_for_entry(newest)
                        newest, found = self._found(max(int(after), newest), query)
        return _json(200, {"entries": found, "newest": newest})

    def _found(self, after: int, query: dict[str, str]) -> tuple[int, list[dict[str, Any]]]:
        """The journal's newest sequence, and the first entries above ``after`` as JSON."""
        newest = self._journal.newest  # read first: an entry may come meanwhile
        entries = self._journal.entries(after, query.get("kind", ""), query.get("request_id", ""))
        return newest, [entry.as_json() for entry in islice(entries, ENTRIES_PER_ANSWER)]


def _json(status: int, content: dict[str, Any]) -> Response:
    body = json.dumps(content, ensure_ascii=False, default=str).encode()
    return Response(status, Headers([("Content-Type", "application/json")]), body)
