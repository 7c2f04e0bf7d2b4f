"""One event's way: who sent it, where it waited, each attempt at it, how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.notebook.timeline.history import History, Run, Throttle, Wait

MOST_LIVES = 6
"""One request may lead to many events; so many are told."""


class PieceKind(StrEnum):
    """Stations on an event's way; the words for them are in ``words.py``."""

    CALLER = "caller"
    QUEUE = "queue"
    BATCH = "batch"
    RUN = "run"
    THROTTLE = "throttle"
    WAIT = "wait"
    ANSWER = "answer"
    SUCCEEDED = "succeeded"
    GIVEN_UP = "given_up"
    DEAD_LETTER = "dead_letter"
    DESTINATION = "destination"
    NOT_DELIVERED = "not_delivered"
    RETURNED = "returned"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Piece:
    """One station.

    Attributes:
        time_s: when, since the epoch.
        here_s: seconds since the event's first station, as they passed here.
        at_aws_s: the same where every wait lasts as long as AWS waits.
        facts: of the journal: target, condition, reason …
    """

    kind: PieceKind
    time_s: float
    key: int
    run: Run | None = None
    wait: Wait | None = None
    throttle: Throttle | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    here_s: float = 0.0
    at_aws_s: float = 0.0


@dataclass(frozen=True)
class Life:
    """Attributes: over, whether nothing more is to come."""

    request_id: str
    function_arn: str
    pieces: tuple[Piece, ...]
    over: bool

    @property
    def runs(self) -> list[Run]:
        return [piece.run for piece in self.pieces if piece.run is not None]

    @property
    def billed_ms(self) -> int:
        """Of all attempts that have ended."""
        return sum(run.billed_ms or 0 for run in self.runs)


_OF_KIND = {
    "async.enqueued": PieceKind.QUEUE,
    "async.resumed": PieceKind.QUEUE,
    "async.succeeded": PieceKind.SUCCEEDED,
    "async.dropped": PieceKind.GIVEN_UP,
    "async.dead_letter": PieceKind.DEAD_LETTER,
    "async.destination": PieceKind.DESTINATION,
    "async.delivery_failed": PieceKind.NOT_DELIVERED,
    "invocation.recursion_stopped": PieceKind.STOPPED,
    "mapping.batch": PieceKind.BATCH,
    "mapping.settled": PieceKind.RETURNED,
    "mapping.retry": PieceKind.WAIT,
    "mapping.discarded": PieceKind.GIVEN_UP,
    "mapping.destination": PieceKind.DESTINATION,
    "mapping.delivery_failed": PieceKind.NOT_DELIVERED,
}


def lives_of(history: History, request_id: str) -> list[Life]:
    """The life of this event; of a request that caused events (a PutObject), theirs.

    Empty where the journal knows no event by this id.
    """
    groups = _event_ids(history.records, request_id)
    return [_life(history, group) for group in groups[:MOST_LIVES]]


def _event_ids(records: Sequence[JournalRecord], request_id: str) -> list[tuple[str, ...]]:
    """Request ids, those of one life together: a batch that returns is invoked under a new one."""
    own = [record for record in records if record.request_id == request_id]
    batches = [record for record in records if record.kind == "mapping.batch"]
    mine = [one for one in batches if request_id == one.request_id]
    mine = mine or [one for one in batches if request_id in one.data.get("causes", ())]
    if mine:
        items = {item for one in mine for item in one.data.get("items", ())}
        again = [one for one in batches if items.intersection(one.data.get("items", ()))]
        return [tuple(one.request_id for one in again)]
    found = [request_id] if any(_is_event(record) for record in own) else []
    caused = [
        record.request_id
        for record in records
        if record.kind == "async.enqueued"
        and record.cause_id == request_id
        and record.request_id != request_id
    ]
    return [(one,) for one in dict.fromkeys([*found, *caused])]


def _is_event(record: JournalRecord) -> bool:
    return record.kind.startswith(("async.", "invocation."))


def _life(history: History, ids: tuple[str, ...]) -> Life:
    mine = [record for record in history.records if record.request_id in ids]
    pieces = sorted(_pieces(history, mine, ids), key=lambda piece: piece.key)
    callers = [_caller(history.records, mine)] if mine else []
    pieces = [*filter(None, callers), *pieces]
    arns = [str(record.data["function_arn"]) for record in mine if "function_arn" in record.data]
    arns += [str(record.data["function"]) for record in mine if "function" in record.data]
    return Life(ids[0], arns[0] if arns else "", tuple(_counted(pieces)), _over(mine, pieces))


def _pieces(
    history: History, mine: Sequence[JournalRecord], ids: tuple[str, ...]
) -> Iterator[Piece]:
    for run in history.runs:
        if run.request_id in ids:
            yield Piece(PieceKind.RUN, run.began_s, run.key, run=run)
    for throttle in history.throttles:
        if throttle.request_id in ids:
            yield Piece(PieceKind.THROTTLE, throttle.time_s, throttle.key, throttle=throttle)
    for wait in history.waits:
        if wait.request_id in ids:
            yield Piece(PieceKind.WAIT, wait.began_s, wait.key, wait=wait)
    queued = any(record.kind.startswith(("async.", "mapping.")) for record in mine)
    for record in mine:
        kind = _OF_KIND.get(record.kind)
        if record.kind == "api.call" and not queued:
            kind = PieceKind.ANSWER
        if kind is not None:
            yield Piece(kind, record.time, record.sequence, facts=record.data)


def _caller(records: Sequence[JournalRecord], mine: Sequence[JournalRecord]) -> Piece | None:
    """Who asked: the API call behind the event, or the service that sent it."""
    causes = {record.cause_id for record in mine if record.cause_id}
    causes |= {cause for record in mine for cause in record.data.get("causes", ())}
    causes |= {record.request_id for record in mine}
    first = mine[0]
    source = next((str(r.data["source"]) for r in mine if r.data.get("source")), "")
    call = next((r for r in records if r.kind == "api.call" and r.request_id in causes), None)
    if source == "lambda":  # a destination's record: Lambda itself sent it
        call = None
    facts: dict[str, Any] = {"source": source, "cause_id": first.cause_id}
    if call is not None:
        facts |= dict(call.data)
    # The call is written down when it is answered: after what it brought about.
    time_s = first.time if call is None else min(call.time, first.time)
    return Piece(PieceKind.CALLER, time_s, 0, facts=facts)


def _counted(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """With the seconds since the first one, here and at AWS."""
    if not pieces:
        return
    start_s, longer_s = pieces[0].time_s, 0.0
    for piece in pieces:
        here_s = max(0.0, piece.time_s - start_s)
        yield replace(piece, here_s=here_s, at_aws_s=here_s + longer_s)
        if piece.wait is not None and piece.wait.here_s is not None:
            longer_s += max(0.0, piece.wait.aws_s - piece.wait.here_s)


def _over(mine: Sequence[JournalRecord], pieces: Sequence[Piece]) -> bool:
    ends = {PieceKind.SUCCEEDED, PieceKind.GIVEN_UP, PieceKind.ANSWER, PieceKind.STOPPED}
    settled = [record for record in mine if record.kind == "mapping.settled"]
    if settled:
        return not settled[-1].data.get("returned")
    return any(piece.kind in ends for piece in pieces)
