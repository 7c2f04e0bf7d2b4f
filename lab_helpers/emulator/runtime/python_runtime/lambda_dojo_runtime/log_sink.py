"""Log records on their way to the platform: framed, so that one record stays one record.

A frame is what AWS's runtimes write to ``_LAMBDA_TELEMETRY_LOG_FD``: type (4 bytes), length (4),
microseconds since the epoch (8), all big-endian, then the message. Here frames share the pipe of
stdout and stderr, so they keep their order among printed lines.
"""

from __future__ import annotations

import os
import time

TEXT_FRAME = 0xA55A0003
JSON_FRAME = 0xA55A0002
MAX_MESSAGE_BYTES = 262_118
"""CloudWatch Logs takes 256 KiB per event and counts 26 bytes of its own."""


def frame_type(base: int, level: int) -> int:
    """The frame's type for a record of a ``logging`` level."""
    step = min(50, max(0, level)) // 10
    return base + (step + 1) * 4 if step else base


class LogSink:
    """Writes to a copy of stdout's descriptor, so a handler that redirects stdout loses no logs."""

    def __init__(self) -> None:
        self._fd = os.dup(1)

    def write(self, message: str, kind: int = TEXT_FRAME) -> None:
        data = message.encode("utf-8", "backslashreplace")
        stamp = (time.time_ns() // 1000).to_bytes(8, "big")
        for start in range(0, len(data) or 1, MAX_MESSAGE_BYTES):
            piece = data[start : start + MAX_MESSAGE_BYTES]
            frame = kind.to_bytes(4, "big") + len(piece).to_bytes(4, "big") + stamp + piece
            view = memoryview(frame)
            while view:
                view = view[os.write(self._fd, view) :]
