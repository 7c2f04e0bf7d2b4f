"""From the bytes that a function writes to the records that CloudWatch Logs shows.

Printed text is cut at line ends; a telemetry frame (see ``log_sink``) is one record however many
lines it has. Both share one pipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_RECORD_BYTES = 262_118
"""CloudWatch Logs takes 256 KiB per event and counts 26 bytes of its own.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""
MAX_FRAME_BYTES = 16 * 1024 * 1024

_MAGIC = b"\xa5\x5a\x00"  # no UTF-8 text contains it: 0xA5 cannot start a character
_FRAME_KINDS = range(0x01, 0x20)
_HEADER_BYTES = 16


@dataclass(frozen=True)
class LogRecord:
    """One record, without its line end.

    Attributes:
        time: seconds since the epoch where the frame tells it, else None.
    """

    message: str
    time: float | None = None


class LogFrameParser:
    """Takes bytes in pieces of any size; holds back at most one incomplete record."""

    def __init__(self) -> None:
        self._line = bytearray()  # printed text since the last line end
        self._frame = bytearray()  # of the frame being read
        self._frame_missing = 0
        self._frame_time = 0.0
        self._head = b""  # the start of what may become a frame header

    def feed(self, data: bytes) -> Iterator[LogRecord]:
        """The records that ``data`` completes."""
        data = self._head + data
        self._head = b""
        position, end = 0, len(data)
        while position < end:
            if self._frame_missing:
                piece = data[position : position + self._frame_missing]
                position += len(piece)
                yield from self._take_framed(piece)
                continue
            start = data.find(_MAGIC[0], position)
            if start != position:
                yield from self._take_printed(data[position : end if start < 0 else start])
                position = end if start < 0 else start
                continue
            header = data[position : position + _HEADER_BYTES]
            if not _may_be_header(header):
                yield from self._take_printed(header[:1])
                position += 1
            elif len(header) < _HEADER_BYTES:
                self._head = header
                return
            else:
                position += _HEADER_BYTES
                yield from self._begin_frame(header)

    def flush(self) -> Iterator[LogRecord]:
        """End of an invocation or of the process: what is still incomplete becomes a record."""
        if self._frame_missing:
            self._frame_missing = 0
            yield self._framed_record()
        head, self._head = self._head, b""
        yield from self._take_printed(head)
        if self._line:
            yield LogRecord(_text(bytes(self._line)))
            self._line.clear()

    def _take_printed(self, data: bytes) -> Iterator[LogRecord]:
        *complete, rest = data.split(b"\n")
        for line in complete:
            self._line += line
            yield from self._cut_long_line()
            yield LogRecord(_text(bytes(self._line)))
            self._line.clear()
        self._line += rest
        yield from self._cut_long_line()

    def _cut_long_line(self) -> Iterator[LogRecord]:
        while len(self._line) > MAX_RECORD_BYTES:
            cut = _character_boundary(self._line, MAX_RECORD_BYTES)
            yield LogRecord(_text(bytes(self._line[:cut])))
            del self._line[:cut]

    def _begin_frame(self, header: bytes) -> Iterator[LogRecord]:
        self._frame_missing = int.from_bytes(header[4:8], "big")
        self._frame_time = int.from_bytes(header[8:16], "big") / 1_000_000
        if not self._frame_missing:
            yield self._framed_record()

    def _take_framed(self, piece: bytes) -> Iterator[LogRecord]:
        self._frame += piece
        self._frame_missing -= len(piece)
        while len(self._frame) > MAX_RECORD_BYTES:
            cut = _character_boundary(self._frame, MAX_RECORD_BYTES)
            yield LogRecord(_text(bytes(self._frame[:cut])), self._frame_time)
            del self._frame[:cut]
        if not self._frame_missing:
            yield self._framed_record()

    def _framed_record(self) -> LogRecord:
        message = _text(bytes(self._frame)).removesuffix("\n")
        self._frame.clear()
        return LogRecord(message, self._frame_time)


def _may_be_header(header: bytes) -> bool:
    """True where ``header``, complete or not, can be the start of a frame."""
    if not (header.startswith(_MAGIC) or _MAGIC.startswith(header)):
        return False
    if len(header) > 3 and header[3] not in _FRAME_KINDS:
        return False
    return len(header) < 8 or int.from_bytes(header[4:8], "big") <= MAX_FRAME_BYTES


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _character_boundary(data: bytearray, limit: int) -> int:
    """The largest index up to ``limit`` that does not split a UTF-8 character."""
    for cut in range(limit, limit - 4, -1):
        if data[cut] & 0xC0 != 0x80:
            return cut
    return limit
