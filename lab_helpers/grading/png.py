"""PNG files without an imaging library: one to upload, and the size of one that came back.

https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import random
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def make_png(width: int, height: int, seed: str) -> bytes:
    """An RGB picture of soft stripes; another ``seed`` gives another picture."""
    draw = random.Random(seed)
    start, step = [draw.randrange(256) for _ in range(3)], [draw.randrange(1, 6) for _ in range(3)]
    row = bytes((start[c] + step[c] * x) % 256 for x in range(width) for c in range(3))
    pixels = (b"\x00" + row) * height  # each row begins with its filter type: none
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, None where ``content`` is not a PNG."""
    if len(content) < 24 or not content.startswith(SIGNATURE) or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height
