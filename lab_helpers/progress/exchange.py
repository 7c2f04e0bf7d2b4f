"""Progress taken to another machine: the record as one file, and read back into a record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab_helpers.errors import DojoError
from lab_helpers.progress.record import ProgressLog, read_events


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        known: events that were on record already.
        damaged: lines of the file that are no events.
    """

    added: int
    known: int
    damaged: int


def export_record(log: ProgressLog, target: Path, *, overwrite: bool = False) -> int:
    """Write every event of the record into ``target``, a line each; returns how many.

    Raises:
        DojoError: there is nothing to export, ``target`` exists, or it cannot be written.
    """
    events = log.events()
    if not events:
        raise DojoError(
            "There is no progress to export.",
            why=f"{log.path} holds no events.",
            now="Name your workspace: lambda-dojo progress --workspace DIR export FILE",
        )
    if target.exists() and not overwrite:
        raise DojoError(
            f"{target} exists already.",
            now="Choose another name, or say that it may be replaced: --force",
        )
    text = "".join(event.as_line() + "\n" for event in events)
    write_whole(target, text)
    return len(events)


def import_record(log: ProgressLog, source: Path) -> Imported:
    """Add the events of ``source`` that the record lacks; ``source`` is left as it is.

    Nothing is replaced: what both hold stays once, and each lab's events count in the order of
    their time.

    Raises:
        DojoError: the file cannot be read or holds no event at all.
    """
    try:
        read = read_events(source.read_bytes())
    except OSError as error:
        raise DojoError(f"{source} cannot be read.", why=str(error)) from error
    if not read.events:
        raise DojoError(
            f"{source} is no record of progress.",
            why="None of its lines is an event.",
            now="Make one on the other machine: lambda-dojo progress export FILE",
        )
    known = {event.as_line() for event in log.events()}
    wanted = {event.as_line(): event for event in read.events}
    fresh = [event for line, event in wanted.items() if line not in known]
    if fresh:
        log.add(fresh)
    return Imported(len(fresh), len(wanted) - len(fresh), read.damaged)


def write_whole(target: Path, text: str) -> None:
    """Raises DojoError, in words, where the file cannot be written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DojoError(f"{target} cannot be written.", why=str(error)) from error
